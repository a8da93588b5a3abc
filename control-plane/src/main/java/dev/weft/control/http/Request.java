package dev.weft.control.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param path segments of its path, decoded
 * @param headers by lower-case name, in order; those that name or authorise stand once
 * @param body empty until it has been admitted
 * @param peer address of the client
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares requests
public record Request(
        String method,
        List<String> path,
        Map<String, String> query,
        Map<String, List<String>> headers,
        byte[] body,
        String peer) {

    /** The first of this name. */
    public @Nullable String header(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null ? null : values.get(0);
    }

    Request with(byte[] newBody) {
        return new Request(method, path, query, headers, newBody, peer);
    }
}
