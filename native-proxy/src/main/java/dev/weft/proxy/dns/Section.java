package dev.weft.proxy.dns;

import java.util.ArrayList;
import java.util.List;

/** Where the records of a message stand; their data is left as it is. */
final class Section {
    /**
     * @param kind 0 answer, 1 authority, 2 additional
     * @param start of its owner's name
     * @param fixed offset of type, class, TTL and length
     */
    record Entry(int kind, DnsName owner, int start, int fixed, int type, int end) {
        int ttlAt() {
            return fixed + 4;
        }

        int dataAt() {
            return fixed + 10;
        }
    }

    private Section() {}

    /** All records from this offset on, which is behind the questions. */
    static List<Entry> read(byte[] message, int offset) throws Malformed {
        List<Entry> entries = new ArrayList<>();
        int at = offset;
        for (int kind = 0; kind < 3; kind++) {
            // A count that claims too much ends at the end of the message.
            for (int i = Wire.u16(message, 6 + 2 * kind); i > 0; i--) {
                var owner = DnsName.read(message, at);
                int fixed = owner.end();
                int end = fixed + 10 <= message.length ? fixed + 10 + Wire.u16(message, fixed + 8) : Wire.MOST + 1;
                if (end > message.length) {
                    throw new Malformed("a record ends behind the message");
                }
                entries.add(new Entry(kind, owner.name(), at, fixed, Wire.u16(message, fixed), end));
                at = end;
            }
        }
        return entries;
    }
}
