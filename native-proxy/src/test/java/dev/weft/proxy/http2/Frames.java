package dev.weft.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One end of a connection that writes whatever frames a test wants. Waits a minute at the most. */
final class Frames implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    /** Errors of RFC 9113, section 7. */
    static final int PROTOCOL_ERROR = 1;

    static final int FLOW_CONTROL_ERROR = 3;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final int PATIENCE_MILLIS = 60_000;
    private static final byte[] STILL_THERE = "stillup?".getBytes(StandardCharsets.US_ASCII);

    /** What came: a frame, or the end of the connection (type -1). */
    record Frame(int type, int flags, int stream, byte[] payload) {
        int number() {
            return ByteBuffer.wrap(payload).getInt();
        }

        /** The error that a GOAWAY tells. */
        int goAwayError() {
            return ByteBuffer.wrap(payload).getInt(4);
        }

        boolean end() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    private final Socket socket = new Socket();
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    /** A client that has greeted. */
    Frames(InetSocketAddress to) throws IOException {
        this(to, new byte[0]);
    }

    /** @param settings its own, six bytes for each; null where it sends none */
    Frames(InetSocketAddress to, byte[] settings) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(to, PATIENCE_MILLIS);
        write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        if (settings != null) {
            send(SETTINGS, 0, 0, settings);
        }
    }

    void write(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    Frames send(int type, int flags, int stream, byte[] payload) throws IOException {
        write(frame(type, flags, stream, payload));
        return this;
    }

    /** The fields' own bytes, without any frame. */
    byte[] block(String... fields) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(1, headers, block);
        } catch (Http2Exception e) {
            throw new IllegalArgumentException(e);
        }
        return ByteBufUtil.getBytes(block);
    }

    Frames headers(int stream, boolean end, String... fields) throws IOException {
        return send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    }

    /** A GET for the service. */
    Frames get(int stream) throws IOException {
        return headers(stream, true, ":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/x");
    }

    Frame read() throws IOException {
        byte[] head = socket.getInputStream().readNBytes(9);
        if (head.length < 9) {
            return new Frame(-1, 0, 0, new byte[0]);
        }
        ByteBuffer read = ByteBuffer.wrap(head);
        int length = (read.get() & 0xFF) << 16 | read.getShort() & 0xFFFF;
        int type = read.get();
        int flags = read.get();
        int stream = read.getInt();
        return new Frame(type, flags, stream, socket.getInputStream().readNBytes(length));
    }

    /** The next frame of that type, or the end; what comes before is passed over. */
    Frame await(int type) throws IOException {
        Frame frame = read();
        while (frame.type() != type && frame.type() >= 0) {
            frame = read();
        }
        return frame;
    }

    /** How the connection ends: the error of its GOAWAY, or -1 where it just closes. That it doesn't end is an error. */
    int end() {
        int error = -1;
        try {
            for (Frame frame = read(); frame.type() >= 0; frame = read()) {
                if (frame.type() == PING && frame.flags() == ACK && Arrays.equals(frame.payload(), STILL_THERE)) {
                    throw new AssertionError("the connection is still served");
                }
                error = frame.type() == GOAWAY ? frame.goAwayError() : error;
            }
        } catch (SocketTimeoutException endless) {
            throw new AssertionError("the connection has not ended", endless);
        } catch (IOException reset) {
            return error;
        }
        return error;
    }

    /** To be sent last: {@link #end} fails at once when it is answered. */
    Frames askWhetherStillThere() throws IOException {
        return send(PING, 0, 0, STILL_THERE);
    }

    Http2Headers fields(Frame frame) throws Http2Exception {
        return decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
