package dev.weft.contract;

import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request that a story sends.
 *
 * @param timeout the library's own limit for this request (for the answer's head), null for none
 */
public record Outgoing(
        String method,
        String url,
        Map<String, String> headers,
        Body body,
        @Nullable Duration timeout) {
    public Outgoing {
        headers = Map.copyOf(headers);
    }

    public static Outgoing get(String url) {
        return new Outgoing("GET", url, Map.of(), new Body.None(), null);
    }

    public static Outgoing post(String url, String text) {
        return new Outgoing("POST", url, Map.of(), new Body.Text(text), null);
    }

    /** A POST whose body the library can read once only. */
    public static Outgoing postOnce(String url, InputStream stream) {
        return new Outgoing("POST", url, Map.of(), new Body.OneShot(stream), null);
    }

    public Outgoing header(String name, String value) {
        var more = new TreeMap<>(headers);
        more.put(name, value);
        return new Outgoing(method, url, more, body, timeout);
    }

    public Outgoing within(Duration limit) {
        return new Outgoing(method, url, headers, body, limit);
    }

    /** The body, in the form in which the library's users give it. */
    public sealed interface Body {
        record None() implements Body {}

        /** The library's ordinary, repeatable form for a text. */
        record Text(String text) implements Body {}

        /** A form that can't be read again; length unknown, not buffered. */
        record OneShot(InputStream stream) implements Body {}
    }
}
