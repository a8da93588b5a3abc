package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.call.Request;
import java.net.URI;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.HttpHost;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpExecutionAware;
import org.apache.http.client.methods.HttpRequestWrapper;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.conn.routing.HttpRoute;
import org.jspecify.annotations.Nullable;

/**
 * One hop of a call as a link of the library's chain is asked for it: a route, the request (a copy of
 * the library's own, made for this hop), the context, and what the application may abort.
 */
record Hop(
        HttpRoute route,
        HttpRequestWrapper request,
        HttpClientContext context,
        @Nullable HttpExecutionAware application,
        Object link,
        @Nullable Object[] args,
        Original woven)
        implements Request {
    static boolean wants(Mesh mesh, @Nullable Object[] args) {
        return args[0] instanceof HttpRoute route
                && route.getHopCount() == 1
                && mesh.routes(route.getTargetHost().getHostName(), port(route.getTargetHost()));
    }

    static Hop of(Object link, @Nullable Object[] args, Original woven) {
        return new Hop(
                (HttpRoute) Objects.requireNonNull(args[0]),
                (HttpRequestWrapper) Objects.requireNonNull(args[1]),
                (HttpClientContext) Objects.requireNonNull(args[2]),
                (HttpExecutionAware) args[3],
                link,
                args,
                woven);
    }

    static int port(HttpHost host) {
        return host.getPort() > 0 ? host.getPort() : host.getSchemeName().equals("https") ? 443 : 80;
    }

    /** The library's own call, as if we were not here. */
    CloseableHttpResponse original() throws Throwable {
        return Objects.requireNonNull((CloseableHttpResponse) woven.call(link, args));
    }

    @Override
    public String host() {
        return route.getTargetHost().getHostName();
    }

    @Override
    public int port() {
        return port(route.getTargetHost());
    }

    @Override
    public boolean secure() {
        return route.isSecure();
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    /** The library makes the URI relative further down. */
    @Override
    public String path() {
        URI uri = request.getURI();
        if (uri == null) {
            String line = request.getRequestLine().getUri();
            return line.isEmpty() ? "/" : line;
        }
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        String whole = path == null || path.isEmpty() ? "/" : path;
        return query == null ? whole : whole + "?" + query;
    }

    @Override
    public @Nullable String header(String name) {
        Header first = request.getFirstHeader(name);
        return first == null ? null : first.getValue();
    }

    @Override
    public @Nullable String joined(String name) {
        Header[] all = request.getHeaders(name);
        if (all.length < 2) {
            return all.length == 0 ? null : all[0].getValue();
        }
        return Stream.of(all).map(Header::getValue).collect(Collectors.joining(","));
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
        for (Header header : request.getAllHeaders()) {
            each.accept(header.getName(), Objects.requireNonNullElse(header.getValue(), ""));
        }
    }

    @Override
    public boolean rewritable() {
        return true;
    }

    @Override
    public boolean replayable() {
        HttpEntity body = request instanceof HttpEntityEnclosingRequest with ? with.getEntity() : null;
        return body == null || body.isRepeatable();
    }
}
