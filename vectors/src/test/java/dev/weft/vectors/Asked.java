package dev.weft.vectors;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Request;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request in plain values: {@code GET http://order/path name=value}. */
record Asked(
        String host,
        int port,
        boolean secure,
        String method,
        String path,
        Map<String, String> headers,
        boolean replayable,
        boolean rewritable,
        long timeoutNanos,
        @Nullable String source)
        implements Request {
    /** @param options {@code headers}, {@code replayable}, {@code rewritable}, {@code timeout} and {@code from} */
    static Asked of(String line, Map<String, Object> options) {
        String[] words = line.strip().split(" +");
        if (words.length < 2) {
            throw new IllegalArgumentException("'" + line + "' is no METHOD URL");
        }
        Map<String, String> headers = new TreeMap<>();
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            headers.put(words[i].substring(0, equals).toLowerCase(Locale.ROOT), words[i].substring(equals + 1));
        }
        VectorFiles.map(options.get("headers"))
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), String.valueOf(value)));
        int scheme = words[1].indexOf("://");
        int slash = words[1].indexOf('/', scheme + 3);
        URI authority = URI.create(words[1].substring(0, slash));
        boolean secure = authority.getScheme().equals("https");
        String host = authority.getRawAuthority();
        int port = authority.getPort();
        if (port >= 0) {
            host = host.substring(0, host.lastIndexOf(':'));
        }
        Object timeout = options.get("timeout");
        return new Asked(
                host,
                port >= 0 ? port : secure ? 443 : 80,
                secure,
                words[0],
                words[1].substring(slash),
                headers,
                !Boolean.FALSE.equals(options.get("replayable")),
                !Boolean.FALSE.equals(options.get("rewritable")),
                timeout == null ? Long.MAX_VALUE : Times.nanos(timeout),
                options.containsKey("from") ? String.valueOf(options.get("from")) : null);
    }

    @Override
    public boolean opaque() {
        return method.equals("CONNECTION");
    }

    @Override
    public String header(String name) {
        String joined = headers.get(name);
        int comma = joined == null ? -1 : joined.indexOf(',');
        return comma < 0 ? joined : joined.substring(0, comma);
    }

    @Override
    public String joined(String name) {
        return headers.get(name);
    }

    /** The headers of a copy of this request, to be edited; several values are joined with a comma. */
    static final class Edited implements HeaderWriter {
        final Map<String, String> values;

        Edited(Asked request) {
            values = new TreeMap<>(request.headers);
        }

        @Override
        public boolean contains(String name) {
            return values.containsKey(name);
        }

        @Override
        public void set(String name, String value) {
            values.put(name, value);
        }

        @Override
        public void add(String name, String value) {
            values.merge(name, value, (one, two) -> one + "," + two);
        }

        @Override
        public void remove(String name) {
            values.remove(name);
        }
    }
}
