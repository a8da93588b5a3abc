package dev.weft.cli;

import dev.weft.control.Options;
import dev.weft.control.RuleFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks rules before any control plane sees them. */
@Command(
        name = "analyze",
        description = "Checks rule files, each in itself and against each other, without a control plane.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no error (with --strict: no warning either)",
            "1:something is wrong, with file and line",
            "2:wrong usage",
            "3:with --online: nobody answers there"
        })
final class AnalyzeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RestTarget target = new RestTarget();

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR")
    List<Path> paths = List.of();

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "a service that exists; with one or more, hosts that are none of them are warned of, else"
                    + " targets of routes of which nothing else here speaks")
    List<String> services = List.of();

    @Option(names = "--online", description = "ask a control plane which services exist")
    boolean isOnline;

    @Option(names = "--strict", description = "a warning is a failure too")
    boolean isStrict;

    @Option(names = "--domain", defaultValue = Options.DEFAULT_DOMAIN, description = "end of full names")
    @SuppressWarnings("NullAway.Init")
    String domain;

    @Override
    public Integer call() throws IOException {
        var rules = RuleFiles.read(paths, domain);
        var problems = new ArrayList<>(rules.problems());
        var known = new ArrayList<>(services);
        if (isOnline) {
            target.rest()
                    .list("services", "")
                    .forEach(service -> known.add(service.path("host").asText()));
        }
        problems.addAll(isOnline || !services.isEmpty() ? rules.unknownHosts(known) : rules.unspokenHosts());
        var out = spec.commandLine().getOut();
        problems.forEach(out::println);
        long errors = problems.stream().filter(RuleFiles.Problem::isError).count();
        long warnings = problems.size() - errors;
        out.println(rules.documents().size() + " rules, " + errors + " errors, " + warnings + " warnings");
        out.flush();
        return errors > 0 || (isStrict && warnings > 0) ? Main.FAILED : 0;
    }
}
