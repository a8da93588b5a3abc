package dev.weft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The REST API of a control plane.
 *
 * @param token empty when none is known
 */
record Rest(Endpoint endpoint, String token) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROOT = "/api/v1/";
    private static final int UNAUTHORIZED = 401;

    /** Hides the token. */
    @Override
    public String toString() {
        return "Rest[" + endpoint.shown() + "]";
    }

    /** An answer that says no; the message is what it says. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;
        private final transient JsonNode problem;

        RefusedException(int status, JsonNode problem) {
            super(detail(status, problem));
            this.status = status;
            this.problem = problem;
        }

        private static String detail(int status, JsonNode problem) {
            var text = new StringBuilder(problem.path("detail").asText("status " + status));
            for (var error : problem.path("errors")) {
                if (!error.has("line")) {
                    text.append("\n  ")
                            .append(error.path("field").asText())
                            .append(": ")
                            .append(error.path("reason").asText());
                }
            }
            return text.toString();
        }

        int status() {
            return status;
        }

        JsonNode problem() {
            return problem;
        }
    }

    /** One segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Something below {@code /api/v1/}. */
    JsonNode get(String path) throws IOException {
        var headers = new ArrayList<String>();
        headers.add("Accept: application/json");
        if (!token.isEmpty()) {
            headers.add("Authorization: Bearer " + token);
        }
        var reply = endpoint.send("GET", ROOT + path, headers, new byte[0]);
        if (reply.status() == UNAUTHORIZED && token.isEmpty()) {
            throw new IOException("looking at " + endpoint.shown()
                    + " from another machine takes the token in its state directory: --token-file FILE, or WEFT_TOKEN");
        }
        return read(reply);
    }

    /** Every item of a list, page by page. */
    List<JsonNode> list(String kind, String query) throws IOException {
        var items = new ArrayList<JsonNode>();
        @Nullable String next = "";
        while (next != null) {
            var page = get(kind + "?limit=500" + (query.isEmpty() ? "" : "&" + query)
                    + (next.isEmpty() ? "" : "&continue=" + next));
            page.path("items").forEach(items::add);
            next = page.path("continue").textValue();
        }
        return items;
    }

    /** @param type media type of the body; of no meaning when that is empty */
    JsonNode change(String method, String path, String type, String body) throws IOException {
        if (token.isEmpty()) {
            throw new IOException("changing something at " + endpoint.shown()
                    + " takes the token in its state directory: --token-file FILE, or WEFT_TOKEN");
        }
        var headers = new ArrayList<String>();
        headers.add("Authorization: Bearer " + token);
        if (!body.isEmpty()) {
            headers.add("Content-Type: " + type);
        }
        return read(endpoint.send(method, ROOT + path, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    private JsonNode read(Endpoint.Reply reply) throws IOException {
        try {
            var read = reply.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(reply.body());
            if (reply.status() >= 400) {
                throw new RefusedException(reply.status(), read);
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    endpoint.shown() + " answers, but not as a control plane does (" + reply.status() + ")");
        }
    }
}
