package dev.weft.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** What becomes of {@code x-request-id}, which tells the lines of one request in many logs. */
public enum RequestId {
    /** None is made, and one that comes is kept. */
    NONE,
    /**
     * One is made where there is none, or where whoever sent it isn't believed (Envoy: {@code generate_request_id}).
     */
    GENERATE,
    /** One is made where there is none (Envoy: {@code preserve_external_request_id} as well). */
    PRESERVE;

    private static final byte[] LINE =
            "x-request-id: 00000000-0000-4000-8000-000000000000\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int COLON = 12;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final long VERSION = 0x4000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    /** @param believed whether the one that came, if one did, counts */
    void apply(AddedLines lines, boolean believed) {
        if (this == NONE || lines.came(Fields.REQUEST_ID) && (believed || this == PRESERVE)) {
            return;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int at = lines.set(Fields.REQUEST_ID, LINE, COLON);
        write(lines.bytes(), at, random.nextLong(), random.nextLong());
    }

    /** A random UUID of these bits (RFC 9562, section 5.4), in its 36 characters. */
    static void write(byte[] out, int at, long high, long low) {
        long first = high & ~0xF000L | VERSION;
        long second = low & 0x3FFF_FFFF_FFFF_FFFFL | VARIANT;
        digits(out, at, first >>> 32, 8);
        digits(out, at + 9, first >>> 16, 4);
        digits(out, at + 14, first, 4);
        digits(out, at + 19, second >>> 48, 4);
        digits(out, at + 24, second, 12);
    }

    private static void digits(byte[] out, int at, long value, int count) {
        long left = value;
        for (int i = at + count - 1; i >= at; i--) {
            out[i] = DIGITS[(int) left & 15];
            left >>>= 4;
        }
    }
}
