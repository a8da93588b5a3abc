package dev.weft.telemetry;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's words for HTTP. Queries and user info are left out everywhere, since they may hold secrets.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">HTTP spans</a>
 */
final class HttpAttributes {
    /** RFC 9110 and PATCH of RFC 5789; any other could be any text. */
    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    static final String REQUEST_ID = "x-request-id";

    private HttpAttributes() {}

    /** The name of a span: of a route only the application's own framework knows the template. */
    static String spanName(String method) {
        return METHODS.contains(method) ? method : "HTTP";
    }

    static void method(String method, List<Attribute> out) {
        if (METHODS.contains(method)) {
            text("http.request.method", method, out);
        } else {
            text("http.request.method", "_OTHER", out);
            text("http.request.method_original", Texts.clip(method), out);
        }
    }

    /** Where the call was for, in the application's own words. */
    static void server(boolean secure, String host, int port, String path, List<Attribute> out) {
        boolean usual = port == (secure ? 443 : 80);
        String address = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        text("server.address", host, out);
        out.add(new Attribute.Count("server.port", port));
        text("url.full", (secure ? "https://" : "http://") + address + (usual ? "" : ":" + port) + path, out);
        text("url.path", path, out);
    }

    /** What the access logs of all hops have in common, named as Envoy names it in spans. */
    static void request(@Nullable String id, List<Attribute> out) {
        if (id != null) {
            text("guid:" + REQUEST_ID, Texts.clip(id), out);
        }
    }

    /** Whom the last attempt was sent to. */
    static void peer(InetSocketAddress endpoint, List<Attribute> out) {
        text("network.peer.address", Addresses.host(endpoint), out);
        out.add(new Attribute.Count("network.peer.port", endpoint.getPort()));
    }

    /**
     * @param code 0 for none
     * @param errorType null for none
     */
    static void outcome(int code, @Nullable String errorType, List<Attribute> out) {
        if (code != 0) {
            out.add(new Attribute.Count("http.response.status_code", code));
        }
        if (errorType != null) {
            text("error.type", errorType, out);
        }
    }

    static void text(String name, String value, List<Attribute> out) {
        out.add(new Attribute.Text(name, value));
    }
}
