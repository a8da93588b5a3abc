package dev.weft.admin;

import dev.weft.engine.call.Request;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that nobody sends.
 *
 * @param headers by lower-case name
 */
record Imagined(String host, int port, boolean secure, String method, String path, Map<String, String> headers)
        implements Request {
    Imagined {
        headers = Map.copyOf(headers);
    }

    /** The same with another path. */
    Imagined at(String path) {
        return new Imagined(host, port, secure, method, path, headers);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public boolean replayable() {
        return true;
    }
}
