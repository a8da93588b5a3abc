package dev.weft.proxy.dns;

import java.net.InetAddress;
import java.util.function.Consumer;

/**
 * A resource record of our own.
 *
 * @param ttl seconds
 * @param data writes what stands behind the length
 */
record Rr(DnsName owner, int type, int ttl, Consumer<Writer> data) {
    private static final DnsName NOBODY = DnsName.of("nobody.invalid");

    static Rr address(DnsName owner, int ttl, InetAddress address) {
        byte[] bytes = address.getAddress();
        return new Rr(owner, bytes.length == 4 ? Wire.A : Wire.AAAA, ttl, out -> out.bytes(bytes));
    }

    static Rr cname(DnsName owner, int ttl, DnsName target) {
        return new Rr(owner, Wire.CNAME, ttl, out -> out.name(target));
    }

    static Rr ptr(DnsName owner, int ttl, DnsName target) {
        return new Rr(owner, Wire.PTR, ttl, out -> out.name(target));
    }

    /** The target is never compressed (RFC 2782). */
    static Rr srv(DnsName owner, int ttl, int priority, int weight, int port, DnsName target) {
        return new Rr(
                owner,
                Wire.SRV,
                ttl,
                out -> out.u16(priority).u16(weight).u16(port).bytes(target.wire()));
    }

    /**
     * Says how long there is nothing (RFC 2308, section 3).
     *
     * @param ttl also the last field, which is what clients go by
     */
    static Rr soa(DnsName zone, int ttl) {
        return new Rr(
                zone,
                Wire.SOA,
                ttl,
                out -> out.name(zone)
                        .name(NOBODY)
                        .u32(1)
                        .u32(3600)
                        .u32(600)
                        .u32(86_400)
                        .u32(ttl));
    }

    void write(Writer out) {
        out.name(owner).u16(type).u16(Wire.IN).u32(ttl);
        int length = out.size();
        data.accept(out.u16(0));
        out.patch(length, out.size() - length - 2);
    }
}
