package dev.weft.control;

import dev.weft.control.rule.Finding;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleFile;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleReading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rule files as the control plane reads them, for those who look at them before it does. */
public final class RuleFiles {
    private final RuleReading reading;
    private final HostNames names;

    private RuleFiles(RuleReading reading, HostNames names) {
        this.reading = reading;
        this.names = names;
    }

    /**
     * One rule.
     *
     * @param line where its text begins in the file, from 1
     */
    public record Document(String kind, String namespace, String name, String file, int line, String text) {}

    /**
     * What is wrong somewhere.
     *
     * @param isError the rule is refused; else it would be in force and looks wrong
     * @param field path of the field; empty for the whole file
     */
    public record Problem(boolean isError, String file, int line, int column, String field, String reason) {
        static Problem of(boolean isError, Finding finding) {
            return new Problem(
                    isError,
                    finding.origin().file(),
                    finding.origin().line(),
                    finding.origin().column(),
                    finding.field(),
                    finding.reason());
        }

        @Override
        public String toString() {
            return file + ":" + line + ":" + column + ": " + (isError ? "error: " : "warning: ")
                    + (field.isEmpty() ? "" : field + ": ") + reason;
        }
    }

    /**
     * Reads files, and all rule files below directories.
     *
     * @throws IOException when one can't be read
     */
    public static RuleFiles read(List<Path> paths, String domain) throws IOException {
        HostNames names = new HostNames(domain);
        return new RuleFiles(RuleReading.of(paths, new RuleParser(names)), names);
    }

    public List<Document> documents() {
        List<Document> documents = new ArrayList<>();
        for (RuleFile file : reading.files()) {
            for (RuleFile.Entry entry : file.entries()) {
                documents.add(new Document(
                        entry.kind(),
                        entry.namespace(),
                        entry.name(),
                        file.name(),
                        entry.origin().line(),
                        entry.text()));
            }
        }
        return documents;
    }

    /** Every error, then every warning. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        reading.errors().forEach(error -> problems.add(Problem.of(true, error)));
        reading.warnings().forEach(warning -> problems.add(Problem.of(false, warning)));
        return problems;
    }

    /** What stands in the files and is no rule: nothing is done about it. */
    public List<Problem> skipped() {
        return reading.skipped().stream().map(one -> Problem.of(false, one)).toList();
    }

    /** Hosts that routes lead to, and that these rules say nothing else about: what can be said offline. */
    public List<Problem> unspokenHosts() {
        return reading.unspokenHosts().stream()
                .map(warning -> Problem.of(false, warning))
                .toList();
    }

    /** @param services names as rules write them; short ones are of the namespace default */
    public List<Problem> unknownHosts(List<String> services) {
        Set<String> known = new HashSet<>();
        services.forEach(service -> known.add(names.full(service, "default")));
        return reading.unknownHosts(known).stream()
                .map(warning -> Problem.of(false, warning))
                .toList();
    }
}
