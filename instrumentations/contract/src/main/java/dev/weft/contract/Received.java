package dev.weft.contract;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived at a peer.
 *
 * @param headers by name, any case
 * @param text the body, as far as it is short
 * @param length bytes of the whole body
 * @param crc CRC-32 of the whole body
 * @param connection number of the connection at its peer, from 1
 * @param sni server name that the client asked for
 * @param client subject of the client's certificate
 */
public record Received(
        String method,
        String target,
        Map<String, List<String>> headers,
        String text,
        long length,
        long crc,
        int connection,
        @Nullable String sni,
        @Nullable String client) {
    private static final int SHORT = 65_536;

    /** First value of a header. */
    public @Nullable String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.get(0);
    }

    /** Reads one request; null when the connection ends before it. */
    static @Nullable Received read(
            InputStream in, OutputStream out, int connection, @Nullable String sni, @Nullable String client)
            throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        int space = first.indexOf(' ');
        String method = first.substring(0, space);
        String target = first.substring(space + 1, first.lastIndexOf(' '));
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = need(in); !line.isEmpty(); line = need(in)) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        if (headers.containsKey("expect")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        var body = new Body();
        if (headers.containsKey("transfer-encoding")) {
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                body.take(in, size);
                need(in);
            }
            need(in);
        } else if (headers.containsKey("content-length")) {
            body.take(in, Long.parseLong(headers.get("content-length").get(0)));
        }
        return new Received(
                method, target, headers, body.text(), body.length, body.crc.getValue(), connection, sni, client);
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(need(in), 16);
    }

    private static String need(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new EOFException("the connection ended inside a request");
        }
        return line;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b == -1) {
                return null;
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static final class Body {
        private final ByteArrayOutputStream start = new ByteArrayOutputStream();
        private final CRC32 crc = new CRC32();
        private long length;

        void take(InputStream in, long bytes) throws IOException {
            byte[] buffer = new byte[8192];
            for (long left = bytes; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read == -1) {
                    throw new EOFException("the connection ended inside a body");
                }
                crc.update(buffer, 0, read);
                if (length < SHORT) {
                    start.write(buffer, 0, read);
                }
                length += read;
                left -= read;
            }
        }

        String text() {
            return start.toString(StandardCharsets.UTF_8);
        }
    }
}
