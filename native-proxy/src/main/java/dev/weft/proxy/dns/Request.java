package dev.weft.proxy.dns;

/**
 * A question as a server gets it, and what has to be in its answer.
 *
 * @param id random: an answer without it is a forger's, or late
 * @param isPlain without EDNS
 */
record Request(Query query, int id, boolean isPlain) {
    byte[] message() {
        var out = new Writer();
        out.u16(id)
                .u16(Wire.RD | Wire.AD | query.flags() & Wire.CD)
                .u16(1)
                .u16(0)
                .u16(0)
                .u16(isPlain ? 0 : 1);
        out.bytes(query.asSent()).u16(query.type()).u16(query.dnsClass());
        if (!isPlain) {
            boolean dnssec = query.edns() != null && query.edns().isDnssecOk();
            out.u8(0)
                    .u16(Wire.OPT)
                    .u16(Exchange.UDP_SIZE)
                    .u32(dnssec ? 0x8000 : 0)
                    .u16(0);
        }
        return out.toBytes();
    }

    /** Whether it is an answer to this question. One without the question is a refusal by who could not read it. */
    boolean fits(byte[] message) {
        if (message.length < Wire.HEADER || Wire.u16(message, 0) != id || (Wire.u16(message, 2) & 0xF800) != Wire.QR) {
            return false;
        }
        if (Wire.u16(message, 4) == 0) {
            return (Wire.u16(message, 2) & 0xF) != Wire.NOERROR;
        }
        try {
            var name = DnsName.read(message, Wire.HEADER);
            return Wire.u16(message, 4) == 1
                    && name.name().equals(query.name())
                    && name.end() + 4 <= message.length
                    && Wire.u16(message, name.end()) == query.type()
                    && Wire.u16(message, name.end() + 2) == query.dnsClass();
        } catch (Malformed e) {
            return false;
        }
    }
}
