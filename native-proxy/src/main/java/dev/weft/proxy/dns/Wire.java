package dev.weft.proxy.dns;

/** Numbers of the protocol (RFC 1035; EDNS: RFC 6891), and how they are read. */
final class Wire {
    static final int HEADER = 12;
    /** What a client takes over UDP that doesn't say otherwise. */
    static final int PLAIN_UDP = 512;

    static final int MOST = 65_535;

    static final int QR = 0x8000;
    static final int AA = 0x0400;
    static final int TC = 0x0200;
    static final int RD = 0x0100;
    static final int RA = 0x0080;
    static final int AD = 0x0020;
    static final int CD = 0x0010;

    static final int NOERROR = 0;
    static final int FORMERR = 1;
    static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    static final int NOTIMP = 4;
    static final int REFUSED = 5;
    static final int BADVERS = 16;

    static final int A = 1;
    static final int CNAME = 5;
    static final int SOA = 6;
    static final int PTR = 12;
    static final int AAAA = 28;
    static final int SRV = 33;
    static final int OPT = 41;
    static final int SVCB = 64;
    static final int HTTPS = 65;
    static final int IXFR = 251;
    static final int AXFR = 252;
    static final int ANY = 255;

    static final int IN = 1;

    private Wire() {}

    static int u16(byte[] message, int at) {
        return (message[at] & 0xFF) << 8 | message[at + 1] & 0xFF;
    }

    static long u32(byte[] message, int at) {
        return (long) u16(message, at) << 16 | u16(message, at + 2);
    }

    static void u16(byte[] message, int at, int value) {
        message[at] = (byte) (value >> 8);
        message[at + 1] = (byte) value;
    }

    static void u32(byte[] message, int at, long value) {
        u16(message, at, (int) (value >> 16));
        u16(message, at + 2, (int) value);
    }

    /** 2 to the power of 31 and more means 0 (RFC 2181, section 8). */
    static long ttl(byte[] message, int at) {
        long ttl = u32(message, at);
        return ttl > Integer.MAX_VALUE ? 0 : ttl;
    }
}
