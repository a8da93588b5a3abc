package dev.weft.proxy.http2;

import dev.weft.proxy.http1.MessageHead;
import dev.weft.proxy.http1.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes heads of HTTP/2 in the form of HTTP/1.1, in which they are read and judged as all others. Whatever could become
 * another line there, or another message, is malformed (RFC 9113, sections 8.2 and 8.3).
 */
final class HeadText {
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString VERSION = AsciiString.cached(" HTTP/1.1\r\nhost: ");
    private static final AsciiString STATUS = AsciiString.cached("HTTP/1.1 ");
    private static final AsciiString STATUS_END = AsciiString.cached(" \r\n");
    private static final AsciiString END = AsciiString.cached("\r\n");
    private static final AsciiString COOKIE_LINE = AsciiString.cached("cookie: ");
    private static final AsciiString COOKIE_NEXT = AsciiString.cached("; ");

    private static final AsciiString SPACE = AsciiString.cached(" ");
    private static final AsciiString COLON = AsciiString.cached(": ");

    // What is for one hop alone.
    private static final AsciiString CONNECTION = AsciiString.cached("connection");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    private static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");

    /** Room that is kept for the next head: most connections are idle. */
    private static final int USUAL = 1024;

    private static final int LEAST = 128;

    private final Text out = new Text();
    private final Text cookies = new Text();

    /** How many of the names of the head that is read begin with a colon. */
    private int pseudo;

    /**
     * Reads a request's head.
     *
     * @return as {@link MessageHead#feed} does; {@link MessageHead#MORE} for what is malformed
     */
    int request(Http2Headers in, MessageHead into) {
        CharSequence host = in.authority() == null ? in.get(HOST) : in.authority();
        if (in.method() == null || in.path() == null || host == null || in.scheme() == null) {
            return MessageHead.MORE;
        }
        AsciiString method = AsciiString.of(in.method());
        AsciiString path = AsciiString.of(in.path());
        AsciiString authority = AsciiString.of(host);
        if (!visible(method) || !visible(path) || !visible(authority) || !origin(path)) {
            return MessageHead.MORE;
        }
        begin();
        out.add(method);
        out.add(SPACE);
        out.add(path);
        out.add(VERSION);
        out.add(authority);
        out.add(END);
        boolean named = false;
        for (Map.Entry<CharSequence, CharSequence> line : in) {
            AsciiString name = AsciiString.of(line.getKey());
            AsciiString value = AsciiString.of(line.getValue());
            if (pseudo(name)) {
                pseudo++;
            } else if (name.equals(HOST)) {
                if (named || !value.contentEqualsIgnoreCase(authority)) {
                    return MessageHead.MORE;
                }
                named = true;
            } else if (name.equals(COOKIE) && value(value)) {
                cookies.add(cookies.length == 0 ? COOKIE_LINE : COOKIE_NEXT);
                cookies.add(value);
            } else if (name.equals(TE) && !value.contentEqualsIgnoreCase(TRAILERS) || !line(name, value)) {
                return MessageHead.MORE;
            }
        }
        if (cookies.length > 0) {
            out.add(cookies.octets, 0, cookies.length);
            out.add(END);
        }
        return pseudo > 4 ? MessageHead.MORE : end(into);
    }

    private static boolean origin(AsciiString path) {
        return path.byteAt(0) == '/' || path.byteAt(0) == '*';
    }

    /** Reads an answer's head, with the same result. */
    int answer(Http2Headers in, MessageHead into) {
        CharSequence said = in.status();
        if (said == null || said.length() != 3 || AsciiString.contentEquals(said, "101")) {
            return MessageHead.MORE;
        }
        AsciiString status = AsciiString.of(said);
        if (!visible(status)) {
            return MessageHead.MORE;
        }
        begin();
        out.add(STATUS);
        out.add(status);
        out.add(STATUS_END);
        return lines(in) && pseudo == 1 ? end(into) : MessageHead.MORE;
    }

    /** Reads the lines behind a body, with the same result. */
    int trailers(Http2Headers in, MessageHead into) {
        begin();
        return lines(in) && pseudo == 0 ? end(into) : MessageHead.MORE;
    }

    private void begin() {
        out.length = 0;
        cookies.length = 0;
        pseudo = 0;
    }

    private boolean lines(Http2Headers in) {
        for (Map.Entry<CharSequence, CharSequence> line : in) {
            AsciiString name = AsciiString.of(line.getKey());
            if (pseudo(name)) {
                pseudo++; // which, the decoder has seen to
            } else if (!line(name, AsciiString.of(line.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private int end(MessageHead into) {
        out.add(END);
        ByteBuf whole = out.whole();
        int result = into.feed(whole);
        boolean left = whole.isReadable();
        out.trim();
        cookies.trim();
        return result == MessageHead.DONE && left ? MessageHead.MORE : result;
    }

    private static boolean pseudo(AsciiString name) {
        return name.length() > 0 && name.byteAt(0) == ':';
    }

    private boolean line(AsciiString name, AsciiString value) {
        if (!name(name) || !value(value)) {
            return false;
        }
        out.add(name);
        out.add(COLON);
        out.add(value);
        out.add(END);
        return true;
    }

    static boolean name(AsciiString name) {
        int from = name.arrayOffset();
        return !name.isEmpty() && Octets.all(Octets.NAME, name.array(), from, from + name.length()) && !hop(name);
    }

    private static boolean hop(AsciiString name) {
        return switch (name.length()) {
            case 7 -> name.equals(UPGRADE);
            case 10 -> name.equals(CONNECTION) || name.equals(KEEP_ALIVE);
            case 16 -> name.equals(PROXY_CONNECTION);
            case 17 -> name.equals(TRANSFER_ENCODING);
            default -> false;
        };
    }

    static boolean value(AsciiString value) {
        int end = value.arrayOffset() + value.length();
        return value.isEmpty()
                || !blank(value.byteAt(0))
                        && !blank(value.byteAt(value.length() - 1))
                        && Octets.control(value.array(), value.arrayOffset(), end) == end;
    }

    private static boolean blank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** Whether it is one word: what it may be beside that, the reader of heads knows. */
    private static boolean visible(AsciiString text) {
        byte[] in = text.array();
        int end = text.arrayOffset() + text.length();
        for (int i = text.arrayOffset(); i < end; i++) {
            if (in[i] <= ' ' || in[i] == 0x7F) {
                return false; // also what isn't ASCII
            }
        }
        return !text.isEmpty();
    }

    /** Bytes that are put together. */
    private static final class Text {
        private byte[] octets = {};
        private ByteBuf view = Unpooled.EMPTY_BUFFER;
        private int length;

        void add(AsciiString text) {
            add(text.array(), text.arrayOffset(), text.length());
        }

        void add(byte[] from, int at, int count) {
            if (length + count > octets.length) {
                octets = Arrays.copyOf(octets, Math.max(Math.max(LEAST, octets.length * 2), length + count));
                view = Unpooled.wrappedBuffer(octets);
            }
            System.arraycopy(from, at, octets, length, count);
            length += count;
        }

        ByteBuf whole() {
            return view.setIndex(0, length);
        }

        void trim() {
            if (octets.length > USUAL) {
                octets = new byte[USUAL];
                view = Unpooled.wrappedBuffer(octets);
            }
        }
    }
}
