package dev.weft.adapters.urlconnection;

import dev.weft.engine.call.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * An answer that a rule gives, as a socket with nobody at the other end: so the library itself makes
 * of it whatever it makes of answers.
 */
final class LocalAnswer extends Socket {
    private final byte[] bytes;

    LocalAnswer(Refusal refusal) {
        byte[] text = refusal.body().getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder("HTTP/1.1 ").append(refusal.code()).append(" Local\r\n");
        boolean typed = text.length == 0;
        for (Refusal.Header header : refusal.headers()) {
            line(head, header.name(), header.value());
            typed |= header.name().equalsIgnoreCase("content-type");
        }
        if (!typed) {
            line(head, "Content-Type", "text/plain; charset=utf-8");
        }
        line(head, "Content-Length", Integer.toString(text.length));
        line(head, "Connection", "close");
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(text);
        this.bytes = all.toByteArray();
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** Nobody is waited for. */
    @Override
    public void setSoTimeout(int timeout) {}

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public OutputStream getOutputStream() {
        return OutputStream.nullOutputStream();
    }
}
