package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists what the control plane knows. */
@Command(
        name = "get",
        description = "Lists services, instances, rules or clients of a control plane.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "1:refused, and why", "2:wrong usage", "3:nobody answers there"})
final class GetCommand implements Callable<Integer> {
    /** What there are lists of. */
    enum Kind {
        SERVICES,
        INSTANCES,
        RULES,
        CLIENTS
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RestTarget target = new RestTarget();

    @Parameters(paramLabel = "KIND", description = "services, instances, rules or clients")
    @SuppressWarnings("NullAway.Init")
    Kind kind;

    @Option(
            names = {"-n", "--namespace"},
            description = "only those of this namespace")
    @Nullable
    String namespace;

    @Option(names = "--history", description = "of rules: the versions that can be put back into force")
    boolean isHistory;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() throws IOException {
        if (isHistory && (kind != Kind.RULES || namespace != null)) {
            throw new ParameterException(spec.commandLine(), "--history is that of all rules: get rules --history");
        }
        var name = kind.name().toLowerCase(Locale.ROOT) + (isHistory ? "/history" : "");
        boolean isNarrowed = namespace != null && (kind == Kind.SERVICES || kind == Kind.INSTANCES);
        var items = target.rest().list(name, isNarrowed ? "namespace=" + Rest.segment(String.valueOf(namespace)) : "");
        if (namespace != null && !isNarrowed) {
            items.removeIf(item -> !item.path("namespace").asText().equals(namespace));
        }
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(items));
        } else {
            (isHistory ? history(items) : table(kind, items)).print(out);
        }
        out.flush();
        return 0;
    }

    private static Table table(Kind kind, List<JsonNode> items) {
        return switch (kind) {
            case SERVICES -> services(items);
            case INSTANCES -> instances(items);
            case RULES -> rules(items);
            case CLIENTS -> clients(items);
        };
    }

    private static Table services(List<JsonNode> items) {
        var table = new Table("SERVICE", "NAMESPACE", "UP", "PORTS", "VERSIONS");
        for (var item : items) {
            table.row(
                    text(item, "name"),
                    text(item, "namespace"),
                    text(item, "up") + "/" + text(item, "instances"),
                    joined(item, "ports"),
                    joined(item, "versions"));
        }
        return table;
    }

    static Table instances(List<JsonNode> items) {
        var table = new Table("SERVICE", "NAMESPACE", "ENDPOINT", "STATE", "VERSION", "WEIGHT", "ZONE", "KEPT BY");
        for (var item : items) {
            table.row(
                    text(item, "service"),
                    text(item, "namespace"),
                    endpoint(item),
                    state(item),
                    text(item, "version"),
                    text(item, "weight"),
                    text(item, "zone"),
                    keptBy(item));
        }
        return table;
    }

    static String endpoint(JsonNode item) {
        var address = text(item, "address");
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + text(item, "port");
    }

    private static String state(JsonNode item) {
        var state = text(item, "state");
        var reported = text(item, "reported");
        return state.equals(reported) ? state : state + " (says " + reported + ")";
    }

    private static String keptBy(JsonNode item) {
        var lease = item.path("lease");
        if (lease.isMissingNode()) {
            return text(item, "source");
        }
        return lease.path("held").asBoolean()
                ? "lease, ended, held back"
                : "lease, " + text(lease, "left") + " of " + text(lease, "ttl");
    }

    private static Table rules(List<JsonNode> items) {
        var table = new Table("KIND", "NAMESPACE", "NAME", "STATE", "FROM");
        for (var item : items) {
            table.row(
                    text(item, "kind"),
                    text(item, "namespace"),
                    text(item, "name"),
                    text(item, "state"),
                    text(item, "source").equals("api") ? "api" : text(item, "file") + ":" + text(item, "line"));
        }
        return table;
    }

    private static Table history(List<JsonNode> items) {
        var table = new Table("NUMBER", "VERSION", "SINCE", "STATE", "CHANGES");
        for (var item : items) {
            table.row(
                    text(item, "number"),
                    text(item, "version"),
                    text(item, "since"),
                    item.path("held").asBoolean()
                            ? "held"
                            : item.path("current").asBoolean() ? "in force" : "",
                    joined(item, "changes"));
        }
        return table;
    }

    private static Table clients(List<JsonNode> items) {
        var table = new Table("SERVICE", "NAMESPACE", "ADDRESS", "AGENT", "IN SYNC", "REFUSED", "SINCE");
        for (var item : items) {
            table.row(
                    text(item, "service"),
                    text(item, "namespace"),
                    text(item, "address"),
                    text(item, "agent"),
                    item.path("inSync").asBoolean() ? "yes" : "no",
                    item.path("refused").size(),
                    text(item, "connectedSince"));
        }
        return table;
    }

    private static String text(JsonNode item, String field) {
        return item.path(field).asText();
    }

    private static String joined(JsonNode item, String field) {
        var all = new StringBuilder();
        item.path(field).forEach(one -> all.append(all.isEmpty() ? "" : ",").append(one.asText()));
        return all.toString();
    }
}
