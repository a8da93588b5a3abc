package dev.weft.proxy.dns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a server said, kept byte by byte; only id, case of the question, flags and TTLs are those of the moment. */
final class ForwardedAnswer implements Answer {
    /** Negative answers are kept no longer than this (RFC 2308, section 5, wants a limit). */
    private static final long MOST_NEGATIVE_SECONDS = 300;

    private static final long MOST_SECONDS = 86_400;
    private static final long SECOND = 1_000_000_000L;

    /** What the place of a record takes besides its owner's bytes: two objects, an array, two references. */
    private static final int PLACE = 96;

    private final byte[] message;
    private final int type;
    private final int rcode;
    private final List<Section.Entry> entries;
    private final long received;
    private final int size;

    private ForwardedAnswer(byte[] message, int type, int rcode, List<Section.Entry> entries, long received) {
        this.message = message;
        this.type = type;
        this.rcode = rcode;
        this.entries = entries;
        this.received = received;
        int sum = message.length;
        for (var entry : entries) {
            sum += PLACE + entry.owner().length();
        }
        this.size = sum;
    }

    /**
     * @param message whose question is the one that was asked
     */
    static ForwardedAnswer read(byte[] message, DnsName asked, int type, long now) throws Malformed {
        int records = Wire.HEADER + asked.length() + 4;
        var entries = Section.read(message, records);
        int rcode = Wire.u16(message, 2) & 0xF;
        // Without what may stand behind the last record: another will be put there.
        byte[] kept = Arrays.copyOf(
                message,
                entries.isEmpty() ? records : entries.get(entries.size() - 1).end());
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (entry.type() == Wire.OPT && entry.kind() == 2) {
                // The OPT record is between us and the server. Behind it, names could point to what moves.
                rcode |= (message[entry.fixed() + 4] & 0xFF) << 4;
                boolean isLast = i == entries.size() - 1;
                int left = isLast
                        ? i
                        : (int) entries.stream().filter(e -> e.kind() < 2).count();
                kept = Arrays.copyOf(message, entries.get(left).start());
                Wire.u16(kept, 10, isLast ? Wire.u16(message, 10) - 1 : 0);
                entries = entries.subList(0, left);
                break;
            }
        }
        return new ForwardedAnswer(kept, type, rcode, List.copyOf(entries), now);
    }

    @Override
    public int rcode() {
        return rcode;
    }

    boolean isTruncated() {
        return (Wire.u16(message, 2) & Wire.TC) != 0;
    }

    /** Bytes of memory, about: the places of small records take many times what the records do. */
    int size() {
        return size;
    }

    /** Until when it may be given again; nothing if not at all. */
    OptionalLong expires() {
        if (isTruncated() || rcode != Wire.NOERROR && rcode != Wire.NXDOMAIN) {
            return OptionalLong.empty();
        }
        boolean isPositive = rcode == Wire.NOERROR && isAnswered();
        long ttl = isPositive ? MOST_SECONDS : MOST_NEGATIVE_SECONDS;
        boolean bounded = isPositive;
        for (var entry : entries) {
            if (entry.kind() == 0) {
                ttl = Math.min(ttl, Wire.ttl(message, entry.ttlAt()));
            } else if (!isPositive && entry.type() == Wire.SOA && entry.end() - entry.dataAt() >= 22) {
                // RFC 2308, section 5: the lesser of the record's own TTL and its last field.
                ttl = Math.min(ttl, Math.min(Wire.ttl(message, entry.ttlAt()), Wire.ttl(message, entry.end() - 4)));
                bounded = true;
            }
        }
        return bounded && ttl > 0 ? OptionalLong.of(received + ttl * SECOND) : OptionalLong.empty();
    }

    /** Whether it holds what was asked for, and not only steps of the way there. */
    private boolean isAnswered() {
        for (var entry : entries) {
            if (entry.kind() == 0 && (entry.type() == type || type == Wire.ANY)) {
                return true;
            }
        }
        return false;
    }

    /** The aliases from this name on, in order, when they end without what was asked for; empty otherwise. */
    List<Rr> openChain(DnsName asked, long now) {
        List<Rr> chain = new ArrayList<>();
        if (isAnswered()) {
            return chain;
        }
        DnsName at = asked;
        // No more steps than records, so that a circle of aliases ends.
        for (var step = alias(at); step != null && chain.size() < entries.size(); step = alias(at)) {
            DnsName target = target(step);
            chain.add(Rr.cname(at, (int) left(step, now), target));
            at = target;
        }
        return chain;
    }

    /** Where the aliases lead. */
    DnsName chainEnd(DnsName asked) {
        DnsName at = asked;
        int steps = 0;
        for (var step = alias(at); step != null && steps < entries.size(); step = alias(at)) {
            at = target(step);
            steps++;
        }
        return at;
    }

    private Section.@Nullable Entry alias(DnsName owner) {
        for (var entry : entries) {
            if (entry.kind() == 0 && entry.type() == Wire.CNAME && entry.owner().equals(owner)) {
                return entry;
            }
        }
        return null;
    }

    private DnsName target(Section.Entry alias) {
        try {
            return DnsName.read(message, alias.dataAt()).name();
        } catch (Malformed e) {
            return alias.owner(); // leads nowhere, and ends the chain
        }
    }

    @Override
    public byte[] message(Query query, int limit, long now) {
        byte[] out = message.clone();
        Wire.u16(out, 0, query.id());
        int theirs = Wire.u16(out, 2);
        boolean wantsAd = (query.flags() & Wire.AD) != 0
                || query.edns() != null && query.edns().isDnssecOk();
        int flags = Wire.QR | Wire.RA | query.flags() & (Wire.RD | Wire.CD) | rcode & 0xF | theirs & Wire.TC;
        Wire.u16(out, 2, wantsAd ? flags | theirs & Wire.AD : flags);
        System.arraycopy(query.asSent(), 0, out, Wire.HEADER, query.asSent().length);
        for (var entry : entries) {
            Wire.u32(out, entry.ttlAt(), left(entry, now));
        }
        return Answer.finish(out, query, limit, rcode);
    }

    /** Seconds that the record may still be kept. */
    private long left(Section.Entry entry, long now) {
        long age = Math.max(0, (now - received) / SECOND);
        return Math.max(0, Wire.ttl(message, entry.ttlAt()) - age);
    }
}
