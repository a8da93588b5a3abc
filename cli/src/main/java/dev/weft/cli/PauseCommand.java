package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes the mesh out of the calls of a service's agents and proxies, or puts it back. */
@Command(
        name = "pause",
        description =
                "The agents and proxies of a service let its calls go as without the mesh, at once, until --undo: also"
                        + " those that start later, and while the control plane is away. What must be secured is refused meanwhile.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; each of them that is connected is told",
            "1:it can't be done, or they were not paused by that, and why",
            "2:wrong usage",
            "3:nobody answers there"
        })
final class PauseCommand implements Callable<Integer> {
    private static final String ANY = "*";

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    NamespaceTarget target = new NamespaceTarget();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    Whose whose;

    /** One of these. */
    static final class Whose {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "SERVICE",
                description = "its own, not those that call it")
        @Nullable
        String service;

        @Option(names = "--all", description = "all services of the namespace")
        boolean isAll;

        @Option(names = "--everywhere", description = "all services of all namespaces")
        boolean isEverywhere;
    }

    @Option(names = "--undo", description = "they go on; what else pauses them stays")
    boolean isUndone;

    @Option(names = "--reason", paramLabel = "TEXT", description = "why, for people")
    String reason = "";

    @Override
    public Integer call() throws IOException {
        var namespace = whose.isEverywhere ? ANY : target.namespace;
        var service = whose.service == null ? ANY : whose.service;
        var rest = target.rest();
        var path = "pauses/" + Rest.segment(namespace) + "/" + Rest.segment(service);
        if (isUndone) {
            rest.change("DELETE", path, "", "");
        } else {
            var body = JsonNodeFactory.instance.objectNode().put("reason", reason);
            rest.change("PUT", path, "application/json", new ObjectMapper().writeValueAsString(body));
        }
        var out = spec.commandLine().getOut();
        out.println(namespace + "/" + service + (isUndone ? ": no longer paused by this" : ": paused, until --undo"));
        for (var client : rest.list("clients", "")) {
            if (!isUndone && client.path("paused").asText().equals("unheard")) {
                out.println(Table.plain(unheard(client)));
            }
        }
        out.flush();
        return 0;
    }

    /** Of a client that is to be paused and doesn't listen to that. */
    static String unheard(JsonNode client) {
        return "not paused: " + client.path("service").asText() + "."
                + client.path("namespace").asText() + " at "
                + client.path("address").asText() + " ("
                + client.path("agent").asText() + ") does not listen to that";
    }
}
