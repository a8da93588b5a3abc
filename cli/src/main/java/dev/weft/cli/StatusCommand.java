package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says whether everyone has what they should have. */
@Command(
        name = "status",
        description = "Who is connected to the control plane, who is not in sync, and what was refused by whom.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everyone is in sync and nothing was refused",
            "1:someone is not, or something was",
            "2:wrong usage",
            "3:nobody answers there"
        })
final class StatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RestTarget target = new RestTarget();

    @Override
    public Integer call() throws IOException {
        var rest = target.rest();
        var out = spec.commandLine().getOut();
        var clients = rest.list("clients", "");
        var rules = rest.list("rules", "");
        var warnings = rest.get("rules?limit=1").path("warnings");
        var instances = rest.list("instances", "");
        long late = clients.stream()
                .filter(client -> !client.path("inSync").asBoolean())
                .count();
        long up = instances.stream()
                .filter(instance -> instance.path("state").asText().equals("UP"))
                .count();
        long refused = rules.stream()
                .filter(rule -> rule.path("state").asText().equals("refused"))
                .count();
        out.println("clients    " + clients.size() + " connected, " + late + " not in sync");
        out.println("instances  " + up + " of " + instances.size() + " up");
        out.println("rules      " + rules.size() + ", " + refused + " refused, " + warnings.size() + " warnings");
        loads(rest.list("loads", ""), out);
        for (var version : rest.list("rules/history", "")) {
            if (version.path("held").asBoolean()) {
                out.println("rollback   version " + version.path("number").asText()
                        + " of the rules is held in force; what files and the API say does not count until weft rollback"
                        + " --release");
            }
        }
        for (var pause : rest.list("pauses", "")) {
            var why = pause.path("reason").asText();
            out.println(Table.plain("paused     " + pause.path("namespace").asText() + "/"
                    + pause.path("service").asText() + " since "
                    + pause.path("since").asText()
                    + (why.isEmpty() ? "" : ": " + why)));
        }
        boolean isWrong = late > 0 || refused > 0;
        for (var client : clients) {
            var who = client.path("service").asText() + "."
                    + client.path("namespace").asText() + " at "
                    + client.path("address").asText();
            if (!client.path("inSync").asBoolean()) {
                out.println(Table.plain("not in sync: " + who));
            }
            if (client.path("paused").asText().equals("unheard")) {
                isWrong = true;
                out.println(Table.plain(PauseCommand.unheard(client)));
            }
            for (var resource : client.path("refused")) {
                isWrong = true;
                out.println(Table.plain(
                        "refused by " + who + ": " + resource.path("name").asText() + ": "
                                + resource.path("reason").asText()));
            }
        }
        for (var rule : rules) {
            rule.path("errors").forEach(error -> out.println(Table.plain("refused: " + finding(error))));
        }
        warnings.forEach(warning -> out.println(Table.plain("warning: " + finding(warning))));
        out.flush();
        return isWrong ? Main.FAILED : 0;
    }

    private static String finding(JsonNode finding) {
        return finding.path("file").asText() + ":"
                + finding.path("line").asText() + ":"
                + finding.path("column").asText() + ": "
                + finding.path("field").asText() + ": "
                + finding.path("reason").asText();
    }

    /** What clients have reported of their calls; nothing where nobody has. */
    private static void loads(List<JsonNode> loads, PrintWriter out) {
        if (loads.isEmpty()) {
            return;
        }
        long issued = 0;
        long failed = 0;
        long dropped = 0;
        for (var load : loads) {
            dropped += load.path("dropped").asLong();
            for (var part : load.path("localities")) {
                issued += part.path("issued").asLong();
                failed += part.path("failed").asLong();
            }
        }
        out.println("calls      " + issued + " reported to " + loads.size() + " clusters, " + failed + " failed, "
                + dropped + " dropped");
    }
}
