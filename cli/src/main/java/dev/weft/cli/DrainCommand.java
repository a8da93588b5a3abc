package dev.weft.cli;

import java.io.IOException;
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

/** Takes calls away from instances, or lets them back. */
@Command(
        name = "drain",
        description = "An instance, or every one of a service, gets new calls only while no other is left, until"
                + " --undo. With --down it gets none at all: without another instance, calls fail.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:there is no such instance, or some are as they were, and why",
            "2:wrong usage",
            "3:nobody answers there"
        })
final class DrainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    NamespaceTarget target = new NamespaceTarget();

    @Parameters(index = "0", paramLabel = "SERVICE")
    @SuppressWarnings("NullAway.Init")
    String service;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS:PORT", description = "this one; all otherwise")
    @Nullable
    String endpoint;

    @ArgGroup
    Word word = new Word();

    /** One of these, or neither. */
    static final class Word {
        @Option(names = "--down", description = "no calls at all, even when no other instance is left")
        boolean isDown;

        @Option(names = "--undo", description = "take the word back")
        boolean isUndone;

        String patch() {
            return isUndone ? "{\"state\":null}" : isDown ? "{\"state\":\"DOWN\"}" : "{\"state\":\"DRAINING\"}";
        }
    }

    @Override
    public Integer call() throws IOException {
        var rest = target.rest();
        var each = new Each(spec.commandLine());
        for (var one : endpoints(rest)) {
            each.of(
                    service + " " + one,
                    () -> rest.change(
                                    "PATCH",
                                    target.instance(service, one),
                                    "application/merge-patch+json",
                                    word.patch())
                            .path("state")
                            .asText());
        }
        return each.end();
    }

    private List<String> endpoints(Rest rest) throws IOException {
        if (endpoint != null) {
            return List.of(endpoint);
        }
        var all = rest
                .list("instances", "namespace=" + Rest.segment(target.namespace) + "&service=" + Rest.segment(service))
                .stream()
                .map(GetCommand::endpoint)
                .toList();
        if (all.isEmpty()) {
            throw new IOException("service " + service + " in " + target.namespace + " has no instance");
        }
        return all;
    }
}
