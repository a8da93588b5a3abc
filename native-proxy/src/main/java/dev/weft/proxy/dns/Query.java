package dev.weft.proxy.dns;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks.
 *
 * @param flags second word of the header
 * @param asSent the name with the case that the client used: its answer has to have the same
 */
record Query(
        int id,
        int flags,
        DnsName name,
        int type,
        int dnsClass,
        byte[] asSent,
        @Nullable Edns edns) {
    /**
     * @param udpSize how large an answer over UDP may be
     * @param version above 0 is unknown to us
     * @param isDnssecOk wants signatures (RFC 3225)
     */
    record Edns(int udpSize, int version, boolean isDnssecOk) {}

    /**
     * What makes two questions the same.
     *
     * @param isUnchecked no validation of signatures is wanted
     */
    record Key(DnsName name, int type, int dnsClass, boolean isDnssecOk, boolean isUnchecked) {}

    Key key() {
        return new Key(name, type, dnsClass, edns != null && edns.isDnssecOk(), (flags & Wire.CD) != 0);
    }

    /** How large an answer over UDP may be. */
    int udpSize() {
        return edns == null ? Wire.PLAIN_UDP : Math.max(Wire.PLAIN_UDP, Math.min(edns.udpSize(), 4096));
    }

    /**
     * @param message with a whole header
     */
    static Query read(byte[] message) throws Malformed {
        if (Wire.u16(message, 4) != 1) {
            throw new Malformed("not one question but " + Wire.u16(message, 4));
        }
        var name = DnsName.read(message, Wire.HEADER);
        int end = name.end() + 4;
        if (end > message.length) {
            throw new Malformed("the question ends behind the message");
        }
        Edns edns = null;
        for (var entry : Section.read(message, end)) {
            if (entry.type() == Wire.OPT) {
                if (edns != null || entry.kind() != 2 || !entry.owner().isRoot()) {
                    throw new Malformed("more than one OPT record, or one where none belongs");
                }
                int fixed = entry.fixed();
                edns = new Edns(
                        Wire.u16(message, fixed + 2), message[fixed + 5] & 0xFF, (message[fixed + 6] & 0x80) != 0);
            }
        }
        return new Query(
                Wire.u16(message, 0),
                Wire.u16(message, 2),
                name.name(),
                Wire.u16(message, end - 4),
                Wire.u16(message, end - 2),
                Arrays.copyOfRange(message, Wire.HEADER, name.end()),
                edns);
    }
}
