package dev.weft.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** How a script answers. */
public final class Out {
    private final Socket socket;
    private final InputStream in;
    private final Map<String, String> headers = new TreeMap<>();
    private boolean last;

    Out(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    Out fresh() {
        headers.clear();
        return this;
    }

    boolean last() {
        return last;
    }

    public Out header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public void text(int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        header("Content-Length", Integer.toString(body.length));
        OutputStream out = socket.getOutputStream();
        out.write(head(status));
        out.write(body);
        out.flush();
    }

    /** The head now, and this many bytes of {@link Large} after it. */
    public void large(long bytes) throws IOException {
        header("Content-Length", Long.toString(bytes));
        OutputStream out = socket.getOutputStream();
        out.write(head(200));
        try (InputStream body = new Large(bytes)) {
            body.transferTo(out);
        }
        out.flush();
    }

    /** Begins to answer; the body is written by hand and ends with the connection. */
    public OutputStream open(int status) throws IOException {
        header("Connection", "close");
        last = true;
        OutputStream out = socket.getOutputStream();
        out.write(head(status));
        out.flush();
        return out;
    }

    /** In chunks, with one trailer behind them. */
    public void chunked(String text, String trailer, String value) throws IOException {
        header("Transfer-Encoding", "chunked");
        header("Trailer", trailer);
        OutputStream out = socket.getOutputStream();
        out.write(head(200));
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String end = "\r\n0\r\n" + trailer + ": " + value + "\r\n\r\n";
        out.write((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.write(end.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Says nothing until the client closes the connection. */
    public void hang() throws IOException {
        last = true;
        until(0);
    }

    /** Says one byte of an endless head now and then, until the client closes the connection. */
    public void trickle() throws IOException {
        last = true;
        OutputStream out = socket.getOutputStream();
        out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
        while (!until(20)) {
            out.write('.');
            out.flush();
        }
    }

    /** Whether the client has closed within this time; 0 waits as long as it takes. */
    private boolean until(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return in.read() == -1;
        } catch (SocketTimeoutException stillThere) {
            return false;
        } catch (SocketException reset) {
            return true; // closed hard, with bytes of ours unread
        }
    }

    private byte[] head(int status) {
        var head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
