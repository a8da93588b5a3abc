package dev.weft.control.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One answer, whole. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares answers
public record Response(int status, Map<String, String> headers, byte[] body) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    public Response {
        headers = Map.copyOf(headers);
    }

    public static Response json(int status, Object content) {
        return new Response(status, Map.of("Content-Type", "application/json"), bytes(content));
    }

    public static Response empty(int status) {
        return new Response(status, Map.of(), new byte[0]);
    }

    /** An error, as RFC 9457 writes it. */
    public static Response problem(int status, String detail) {
        return problem(status, detail, List.of());
    }

    /** @param errors each a JSON object of its own: what is wrong where */
    public static Response problem(int status, String detail, List<?> errors) {
        String title = HttpResponseStatus.valueOf(status).reasonPhrase();
        return new Response(
                status,
                Map.of("Content-Type", "application/problem+json"),
                bytes(new Problem("about:blank", title, status, detail, errors)));
    }

    public Response with(String name, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(name, value);
        return new Response(status, all, body);
    }

    private record Problem(
            String type,
            String title,
            int status,
            String detail,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<?> errors) {}

    private static byte[] bytes(Object content) {
        try {
            return JSON.writeValueAsBytes(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what we show can always be written as JSON", e);
        }
    }
}
