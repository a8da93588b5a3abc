package dev.weft.engine.trace;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A place in a trace (W3C Trace Context, level 1).
 *
 * @param traceHigh upper 64 bits of the trace id; with {@code traceLow} never both 0
 * @param spanId never 0
 * @param sampled the one flag that level 1 defines
 * @param state {@code tracestate} as received, forwarded untouched; empty for none
 */
public record TraceContext(long traceHigh, long traceLow, long spanId, boolean sampled, String state) {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** Reads a {@code traceparent} value; null when it is not valid. */
    public static @Nullable TraceContext parse(@Nullable String traceparent, @Nullable String tracestate) {
        if (traceparent == null || traceparent.length() < 55) {
            return null;
        }
        String s = traceparent;
        boolean shape = s.charAt(2) == '-' && s.charAt(35) == '-' && s.charAt(52) == '-';
        boolean version00 = s.charAt(0) == '0' && s.charAt(1) == '0';
        if (!shape || (version00 ? s.length() != 55 : s.length() > 55 && s.charAt(55) != '-')) {
            return null;
        }
        for (int i = 0; i < 55; i++) {
            char c = s.charAt(i);
            if (i != 2 && i != 35 && i != 52 && !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return null;
            }
        }
        long high = Long.parseUnsignedLong(s, 3, 19, 16);
        long low = Long.parseUnsignedLong(s, 19, 35, 16);
        long span = Long.parseUnsignedLong(s, 36, 52, 16);
        boolean forbidden = s.charAt(0) == 'f' && s.charAt(1) == 'f';
        if (forbidden || (high | low) == 0 || span == 0) {
            return null;
        }
        boolean sampled = (Character.digit(s.charAt(54), 16) & 1) != 0;
        return new TraceContext(high, low, span, sampled, tracestate == null ? "" : tracestate);
    }

    /** The {@code traceparent} value of this place. */
    public String traceparent() {
        return traceparent(traceHigh, traceLow, spanId, sampled);
    }

    /** The {@code traceparent} value of a place that nobody needs as an object. */
    public static String traceparent(long traceHigh, long traceLow, long spanId, boolean sampled) {
        byte[] out = new byte[55];
        out[0] = '0';
        out[1] = '0';
        out[2] = '-';
        hex(out, 3, traceHigh);
        hex(out, 19, traceLow);
        out[35] = '-';
        hex(out, 36, spanId);
        out[52] = '-';
        out[53] = '0';
        out[54] = (byte) (sampled ? '1' : '0');
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    /** The trace id, 32 hexadecimal digits. */
    public String traceId() {
        byte[] out = new byte[32];
        hex(out, 0, traceHigh);
        hex(out, 16, traceLow);
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    /** A span id, 16 hexadecimal digits. */
    public static String spanText(long spanId) {
        byte[] out = new byte[16];
        hex(out, 0, spanId);
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    private static void hex(byte[] out, int at, long value) {
        for (int i = 15; i >= 0; i--) {
            out[at + i] = HEX[(int) value & 15];
            value >>>= 4;
        }
    }
}
