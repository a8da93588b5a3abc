package dev.weft.telemetry.export;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where telemetry is sent, over HTTP/1.1.
 *
 * @param url http or https, with a host
 * @param headers sent with each request, such as the collector's key
 * @param gzip whether bodies are compressed
 * @param timeoutNanos for one request, from connecting to the head of the answer
 * @param authorities PEM file of who may vouch for an https collector; null for the JDK's own
 */
public record Target(
        URI url,
        Map<String, String> headers,
        boolean gzip,
        long timeoutNanos,
        @Nullable Path authorities) {
    public Target {
        headers = Map.copyOf(headers);
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException("url: a user can't be named there; send a header instead");
        }
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException("url: " + url + " is not an http or https URL with a host");
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!token(header.getKey()) || !visible(header.getValue())) {
                throw new IllegalArgumentException("headers: " + header.getKey() + " can't be sent");
            }
        }
    }

    /** A target that the JDK's own authorities vouch for. */
    public Target(URI url, Map<String, String> headers, boolean gzip, long timeoutNanos) {
        this(url, headers, gzip, timeoutNanos, null);
    }

    boolean tls() {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    /** As sockets take it, without brackets. */
    String host() {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return url.getPort() >= 0 ? url.getPort() : tls() ? 443 : 80;
    }

    String authority() {
        return url.getPort() >= 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
    }

    /** Path and query. */
    String path() {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    /** RFC 9110, 5.6.2. */
    private static boolean token(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean visible(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
