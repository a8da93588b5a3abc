package dev.weft.testkit.replay;

import dev.weft.engine.snapshot.Snapshot;
import dev.weft.testkit.IstioRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recorded calls against rules.
 *
 * @param domain the end of full names
 * @param seed where chance begins; equal seeds give equal reports
 */
public record Replay(Recording recording, String domain, long seed) {
    /**
     * What would be decided otherwise.
     *
     * @param against rules as the control plane reads them, a file or a directory
     * @param before the rules that are compared with; null for what was decided when the calls were recorded
     * @throws IllegalArgumentException when rules are refused; names file, line, field and reason
     */
    public Report against(Path against, @Nullable Path before) throws IOException {
        List<RecordedCall> calls = recording.calls();
        List<Verdict> first = before == null
                ? calls.stream().map(RecordedCall::verdict).toList()
                : Replayer.decide(snapshot(before), calls, seed);
        List<Verdict> then = Replayer.decide(snapshot(against), calls, seed);
        Report report = new Report();
        for (int i = 0; i < calls.size(); i++) {
            report.add(calls.get(i), first.get(i), then.get(i));
        }
        return report;
    }

    private Snapshot snapshot(Path rules) throws IOException {
        return IstioRules.read(List.of(rules), recording.registered(domain), recording.namespace(), Map.of(), domain)
                .snapshot();
    }
}
