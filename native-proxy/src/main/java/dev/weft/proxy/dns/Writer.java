package dev.weft.proxy.dns;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Writes a message; grows as needed. */
final class Writer {
    private byte[] bytes = new byte[Wire.PLAIN_UDP];
    private int size;
    private final Map<DnsName, Integer> names = new HashMap<>();

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    Writer u8(int value) {
        room(1)[size++] = (byte) value;
        return this;
    }

    Writer u16(int value) {
        Wire.u16(room(2), size, value);
        size += 2;
        return this;
    }

    Writer u32(long value) {
        Wire.u32(room(4), size, value);
        size += 4;
        return this;
    }

    Writer bytes(byte[] more) {
        System.arraycopy(more, 0, room(more.length), size, more.length);
        size += more.length;
        return this;
    }

    /** Writes over what is there. */
    void patch(int at, int value) {
        Wire.u16(bytes, at, value);
    }

    /** The name of the question, with the case that the client used. */
    Writer asked(Query query) {
        remember(query.name());
        return bytes(query.asSent());
    }

    /** Compressed where a part of it stands there already. */
    Writer name(DnsName name) {
        DnsName rest = name;
        while (!rest.isRoot()) {
            Integer at = names.get(rest);
            if (at != null) {
                return u16(0xC000 | at);
            }
            if (size < 0x4000) {
                names.put(rest, size);
            }
            byte[] wire = rest.wire();
            bytes(Arrays.copyOf(wire, 1 + wire[0]));
            rest = rest.parent();
        }
        return u8(0);
    }

    private void remember(DnsName name) {
        int at = size;
        for (DnsName rest = name; !rest.isRoot(); rest = rest.parent()) {
            names.putIfAbsent(rest, at);
            at += rest.length() - rest.parent().length();
        }
    }

    private byte[] room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
        return bytes;
    }
}
