package dev.weft.testkit;

import dev.weft.engine.call.Request;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A call as an application makes it.
 *
 * @param headers by name in lower case; several values joined with commas
 * @param repeatable whether it has no body, or one that can be produced again
 * @param timeout the caller's own; null for none
 */
public record TestCall(
        String method,
        URI url,
        Map<String, String> headers,
        boolean repeatable,
        @Nullable Duration timeout) {
    public TestCall {
        headers = Map.copyOf(headers);
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException("'" + url + "' is no URL of http with a host");
        }
    }

    /** A call with this method. */
    public static TestCall of(String method, String url) {
        return new TestCall(method, URI.create(url), Map.of(), true, null);
    }

    public static TestCall get(String url) {
        return of("GET", url);
    }

    public static TestCall post(String url) {
        return of("POST", url);
    }

    /** The same with a header, beside those of the same name. */
    public TestCall header(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.merge(name.toLowerCase(Locale.ROOT), value, (one, two) -> one + "," + two);
        return new TestCall(method, url, more, repeatable, timeout);
    }

    /** The same with a body that can be sent once only, such as a stream. */
    public TestCall once() {
        return new TestCall(method, url, headers, false, timeout);
    }

    /** The same with a limit of the caller for the head of the answer. */
    public TestCall within(Duration limit) {
        return new TestCall(method, url, headers, repeatable, limit);
    }

    Request request() {
        return new Request() {
            @Override
            public String host() {
                return url.getHost();
            }

            @Override
            public int port() {
                return url.getPort() >= 0 ? url.getPort() : secure() ? 443 : 80;
            }

            @Override
            public boolean secure() {
                return url.getScheme().equals("https");
            }

            @Override
            public String method() {
                return method;
            }

            @Override
            public String path() {
                String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
                return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
            }

            @Override
            public @Nullable String header(String name) {
                String joined = headers.get(name);
                return joined == null ? null : joined.split(",", 2)[0];
            }

            @Override
            public @Nullable String joined(String name) {
                return headers.get(name);
            }

            @Override
            public boolean rewritable() {
                return true;
            }

            @Override
            public boolean replayable() {
                return repeatable;
            }

            @Override
            public long timeoutNanos() {
                return timeout == null ? Long.MAX_VALUE : timeout.toNanos();
            }
        };
    }
}
