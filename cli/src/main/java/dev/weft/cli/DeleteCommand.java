package dev.weft.cli;

import dev.weft.control.Options;
import dev.weft.control.RuleFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes rules of the API out of force, or deregisters an instance. */
@Command(
        name = "delete",
        description = "Takes rules out of force, or deregisters an instance that has a lease.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:gone",
            "1:some is refused, and why; the rest is gone",
            "2:wrong usage",
            "3:nobody answers there"
        })
final class DeleteCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    NamespaceTarget target = new NamespaceTarget();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    What what;

    /** One of these. */
    static final class What {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE|DIR",
                description = "every rule that is named in there; may be repeated")
        List<Path> files = List.of();

        @Parameters(paramLabel = "KIND/NAME|SERVICE/ADDRESS:PORT", description = "a rule or an instance")
        @Nullable
        String name;
    }

    @Override
    public Integer call() throws IOException {
        var rest = target.rest();
        var each = new Each(spec.commandLine());
        for (var path : paths()) {
            each.of(path, () -> {
                rest.change("DELETE", path, "", "");
                return "deleted";
            });
        }
        return each.end();
    }

    private List<String> paths() throws IOException {
        if (what.name == null) {
            var paths = new ArrayList<String>();
            for (var document :
                    RuleFiles.read(what.files, Options.DEFAULT_DOMAIN).documents()) {
                paths.add(RuleName.path(document.kind(), document.namespace(), document.name()));
            }
            return paths;
        }
        var parts = RuleName.parse(spec.commandLine(), what.name);
        return List.of(
                parts.name().indexOf(':') > 0
                        ? target.instance(parts.kind(), parts.name())
                        : parts.path(target.namespace));
    }
}
