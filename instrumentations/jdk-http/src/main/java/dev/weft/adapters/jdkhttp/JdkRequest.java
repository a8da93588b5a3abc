package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.call.Request;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the engine may ask of the application's request. */
record JdkRequest(HttpRequest request, HttpHeaders headers) implements Request {
    /**
     * The library's own publishers that begin anew for each subscriber. Not among them: input
     * streams, because most suppliers return the same stream again, and a body that is half there
     * would be sent without a word.
     */
    private static final Set<String> REPLAYABLE = Set.of(
            "jdk.internal.net.http.RequestPublishers$EmptyPublisher",
            "jdk.internal.net.http.RequestPublishers$ByteArrayPublisher",
            "jdk.internal.net.http.RequestPublishers$StringPublisher",
            "jdk.internal.net.http.RequestPublishers$IterablePublisher",
            "jdk.internal.net.http.RequestPublishers$FilePublisher");

    /** Whether a call to this place may be ours. */
    static boolean routed(Mesh mesh, @Nullable URI uri) {
        return uri != null && uri.getHost() != null && mesh.routes(uri.getHost(), port(uri));
    }

    static boolean secure(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    static int port(URI uri) {
        return uri.getPort() != -1 ? uri.getPort() : secure(uri) ? 443 : 80;
    }

    /** Whether both name the same logical place. */
    static boolean sameAuthority(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    @Override
    public String host() {
        return request.uri().getHost();
    }

    @Override
    public int port() {
        return port(request.uri());
    }

    @Override
    public boolean secure() {
        return secure(request.uri());
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String path() {
        String path = request.uri().getRawPath();
        String query = request.uri().getRawQuery();
        String rooted = path == null || path.isEmpty() ? "/" : path;
        return query == null ? rooted : rooted + "?" + query;
    }

    @Override
    public @Nullable String header(String name) {
        return first(headers, name);
    }

    /** The library's own way makes a stream for each question. */
    static @Nullable String first(HttpHeaders headers, String name) {
        List<String> values = headers.map().get(name);
        return values == null || values.isEmpty() ? null : values.get(0);
    }

    @Override
    public @Nullable String joined(String name) {
        List<String> all = headers.allValues(name);
        if (all.size() < 2) {
            return all.isEmpty() ? null : all.get(0);
        }
        return String.join(",", all);
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
        headers.map().forEach((name, values) -> values.forEach(value -> each.accept(name, value)));
    }

    @Override
    public boolean rewritable() {
        return true;
    }

    @Override
    public boolean replayable() {
        var body = request.bodyPublisher();
        return body.isEmpty() || REPLAYABLE.contains(body.get().getClass().getName());
    }

    @Override
    public long timeoutNanos() {
        var timeout = request.timeout();
        if (timeout.isEmpty()) {
            return Long.MAX_VALUE;
        }
        // A Duration may be longer than nanoseconds in a long can say.
        return timeout.get().toSeconds() > Long.MAX_VALUE / 2_000_000_000L
                ? Long.MAX_VALUE
                : timeout.get().toNanos();
    }
}
