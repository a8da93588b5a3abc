package dev.weft.engine.policy;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.GrpcTimeout;
import org.jspecify.annotations.Nullable;

/**
 * Time limits on the wire, where they are what is left and not a point in time: {@code grpc-timeout} (gRPC:
 * {@code doc/PROTOCOL-HTTP2.md}) and {@code x-envoy-expected-rq-timeout-ms}, in nanoseconds here.
 */
public final class Deadlines {
    /** {@link Long#MAX_VALUE} is no limit. */
    public static final long NONE = Long.MAX_VALUE;

    private static final String GRPC = "grpc-timeout";
    private static final String EXPECTED = "x-envoy-expected-rq-timeout-ms";
    private static final long MILLI = 1_000_000;
    private static final long MOST_DIGITS = 99_999_999;
    private static final String UNITS = "numSMH";
    private static final long[] NANOS = {1, 1_000, MILLI, 1_000 * MILLI, 60_000 * MILLI, 3_600_000 * MILLI};

    private Deadlines() {}

    /** What a request that arrives has left. */
    public static long arriving(Headers headers) {
        return Math.min(grpc(headers.first(GRPC)), expected(headers.first(EXPECTED)));
    }

    /** What a request of gRPC that goes out may take by its own word; never below 0. */
    public static long asked(GrpcTimeout rule, Request request) {
        long asked = grpc(request.header(GRPC));
        return asked == NONE ? NONE : Math.max(0, Math.min(asked, rule.maxNanos()) - rule.offsetNanos());
    }

    /** What a request that goes out may take by its own word. */
    public static long asked(Request request) {
        return expected(request.header(EXPECTED));
    }

    /**
     * Tells the peer what is left for it. 0 would be no limit to some, so there is always a little.
     *
     * @param nanos what is left
     */
    public static void write(long nanos, Request request, HeaderWriter writer) {
        writer.set(EXPECTED, Long.toString(Math.max(1, nanos / MILLI)));
        if (request.header(GRPC) != null) {
            writer.set(GRPC, grpc(Math.max(1, nanos)));
        }
    }

    /** As short as eight digits can say it, rounded down. */
    static String grpc(long nanos) {
        int unit = 0;
        while (nanos / NANOS[unit] > MOST_DIGITS && unit < NANOS.length - 1) {
            unit++;
        }
        return Math.min(nanos / NANOS[unit], MOST_DIGITS) + UNITS.substring(unit, unit + 1);
    }

    /** Text that is no such value is no limit, as in Envoy. */
    static long grpc(@Nullable String text) {
        if (text == null || text.length() < 2 || text.length() > 9) {
            return NONE;
        }
        int unit = UNITS.indexOf(text.charAt(text.length() - 1));
        long count = number(text, text.length() - 1);
        return unit < 0 || count < 0 ? NONE : times(count, NANOS[unit]);
    }

    /** 0 is no limit, as in Envoy. */
    static long expected(@Nullable String text) {
        long millis = text == null || text.length() > 18 ? -1 : number(text, text.length());
        return millis <= 0 ? NONE : times(millis, MILLI);
    }

    private static long times(long count, long unit) {
        return count > Long.MAX_VALUE / unit ? NONE : count * unit;
    }

    private static long number(String text, int end) {
        long number = end == 0 ? -1 : 0;
        for (int i = 0; i < end; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }
}
