package dev.weft.engine.trace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A place in a trace (W3C Trace Context, level 1).
 *
 * @param traceHigh upper 64 bits of the trace id; with {@code traceLow} never both 0
 * @param spanId never 0
 * @param sampled the one flag that level 1 defines
 * @param state {@code tracestate} as received, forwarded untouched; empty for none
 * @param baggage W3C baggage as received, forwarded untouched; empty for none
 */
public record TraceContext(long traceHigh, long traceLow, long spanId, boolean sampled, String state, String baggage) {
    /** Characters of a {@code traceparent} value. */
    static final int LENGTH = 55;

    /** Where in it the numbers of 16 digits stand. */
    static final int TRACE_HIGH = 3;

    static final int TRACE_LOW = 19;
    static final int SPAN = 36;

    /** Eight characters in one store, which before JDK 23 the compiler does not make of eight. */
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A place without baggage. */
    public TraceContext(long traceHigh, long traceLow, long spanId, boolean sampled, String state) {
        this(traceHigh, traceLow, spanId, sampled, state, "");
    }

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
        long high = number(s, TRACE_HIGH);
        long low = number(s, TRACE_LOW);
        long span = number(s, SPAN);
        boolean forbidden = s.charAt(0) == 'f' && s.charAt(1) == 'f';
        if (forbidden || (high | low) == 0 || span == 0) {
            return null;
        }
        boolean sampled = (Character.digit(s.charAt(54), 16) & 1) != 0;
        return new TraceContext(high, low, span, sampled, tracestate == null ? "" : tracestate);
    }

    /** The {@code traceparent} value of this place. */
    public String traceparent() {
        return traceparent(new byte[LENGTH], traceHigh, traceLow, spanId, sampled);
    }

    /**
     * The {@code traceparent} value of a place that nobody needs as an object.
     *
     * @param out room to write it in
     */
    static String traceparent(byte[] out, long traceHigh, long traceLow, long spanId, boolean sampled) {
        out[0] = '0';
        out[1] = '0';
        out[2] = '-';
        hex(out, TRACE_HIGH, traceHigh);
        hex(out, TRACE_LOW, traceLow);
        out[35] = '-';
        hex(out, SPAN, spanId);
        out[52] = '-';
        out[53] = '0';
        out[54] = (byte) (sampled ? '1' : '0');
        return latin(out);
    }

    /**
     * By the constructor that is small enough to be compiled into its caller, as that with a charset is not. It takes
     * each byte for a character, whatever the default charset is.
     */
    @SuppressWarnings("deprecation") // for text that is not Latin-1
    @SuppressForbidden
    private static String latin(byte[] text) {
        return new String(text, 0, 0, LENGTH);
    }

    /** Whether a valid value of ours says that the trace is sampled. */
    static boolean sampled(String traceparent) {
        return traceparent.charAt(LENGTH - 1) == '1';
    }

    /** The number that 16 lower-case hexadecimal digits of a valid value say. */
    static long number(String traceparent, int from) {
        long number = 0;
        for (int i = from; i < from + 16; i++) {
            char digit = traceparent.charAt(i);
            number = number << 4 | (digit & 15) + (digit >>> 6) * 9; // a letter has bit 6, and counts on from 9
        }
        return number;
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
        EIGHT.set(out, at, digits(value >>> 32));
        EIGHT.set(out, at + 8, digits(value & 0xFFFFFFFFL));
    }

    /** Eight hexadecimal digits, all at once: a nibble into each byte, then to ASCII. */
    private static long digits(long half) {
        long v = (half & 0xFFFF0000L) << 16 | half & 0xFFFFL;
        v = (v << 8 | v) & 0x00FF00FF00FF00FFL;
        v = (v << 4 | v) & 0x0F0F0F0F0F0F0F0FL;
        long letters = (v + 0x0606060606060606L) >>> 4 & 0x0101010101010101L;
        return v + 0x3030303030303030L + letters * ('a' - '0' - 10);
    }
}
