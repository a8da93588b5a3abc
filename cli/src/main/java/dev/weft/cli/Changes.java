package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** What a change of the rules changes for callers, as a control plane says it. */
final class Changes {
    private Changes() {}

    static void print(JsonNode change, PrintWriter out) {
        for (var host : change.path("hosts")) {
            var namespaces = joined(host.path("namespaces"));
            out.println("  " + host.path("host").asText() + ": " + joined(host.path("parts"))
                    + (namespaces.isEmpty() ? "" : ", for calls from " + namespaces));
        }
    }

    private static String joined(JsonNode list) {
        var all = new StringBuilder();
        list.forEach(one -> all.append(all.isEmpty() ? "" : ", ").append(one.asText()));
        return all.toString();
    }
}
