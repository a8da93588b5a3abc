package dev.weft.telemetry.export;

import dev.weft.engine.drive.Timer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Sends one body by HTTP/1.1 over a connection of its own. Nothing but sockets: no client that we or others weave, and
 * none of the application's proxies, cookies and credentials. The answer is read up to the end of its head.
 */
final class HttpPost {
    private static final int MOST_HEAD = 16 * 1024;

    private final Target target;
    private final Timer timer;
    private volatile @Nullable Socket open;

    HttpPost(Target target, Timer timer) {
        this.target = target;
        this.timer = timer;
    }

    /** @param retryAfter the header's value; null for none */
    record Answer(int status, @Nullable String retryAfter) {}

    Answer send(String contentType, byte[] body) throws IOException {
        byte[] content = target.gzip() ? gzip(body) : body;
        long deadline = System.nanoTime() + target.timeoutNanos();
        try (Socket raw = new Socket(Proxy.NO_PROXY)) {
            open = raw;
            Timer.Pending late = timer.schedule(deadline, () -> close(raw));
            try {
                raw.connect(new InetSocketAddress(target.host(), target.port()), (int)
                        Math.max(1, TimeUnit.NANOSECONDS.toMillis(target.timeoutNanos())));
                return exchange(target.tls() ? secure(raw) : raw, contentType, content);
            } catch (IOException e) {
                throw System.nanoTime() - deadline >= 0 ? late(e) : e;
            } finally {
                late.cancel();
                open = null;
            }
        }
    }

    private static IOException late(IOException e) {
        SocketTimeoutException late = new SocketTimeoutException("no answer in time");
        late.initCause(e);
        return late;
    }

    /** Ends what is under way; without a farewell of TLS, which could block. */
    void abort() {
        Socket socket = open;
        if (socket != null) {
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Socket secure(Socket raw) throws IOException {
        SSLSocket secured =
                (SSLSocket) Trust.sockets(target.authorities()).createSocket(raw, target.host(), target.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        return secured;
    }

    private Answer exchange(Socket socket, String contentType, byte[] content) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append("POST ").append(target.path()).append(" HTTP/1.1\r\nHost: ").append(target.authority());
        head.append("\r\nUser-Agent: weft\r\nConnection: close\r\nContent-Type: ")
                .append(contentType);
        head.append("\r\nContent-Length: ").append(content.length);
        if (target.gzip()) {
            head.append("\r\nContent-Encoding: gzip");
        }
        for (Map.Entry<String, String> header : target.headers().entrySet()) {
            head.append("\r\n").append(header.getKey()).append(": ").append(header.getValue());
        }
        head.append("\r\n\r\n");
        OutputStream out = socket.getOutputStream();
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(content);
        out.flush();
        return answer(head(socket.getInputStream()));
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int ends = 0;
        while (ends < 4) {
            int next = in.read();
            if (next < 0 || head.size() == MOST_HEAD) {
                throw new EOFException("the answer has no head");
            }
            head.write(next);
            ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static Answer answer(String head) throws IOException {
        String[] lines = head.split("\r\n", -1);
        String[] first = lines[0].split(" ", 3);
        if (!first[0].startsWith("HTTP/1.") || first.length < 2 || first[1].length() != 3) {
            throw new IOException("the answer is not HTTP/1.1: " + lines[0]);
        }
        String retryAfter = null;
        for (String line : lines) {
            if (line.regionMatches(true, 0, "retry-after:", 0, 12)) {
                retryAfter = line.substring(12).trim();
            }
        }
        try {
            return new Answer(Integer.parseInt(first[1]), retryAfter);
        } catch (NumberFormatException e) {
            throw new IOException("the answer is not HTTP/1.1: " + lines[0], e);
        }
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 2);
        try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
            packed.write(body);
        }
        return out.toByteArray();
    }
}
