package dev.weft.cli;

import dev.weft.control.Options;
import dev.weft.testkit.replay.Recording;
import dev.weft.testkit.replay.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Decides recorded calls by other rules, before anybody is under them. */
@Command(
        name = "replay",
        description = "Decides calls that an agent has recorded by other rules, and says what would change. Nothing is"
                + " sent.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every call is decided as before",
            "1:some are not",
            "2:wrong usage, or the recording or the rules can't be read"
        })
final class ReplayCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "CALLS", description = "file of a recording")
    @SuppressWarnings("NullAway.Init")
    Path calls;

    @Option(names = "--against", required = true, paramLabel = "FILE|DIR", description = "the rules that are tried")
    @SuppressWarnings("NullAway.Init")
    Path against;

    @Option(
            names = "--before",
            paramLabel = "FILE|DIR",
            description = "compare with these rules; without it with what was decided when the calls were recorded")
    @Nullable
    Path before;

    @Option(names = "--seed", defaultValue = "1", description = "where chance begins (${DEFAULT-VALUE})")
    long seed;

    @Option(names = "--domain", defaultValue = Options.DEFAULT_DOMAIN, description = "end of full names")
    @SuppressWarnings("NullAway.Init")
    String domain;

    @Option(names = "--json", description = "print JSON instead of text")
    boolean isJson;

    @Override
    public Integer call() {
        try {
            var report = new Replay(Recording.read(calls), domain, seed).against(against, before);
            spec.commandLine()
                    .getOut()
                    .println(isJson ? report.json() : report.text().strip());
            return report.changes() ? Main.FAILED : 0;
        } catch (IOException | IllegalArgumentException e) {
            // A status of 1 would say that the rules change something.
            spec.commandLine().getErr().println("weft replay: " + (e instanceof IOException ? e : e.getMessage()));
            return Main.USAGE;
        }
    }
}
