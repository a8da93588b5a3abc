package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.call.Request;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection object's request as the engine sees it. It doesn't hold the connection object: the
 * engine keeps requests until their calls are over, and a call can be over because that object is gone.
 */
final class UrlRequest implements Request {
    private final URL url;
    private final String method;
    private final Object headers;
    private final boolean replayable;
    /** Those of the last attempt: another agent adds its own to them. A race of threads shows those before. */
    private @Nullable Object sent;

    /**
     * @param headers of the application
     * @param replayable no body, or one that the library holds in memory
     */
    private UrlRequest(URL url, String method, Object headers, boolean replayable) {
        this.url = url;
        this.method = method;
        this.headers = headers;
        this.replayable = replayable;
    }

    static UrlRequest of(HttpURLConnection connection, Before before) {
        return new UrlRequest(before.url(), before.method(), before.headers(), !Connections.streaming(connection));
    }

    static boolean routed(Mesh mesh, URL url) {
        String host = url.getHost();
        return host != null && !host.isEmpty() && mesh.routes(host, port(url));
    }

    static int port(URL url) {
        return url.getPort() != -1 ? url.getPort() : url.getDefaultPort();
    }

    /** Whether both name the same logical place. */
    static boolean sameAuthority(URL one, URL other) {
        if (one == other) {
            return true; // nearly always
        }
        return one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other)
                && one.getProtocol().equalsIgnoreCase(other.getProtocol());
    }

    void sent(HeaderList list) {
        sent = list.list();
    }

    boolean idempotent() {
        return idempotent(method);
    }

    /** RFC 9110, section 9.2.2. */
    static boolean idempotent(String method) {
        return !method.equals("POST") && !method.equals("PATCH");
    }

    @Override
    public String host() {
        return url.getHost();
    }

    @Override
    public int port() {
        return port(url);
    }

    @Override
    public boolean secure() {
        return url.getProtocol().equalsIgnoreCase("https");
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public boolean replayable() {
        return replayable;
    }

    @Override
    public String path() {
        String file = url.getFile();
        return file.startsWith("/") ? file : "/" + file;
    }

    @Override
    public @Nullable String header(String name) {
        return HeaderList.find(headers, name);
    }

    @Override
    public @Nullable String sentHeader(String name) {
        Object last = sent;
        return last == null ? header(name) : HeaderList.find(last, name);
    }

    @Override
    public @Nullable String joined(String name) {
        return HeaderList.joined(headers, name);
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
        HeaderList.each(headers, each);
    }
}
