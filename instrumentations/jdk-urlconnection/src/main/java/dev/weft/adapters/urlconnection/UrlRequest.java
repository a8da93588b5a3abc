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
 *
 * @param headers of the application
 * @param replayable no body, or one that the library holds in memory
 */
record UrlRequest(URL url, String method, Object headers, boolean replayable) implements Request {
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
    public String path() {
        String file = url.getFile();
        return file.startsWith("/") ? file : "/" + file;
    }

    @Override
    public @Nullable String header(String name) {
        return HeaderList.find(headers, name);
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
