package dev.weft.proxy.http2;

import dev.weft.proxy.http1.MessageHead;
import dev.weft.proxy.http1.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
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

    private static final AsciiString[] HOP = {
        AsciiString.cached("connection"),
        AsciiString.cached("keep-alive"),
        AsciiString.cached("proxy-connection"),
        AsciiString.cached("transfer-encoding"),
        AsciiString.cached("upgrade")
    };

    /** Room that is kept for the next head: most connections are idle. */
    private static final int USUAL = 1024;

    private final ByteBuf out = Unpooled.buffer(USUAL);

    private final ByteBuf cookies = Unpooled.buffer(0);

    /**
     * Reads a request's head.
     *
     * @return as {@link MessageHead#feed} does; {@link MessageHead#MORE} for what is malformed
     */
    int request(Http2Headers in, MessageHead into) {
        CharSequence method = in.method();
        CharSequence path = in.path();
        CharSequence authority = in.authority() == null ? in.get(HOST) : in.authority();
        out.clear();
        cookies.clear();
        if (method == null
                || path == null
                || authority == null
                || in.scheme() == null
                || path.length() == 0
                || path.charAt(0) != '/' && path.charAt(0) != '*'
                || !pseudo(in, 4)
                || !same(in, HOST, authority)) {
            return MessageHead.MORE;
        }
        append(method);
        out.writeByte(' ');
        append(path);
        append(VERSION);
        append(authority);
        append(END);
        if (!visible(method) || !visible(path) || !visible(authority)) {
            return MessageHead.MORE;
        }
        for (Map.Entry<CharSequence, CharSequence> line : in) {
            AsciiString name = AsciiString.of(line.getKey());
            AsciiString value = AsciiString.of(line.getValue());
            if (pseudo(name) || name.equals(HOST)) {
                continue;
            }
            if (name.equals(COOKIE) && value(value)) {
                cookies.writeBytes((cookies.isReadable() ? COOKIE_NEXT : COOKIE_LINE).array());
                cookies.writeBytes(value.array(), value.arrayOffset(), value.length());
            } else if (name.equals(TE) && !value.contentEqualsIgnoreCase(TRAILERS) || !line(name, value)) {
                return MessageHead.MORE;
            }
        }
        if (cookies.isReadable()) {
            out.writeBytes(cookies);
            append(END);
        }
        return end(into);
    }

    /** Reads an answer's head, with the same result. */
    int answer(Http2Headers in, MessageHead into) {
        CharSequence status = in.status();
        out.clear();
        if (status == null
                || status.length() != 3
                || !visible(status)
                || !pseudo(in, 1)
                || AsciiString.contentEquals(status, "101")) {
            return MessageHead.MORE;
        }
        append(STATUS);
        append(status);
        append(STATUS_END);
        return lines(in) ? end(into) : MessageHead.MORE;
    }

    /** Reads the lines behind a body, with the same result. */
    int trailers(Http2Headers in, MessageHead into) {
        out.clear();
        return pseudo(in, 0) && lines(in) ? end(into) : MessageHead.MORE;
    }

    private boolean lines(Http2Headers in) {
        for (Map.Entry<CharSequence, CharSequence> line : in) {
            AsciiString name = AsciiString.of(line.getKey());
            if (!pseudo(name) && !line(name, AsciiString.of(line.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private int end(MessageHead into) {
        append(END);
        int result = into.feed(out);
        boolean whole = !out.isReadable();
        trim(out);
        trim(cookies);
        return result == MessageHead.DONE && !whole ? MessageHead.MORE : result;
    }

    private static void trim(ByteBuf buffer) {
        if (buffer.capacity() > USUAL) {
            buffer.clear().capacity(USUAL);
        }
    }

    private static boolean pseudo(AsciiString name) {
        return name.length() > 0 && name.byteAt(0) == ':';
    }

    /** Whether there are no more of the names that begin with a colon than there may be; which, the decoder has seen to. */
    private static boolean pseudo(Http2Headers in, int most) {
        int count = 0;
        for (Map.Entry<CharSequence, CharSequence> line : in) {
            count += pseudo(AsciiString.of(line.getKey())) ? 1 : 0;
        }
        return count <= most;
    }

    private static boolean same(Http2Headers in, AsciiString name, CharSequence value) {
        for (CharSequence other : in.getAll(name)) {
            if (!AsciiString.contentEqualsIgnoreCase(other, value)) {
                return false;
            }
        }
        return in.getAll(name).size() < 2;
    }

    private boolean line(AsciiString name, AsciiString value) {
        if (!name(name) || !value(value)) {
            return false;
        }
        append(name);
        out.writeByte(':').writeByte(' ');
        append(value);
        append(END);
        return true;
    }

    static boolean name(AsciiString name) {
        for (int i = 0; i < name.length(); i++) {
            byte octet = name.byteAt(i);
            if (!Octets.is(Octets.TOKEN, octet) || octet >= 'A' && octet <= 'Z') {
                return false;
            }
        }
        for (AsciiString hop : HOP) {
            if (name.equals(hop)) {
                return false;
            }
        }
        return !name.isEmpty();
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
    private static boolean visible(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return text.length() > 0;
    }

    private void append(CharSequence text) {
        AsciiString ascii = AsciiString.of(text);
        out.writeBytes(ascii.array(), ascii.arrayOffset(), ascii.length());
    }
}
