package dev.weft.proxy.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A domain name in the form of the wire (RFC 1035, section 3.1), in lower case because names are
 * compared without regard to case (RFC 4343).
 */
final class DnsName {
    static final int MOST_LENGTH = 255;
    private static final int MOST_LABEL = 63;
    /** One to each label that fits into a name, and one to the root. */
    private static final int MOST_POINTERS = 128;

    private static final DnsName ROOT = new DnsName(new byte[1]);

    private final byte[] wire;

    private DnsName(byte[] wire) {
        this.wire = wire;
    }

    /** What was read, and where the message goes on. */
    record Read(DnsName name, int end) {}

    /** Labels with dots between, a trailing dot allowed; an {@link IllegalArgumentException} for what is no name. */
    static DnsName of(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (name.isEmpty()) {
            return ROOT;
        }
        var out = new ByteArrayOutputStream(name.length() + 2);
        for (String label : name.split("\\.", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
            if (bytes.length == 0 || bytes.length > MOST_LABEL) {
                throw new IllegalArgumentException("'" + text + "' is not a domain name");
            }
            out.write(bytes.length);
            for (byte b : bytes) {
                out.write(lower(b));
            }
        }
        out.write(0);
        if (out.size() > MOST_LENGTH) {
            throw new IllegalArgumentException("'" + text + "' is longer than a domain name may be");
        }
        return new DnsName(out.toByteArray());
    }

    /**
     * Reads a name that may be compressed. A pointer has to point before the labels that led to it, so
     * that no message can make this run in circles; and there may be no more of them than a name could need, so that
     * none makes it run long.
     */
    static Read read(byte[] message, int offset) throws Malformed {
        byte[] name = new byte[MOST_LENGTH];
        int length = 0;
        int at = offset;
        int before = offset;
        int end = -1;
        int pointers = 0;
        while (true) {
            int head = at < message.length ? message[at] & 0xFF : -1;
            if (head < 0) {
                throw new Malformed("a name ends behind the message");
            }
            if (head >= 0xC0) {
                if (at + 1 >= message.length) {
                    throw new Malformed("a name ends behind the message");
                }
                int target = (head & 0x3F) << 8 | message[at + 1] & 0xFF;
                if (target >= before || target < Wire.HEADER) {
                    throw new Malformed("a name is compressed with a pointer that doesn't lead back");
                }
                if (++pointers > MOST_POINTERS) {
                    throw new Malformed("a name is compressed with more pointers than a name has labels");
                }
                end = end < 0 ? at + 2 : end;
                at = target;
                before = target;
                continue;
            }
            if (head > MOST_LABEL) {
                throw new Malformed("a name has a label of an unknown kind");
            }
            // With room for the root behind every other label.
            if (length + head + (head == 0 ? 1 : 2) > MOST_LENGTH) {
                throw new Malformed("a name is longer than 255 bytes");
            }
            if (at + head >= message.length) {
                throw new Malformed("a name ends behind the message");
            }
            name[length++] = (byte) head;
            for (int i = 1; i <= head; i++) {
                name[length++] = lower(message[at + i]);
            }
            at += head + 1;
            if (head == 0) {
                return new Read(new DnsName(Arrays.copyOf(name, length)), end < 0 ? at : end);
            }
        }
    }

    private static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }

    boolean isRoot() {
        return wire.length == 1;
    }

    int length() {
        return wire.length;
    }

    byte[] wire() {
        return wire.clone();
    }

    /** Without its first label; the root's is the root. */
    DnsName parent() {
        return isRoot() ? this : new DnsName(Arrays.copyOfRange(wire, 1 + wire[0], wire.length));
    }

    /** Its first label alone, as text; empty for the root. */
    String first() {
        return isRoot() ? "" : label(0);
    }

    /** The part before this suffix; the root if it doesn't end so, or has nothing before it. */
    DnsName before(DnsName suffix) {
        for (int at = 0; wire[at] != 0; at += 1 + wire[at]) {
            if (wire.length - at == suffix.wire.length
                    && Arrays.equals(wire, at, wire.length, suffix.wire, 0, suffix.wire.length)) {
                byte[] head = Arrays.copyOf(wire, at + 1);
                head[at] = 0;
                return new DnsName(head);
            }
        }
        return ROOT;
    }

    /** With dots between labels and none at the end; what is no plain letter is escaped (RFC 1035, section 5.1). */
    String text() {
        var text = new StringBuilder(wire.length);
        for (int at = 0; wire[at] != 0; at += 1 + wire[at]) {
            text.append(at == 0 ? "" : ".").append(label(at));
        }
        return text.toString();
    }

    private String label(int at) {
        var text = new StringBuilder(wire[at]);
        for (int i = at + 1; i <= at + wire[at]; i++) {
            int c = wire[i] & 0xFF;
            if (c == '.' || c == '\\') {
                text.append('\\').append((char) c);
            } else if (c > ' ' && c < 127) {
                text.append((char) c);
            } else {
                text.append('\\').append((char) ('0' + c / 100));
                text.append((char) ('0' + c / 10 % 10)).append((char) ('0' + c % 10));
            }
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DnsName name && Arrays.equals(wire, name.wire);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(wire);
    }

    @Override
    public String toString() {
        return text() + ".";
    }
}
