package dev.weft.adapters.httpclient5;

import dev.weft.engine.call.Request;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * One hop's request as the engine sees it.
 *
 * @param target the host that the hop asks for, before anything of the mesh
 */
record HopRequest(HttpHost target, ClassicHttpRequest request) implements Request {
    static boolean secure(HttpHost host) {
        return host.getSchemeName().equals("https");
    }

    static int port(HttpHost host) {
        return host.getPort() > 0 ? host.getPort() : secure(host) ? 443 : 80;
    }

    @Override
    public String host() {
        return target.getHostName();
    }

    @Override
    public int port() {
        return port(target);
    }

    @Override
    public boolean secure() {
        return secure(target);
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        String path = request.getPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    @Override
    public @Nullable String header(String name) {
        Header first = request.getFirstHeader(name);
        return first == null ? null : first.getValue();
    }

    @Override
    public @Nullable String joined(String name) {
        if (request.countHeaders(name) < 2) {
            return header(name);
        }
        return Stream.of(request.getHeaders(name)).map(Header::getValue).collect(Collectors.joining(","));
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
        for (Header header : request.getHeaders()) {
            each.accept(header.getName(), Objects.requireNonNullElse(header.getValue(), ""));
        }
    }

    @Override
    public boolean rewritable() {
        return true;
    }

    @Override
    public boolean replayable() {
        HttpEntity body = request.getEntity();
        return body == null || body.isRepeatable();
    }
}
