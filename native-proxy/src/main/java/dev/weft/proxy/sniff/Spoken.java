package dev.weft.proxy.sniff;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** What the first bytes of a client look like. */
public enum Spoken {
    /** It can't be said yet. */
    MORE,
    /** A method, a space and the beginning of a target (RFC 9112, section 3). */
    HTTP1,
    /** The whole of a client's preface (RFC 9113, section 3.4). */
    HTTP2,
    /** A record of a handshake (RFC 8446, section 5.1). */
    TLS,
    /** None of these. */
    OTHER;

    private static final ByteBuf PREFACE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII));

    /** Longer than any that is registered with IANA. */
    private static final int LONGEST_METHOD = 24;

    private static final int CONNECT = "CONNECT".length();
    private static final byte HANDSHAKE = 0x16;
    private static final byte VERSION = 3;

    /** Looks at what is readable, and moves nothing. */
    public static Spoken of(ByteBuf in) {
        int octets = in.readableBytes();
        int start = in.readerIndex();
        if (octets == 0) {
            return MORE;
        }
        if (in.getByte(start) == HANDSHAKE) {
            return octets == 1 ? MORE : in.getByte(start + 1) == VERSION ? TLS : OTHER;
        }
        int same = Math.min(octets, PREFACE.readableBytes());
        if (in.slice(start, same).equals(PREFACE.slice(0, same))) {
            return same == PREFACE.readableBytes() ? HTTP2 : MORE;
        }
        return request(in, start, octets);
    }

    private static Spoken request(ByteBuf in, int start, int octets) {
        for (int i = 0; i < octets; i++) {
            byte octet = in.getByte(start + i);
            if (octet == ' ' && i > 0) {
                return i + 1 == octets ? MORE : target(in, start, i);
            }
            boolean method = octet >= 'A' && octet <= 'Z' || octet == '-';
            if (!method || i == LONGEST_METHOD) {
                return OTHER;
            }
        }
        return MORE;
    }

    /** A path, all of the server, or an absolute one; with CONNECT the name of a host, which may begin as it likes. */
    private static Spoken target(ByteBuf in, int start, int method) {
        byte first = in.getByte(start + method + 1);
        boolean connect = method == CONNECT && in.getByte(start) == 'C';
        return first == '/' || first == '*' || first == 'h' || connect ? HTTP1 : OTHER;
    }
}
