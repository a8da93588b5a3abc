package dev.weft.proxy.dns;

import java.util.ArrayList;
import java.util.List;

/**
 * An answer of our own.
 *
 * @param isAuthoritative about a name of the mesh
 * @param additional left out when there is no room
 */
record LocalAnswer(int rcode, boolean isAuthoritative, List<Rr> answers, List<Rr> authority, List<Rr> additional)
        implements Answer {
    LocalAnswer {
        answers = List.copyOf(answers);
        authority = List.copyOf(authority);
        additional = List.copyOf(additional);
    }

    static LocalAnswer of(List<Rr> answers) {
        return new LocalAnswer(Wire.NOERROR, true, answers, List.of(), List.of());
    }

    /** The name is there, but nothing of this type. */
    static LocalAnswer noData(Rr soa) {
        return new LocalAnswer(Wire.NOERROR, true, List.of(), List.of(soa), List.of());
    }

    static LocalAnswer noName(Rr soa) {
        return new LocalAnswer(Wire.NXDOMAIN, true, List.of(), List.of(soa), List.of());
    }

    /** We can't, or won't. */
    static LocalAnswer failure(int rcode) {
        return new LocalAnswer(rcode, false, List.of(), List.of(), List.of());
    }

    /** The same under another name. */
    LocalAnswer behind(List<Rr> chain) {
        var all = new ArrayList<>(chain);
        all.addAll(answers);
        return new LocalAnswer(rcode, isAuthoritative, all, authority, additional);
    }

    @Override
    public byte[] message(Query query, int limit, long now) {
        byte[] message = write(query, additional);
        if (message.length + 11 > limit && !additional.isEmpty()) {
            message = write(query, List.of());
        }
        return Answer.finish(message, query, limit, rcode);
    }

    private byte[] write(Query query, List<Rr> more) {
        var out = new Writer();
        int flags = Wire.QR | Wire.RA | query.flags() & (0x7800 | Wire.RD | Wire.CD) | rcode & 0xF;
        out.u16(query.id()).u16(isAuthoritative ? flags | Wire.AA : flags).u16(1);
        out.u16(answers.size()).u16(authority.size()).u16(more.size());
        out.asked(query).u16(query.type()).u16(query.dnsClass());
        answers.forEach(rr -> rr.write(out));
        authority.forEach(rr -> rr.write(out));
        more.forEach(rr -> rr.write(out));
        return out.toBytes();
    }
}
