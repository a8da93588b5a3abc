package dev.weft.proxy.sniff;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The name that a client of TLS says in its first message (RFC 8446, section 4.1.2; RFC 6066, section 3), read where it
 * stands: nothing is copied but the name, whatever lengths the message claims.
 */
public final class ClientHello {
    /** Octets that are looked at (Envoy: {@code tls_inspector.max_client_hello_size}). */
    public static final int MOST = 16 * 1024;

    private static final int HEADER = 5;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int VERSION_AND_RANDOM = 34;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int LONGEST_NAME = 255;

    private final ByteBuf in;
    /** Where the next octet is. */
    private int at;
    /** Of the record that it is in. */
    private int left;

    private ClientHello(ByteBuf in) {
        this.in = in;
        this.at = in.readerIndex();
    }

    /** There are not enough octets yet. */
    private static final class More extends Exception {
        private static final long serialVersionUID = 1;
        static final More MORE = new More();

        private More() {
            super(null, null, false, false);
        }
    }

    /** It is no such message, or has no name. */
    private static final class None extends Exception {
        private static final long serialVersionUID = 1;
        static final None NONE = new None();

        private None() {
            super(null, null, false, false);
        }
    }

    /**
     * Looks at what is readable, and moves nothing.
     *
     * @return lower case; empty for none, for what can't be understood and for what is too long; null while the message
     *     is not there as far as it has to be
     */
    public static @Nullable String name(ByteBuf in) {
        try {
            return new ClientHello(in).name();
        } catch (More more) {
            return in.readableBytes() >= MOST ? "" : null;
        } catch (None none) {
            return "";
        }
    }

    private String name() throws More, None {
        if (octet() != CLIENT_HELLO) {
            throw None.NONE;
        }
        int message = number(3);
        skip(VERSION_AND_RANDOM);
        skip(octet()); // session
        skip(number(2)); // cipher suites
        skip(octet()); // compression
        int extensions = number(2);
        if (extensions > message) {
            throw None.NONE;
        }
        while (extensions > 0) {
            int type = number(2);
            int length = number(2);
            extensions -= 4 + length;
            if (type == SERVER_NAME && extensions >= 0) {
                return serverName();
            }
            skip(length);
        }
        throw None.NONE;
    }

    /** The first name counts; there is only one kind of them. */
    private String serverName() throws More, None {
        int list = number(2);
        int kind = octet();
        int length = number(2);
        if (kind != HOST_NAME || length == 0 || length > LONGEST_NAME || length + 3 > list) {
            throw None.NONE;
        }
        byte[] name = new byte[length];
        for (int i = 0; i < length; i++) {
            int octet = octet();
            boolean usual = octet >= 'a' && octet <= 'z'
                    || octet >= 'A' && octet <= 'Z'
                    || octet >= '0' && octet <= '9'
                    || octet == '-'
                    || octet == '_'
                    || octet == '.';
            if (!usual) {
                throw None.NONE;
            }
            name[i] = (byte) octet;
        }
        return new String(name, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    }

    private int number(int octets) throws More, None {
        int number = 0;
        for (int i = 0; i < octets; i++) {
            number = number << 8 | octet();
        }
        return number;
    }

    private int octet() throws More, None {
        while (left == 0) {
            record();
        }
        left--;
        return in.getUnsignedByte(at++);
    }

    private void skip(int octets) throws More, None {
        int more = octets;
        while (more > 0) {
            if (left == 0) {
                record();
            }
            int here = Math.min(more, left);
            at += here;
            left -= here;
            more -= here;
        }
    }

    /** The message may be in several; each is looked at when it is whole, so that drops of it cost nothing. */
    private void record() throws More, None {
        int there = in.writerIndex() - at;
        if (there < HEADER) {
            throw More.MORE;
        }
        int length = in.getUnsignedShort(at + 3);
        if (in.getUnsignedByte(at) != HANDSHAKE || length == 0) {
            throw None.NONE;
        }
        if (there < HEADER + length) {
            throw More.MORE;
        }
        at += HEADER;
        left = length;
    }
}
