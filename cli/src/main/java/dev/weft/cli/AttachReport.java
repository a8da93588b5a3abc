package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came of attaching: under which name, what is woven, and what stays as it was. */
final class AttachReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;

    AttachReport(PrintWriter out) {
        this.out = out;
    }

    /** @param admin null when it is switched off: then nobody can tell more */
    void print(Jvm jvm, @Nullable Endpoint admin) throws IOException {
        if (admin == null) {
            out.println("attached to process " + jvm.pid() + "; its admin endpoint is switched off, so this is all that"
                    + " can be said, and only a restart brings it back");
            return;
        }
        var config = page(admin, "/config");
        var weaving = page(admin, "/weaving");
        out.println("attached to process " + jvm.pid() + ", admin endpoint " + admin.shown());
        line("service", List.of(config.path("service").asText()));
        line("ports", ports(config.path("ports")));
        line("woven", woven(weaving.path("hooks")));
        line("left alone", refused(weaving.path("hooks")));
        line("outside", texts(weaving.path("outside")));
        line("wrong", texts(config.path("errors")));
        if (jvm.feature() >= 21) {
            line("note", List.of("Java " + jvm.feature() + " prints a warning of its own on the application's stderr"));
        }
        out.flush();
    }

    private static JsonNode page(Endpoint admin, String path) throws IOException {
        return JSON.readTree(admin.get(path, "application/json").body());
    }

    private void line(String name, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            out.println("  " + (i == 0 ? name : " ".repeat(name.length())) + " ".repeat(12 - name.length())
                    + values.get(i));
        }
    }

    private static List<String> ports(JsonNode ports) {
        var shown = new ArrayList<String>();
        ports.fields()
                .forEachRemaining(
                        port -> shown.add(port.getKey() + " " + port.getValue().asText()));
        return shown.isEmpty() ? List.of("none is known; the first request on Tomcat tells it") : shown;
    }

    private static List<String> woven(JsonNode hooks) {
        Map<String, Integer> places = new TreeMap<>();
        for (var hook : hooks) {
            if (hook.path("state").asText().equals("WOVEN")) {
                places.merge(hook.path("module").asText(), 1, Integer::sum);
            }
        }
        return places.isEmpty()
                ? List.of("nothing yet; libraries are woven when the application loads them")
                : places.entrySet().stream()
                        .map(module -> module.getKey() + ", " + module.getValue() + " places")
                        .toList();
    }

    private static List<String> refused(JsonNode hooks) {
        var shown = new ArrayList<String>();
        for (var hook : hooks) {
            if (!hook.path("state").asText().equals("WOVEN")) {
                shown.add(
                        hook.path("hook").asText() + ": " + hook.path("reason").asText());
            }
        }
        return shown;
    }

    private static List<String> texts(JsonNode texts) {
        var shown = new ArrayList<String>();
        texts.forEach(text -> shown.add(text.asText()));
        return shown;
    }
}
