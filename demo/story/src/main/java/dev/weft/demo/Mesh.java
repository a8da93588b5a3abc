package dev.weft.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the mesh tells about itself: the REST API of the control plane and the admin endpoints of the agents. */
final class Mesh {
    /** A span as an agent shows it, with the instance that recorded it. */
    record Span(Member member, String kind, String name, String id, String parent) {}

    private final Web web;
    private final Fleet fleet;

    Mesh(Web web, Fleet fleet) {
        this.web = web;
        this.fleet = fleet;
    }

    boolean controlPlaneAnswers() {
        return web.answers(fleet.rest, "/api/v1/instances");
    }

    /** The addresses of the instances that the control plane hands out to callers. */
    List<String> up() throws IOException {
        return items("/api/v1/instances")
                .filter(instance -> instance.path("state").asText().equals("UP"))
                .map(instance -> instance.path("address").asText() + ":"
                        + instance.path("port").asText())
                .toList();
    }

    /** The errors that the control plane found in a rule file. */
    List<JsonNode> errors(String file) throws IOException {
        return items("/api/v1/rules")
                .filter(rule -> rule.path("file").asText().endsWith(file))
                .flatMap(rule -> stream(rule.path("errors")))
                .toList();
    }

    /** What one process kept of a trace. */
    List<Span> spans(Member member, String traceId) throws IOException {
        var reply = web.get(admin(member), "/traces/" + traceId);
        var spans = new ArrayList<Span>();
        for (var span : reply.json().isArray() ? reply.json() : reply.json().path("spans")) {
            spans.add(new Span(
                    member,
                    span.path("kind").asText().toLowerCase(Locale.ROOT),
                    span.path("name").asText(),
                    span.path("spanId").asText(),
                    span.path("parentSpanId").asText()));
        }
        return spans;
    }

    String admin(Member member) throws IOException {
        var pid = fleet.process(member.name()).pid();
        return Web.read(fleet.runtime().resolve(pid + ".json")).path("admin").asText();
    }

    private Stream<JsonNode> items(String path) throws IOException {
        var reply = web.get(fleet.rest, path);
        if (!reply.good()) {
            throw new IOException(path + " answered " + reply.status() + " " + reply.text());
        }
        return stream(reply.json().path("items"));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream((array.isArray() ? array : MissingNode.getInstance()).spliterator(), false);
    }
}
