package dev.weft.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP endpoint on this machine, asked over TCP or a unix socket. Written by hand because the JDK's HTTP client
 * knows no unix sockets, and takes longer to load than the whole question takes.
 *
 * @param limit how long it may say nothing
 * @param tls null for none
 */
record Endpoint(
        SocketAddress address,
        String shown,
        Duration limit,
        @Nullable Tls tls) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /**
     * It shows a certificate.
     *
     * @param authorities PEM file of who may vouch for it; null for the JDK's own
     */
    record Tls(@Nullable Path authorities) {}

    /** The status code and the body of an answer. */
    record Reply(int status, String body) {}

    /** Reads {@code host:port}, {@code http://host:port} or {@code unix:///path}. */
    static Endpoint parse(String text) {
        return parse(text, null);
    }

    /**
     * The same, and {@code https://host:port}.
     *
     * @param authorities PEM file of who may vouch for it then; null for the JDK's own
     */
    static Endpoint parse(String text, @Nullable Path authorities) {
        if (text.startsWith("unix:")) {
            return new Endpoint(UnixDomainSocketAddress.of(URI.create(text).getPath()), text, LIMIT, null);
        }
        boolean isSecure = text.startsWith("https://");
        var plain = isSecure ? text.substring(8) : text.startsWith("http://") ? text.substring(7) : text;
        var uri = URI.create("http://" + plain);
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("'" + text + "' is no address; write host:port or unix:///path");
        }
        var host = uri.getHost().replaceAll("[\\[\\]]", "");
        return new Endpoint(
                new InetSocketAddress(host, uri.getPort()),
                isSecure ? text : plain,
                LIMIT,
                isSecure ? new Tls(authorities) : null);
    }

    Reply get(String path, String accept) throws IOException {
        return ask("GET " + path, "Accept: " + accept);
    }

    /** @param token empty where a unix socket and the same user are enough */
    Reply post(String path, String token) throws IOException {
        return ask("POST " + path, token.isEmpty() ? "Content-Length: 0" : "Authorization: Bearer " + token);
    }

    /** @param headers each as it is written: {@code Name: value} */
    Reply send(String method, String path, List<String> headers, byte[] body) throws IOException {
        var all = new ArrayList<>(headers);
        if (body.length > 0) {
            all.add("Content-Length: " + body.length);
        }
        return ask(method + " " + path, String.join("\r\n", all), body);
    }

    private Reply ask(String what, String header) throws IOException {
        return ask(what, header, new byte[0]);
    }

    private Reply ask(String what, String header, byte[] body) throws IOException {
        var request = what + " HTTP/1.1\r\nHost: " + host() + "\r\n" + header + "\r\nConnection: close\r\n\r\n";
        try (var connection = connect()) {
            connection.write(request.getBytes(StandardCharsets.UTF_8));
            connection.write(body);
            return read(connection.in());
        } catch (SocketTimeoutException e) {
            throw new IOException(shown + " takes a connection but does not answer: " + e.getMessage(), e);
        }
    }

    /** The address itself: agents and control planes answer to no name but localhost, because of DNS rebinding. */
    private String host() {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return "localhost";
        }
        var literal = inet.getAddress().getHostAddress().replaceFirst("%.*", "");
        return (literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal) + ":" + inet.getPort();
    }

    boolean accepts() {
        try {
            connect().close();
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    private Link connect() throws IOException {
        try {
            return tls != null && address instanceof InetSocketAddress inet
                    ? TlsConnection.to(inet, tls.authorities(), limit)
                    : Connection.to(address, limit);
        } catch (UnresolvedAddressException e) {
            throw new Unreachable("there is no host of the name in " + shown);
        } catch (IOException e) {
            throw new Unreachable("nobody answers at " + shown + " (" + e.getMessage() + ")");
        }
    }

    private Reply read(InputStream in) throws IOException {
        var status = line(in).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException(shown + " does not speak HTTP");
        }
        long length = Long.MAX_VALUE;
        boolean chunked = false;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var name = header.toLowerCase(Locale.ROOT);
            if (name.startsWith("content-length:")) {
                length = Long.parseLong(name.substring(15).strip());
            }
            chunked |= name.startsWith("transfer-encoding:") && name.endsWith("chunked");
        }
        var body = new ByteArrayOutputStream();
        if (chunked) {
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                body.write(in.readNBytes(size));
                line(in);
            }
        } else {
            body.write(length == Long.MAX_VALUE ? in.readAllBytes() : in.readNBytes((int) length));
        }
        return new Reply(Integer.parseInt(status[1]), body.toString(StandardCharsets.UTF_8));
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the answer ended early");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
