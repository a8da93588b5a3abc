package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one service with its instances, or one rule. */
@Command(
        name = "describe",
        description = "Shows a service with its instances, or a rule (KIND/NAME) as it was written and what is wrong.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:there is no such thing", "2:wrong usage", "3:nobody answers there"})
final class DescribeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    NamespaceTarget target = new NamespaceTarget();

    @Parameters(paramLabel = "SERVICE|KIND/NAME")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        var rest = target.rest();
        if (name.indexOf('/') >= 0) {
            rule(rest.get(RuleName.parse(spec.commandLine(), name).path(target.namespace)), out);
        } else {
            service(rest, out);
        }
        out.flush();
        return 0;
    }

    private void service(Rest rest, PrintWriter out) throws IOException {
        var service = rest.get("services/" + Rest.segment(target.namespace) + "/" + Rest.segment(name));
        var aliases = new ArrayList<String>();
        service.path("aliases").forEach(alias -> aliases.add(alias.asText()));
        out.println("service    " + service.path("host").asText());
        out.println("called     " + String.join(", ", aliases));
        out.println("up         " + service.path("up").asText() + " of "
                + service.path("instances").asText());
        out.println();
        var instances = rest.list(
                "instances", "namespace=" + Rest.segment(target.namespace) + "&service=" + Rest.segment(name));
        GetCommand.instances(instances).print(out);
        calls(
                rest.list("loads", "namespace=" + Rest.segment(target.namespace) + "&service=" + Rest.segment(name)),
                out);
        for (var instance : instances) {
            if (instance.has("operator")) {
                out.println();
                out.println(GetCommand.endpoint(instance) + ": an operator has said "
                        + new ObjectMapper().writeValueAsString(instance.get("operator")));
            }
        }
    }

    /** As clients have reported them; nothing where nobody has. */
    private static void calls(List<JsonNode> loads, PrintWriter out) {
        if (loads.isEmpty()) {
            return;
        }
        var table = new Table("CLUSTER", "REGION", "ZONE", "CALLS", "SUCCESSFUL", "FAILED", "IN PROGRESS", "DROPPED");
        for (var load : loads) {
            var cluster = load.path("cluster").asText();
            // Who drops a call does so before it knows where it would go.
            table.row(cluster, "", "", "", "", "", "", load.path("dropped").asText());
            for (var part : load.path("localities")) {
                table.row(
                        cluster,
                        part.path("region").asText(),
                        part.path("zone").asText(),
                        part.path("issued").asText(),
                        part.path("successful").asText(),
                        part.path("failed").asText(),
                        part.path("inProgress").asText(),
                        "");
            }
        }
        out.println();
        table.print(out);
    }

    private static void rule(JsonNode rule, PrintWriter out) {
        out.println("rule       " + rule.path("kind").asText() + " "
                + rule.path("namespace").asText() + "/" + rule.path("name").asText());
        out.println("state      " + rule.path("state").asText());
        out.println("from       " + rule.path("file").asText() + ":"
                + rule.path("line").asText());
        for (var error : rule.path("errors")) {
            out.println("error      " + error.path("line").asText() + ":"
                    + error.path("column").asText() + ": " + error.path("field").asText() + ": "
                    + error.path("reason").asText());
        }
        out.println();
        List.of(rule.path("text").asText().split("\n")).forEach(out::println);
    }
}
