package dev.weft.engine;

import dev.weft.engine.call.Request;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request in plain values. */
public record FakeRequest(
        String host,
        int port,
        boolean secure,
        String method,
        String path,
        Map<String, String> headers,
        boolean replayable,
        long timeoutNanos)
        implements Request {
    public static FakeRequest get(String host, String path) {
        return new FakeRequest(host, 80, false, "GET", path, Map.of(), true, Long.MAX_VALUE);
    }

    static FakeRequest post(String host, String path) {
        return new FakeRequest(host, 80, false, "POST", path, Map.of(), true, Long.MAX_VALUE);
    }

    FakeRequest with(String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(name, value);
        return new FakeRequest(host, port, secure, method, path, more, replayable, timeoutNanos);
    }

    FakeRequest oneShot() {
        return new FakeRequest(host, port, secure, method, path, headers, false, timeoutNanos);
    }

    FakeRequest method(String other) {
        return new FakeRequest(host, port, secure, other, path, headers, replayable, timeoutNanos);
    }

    FakeRequest timeout(long nanos) {
        return new FakeRequest(host, port, secure, method, path, headers, replayable, nanos);
    }

    FakeRequest port(int other) {
        return new FakeRequest(host, other, secure, method, path, headers, replayable, timeoutNanos);
    }

    FakeRequest https() {
        return new FakeRequest(host, 443, true, method, path, headers, replayable, timeoutNanos);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
