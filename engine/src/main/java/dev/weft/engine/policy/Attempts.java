package dev.weft.engine.policy;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Request;
import org.jspecify.annotations.Nullable;

/**
 * How often the same work was tried before, so that retries do not multiply along a chain ("Site Reliability
 * Engineering", 2016, "Handling Overload": a counter in the request of how often it was tried).
 *
 * <p>A header of ours says of an attempt how many came before it, at this hop and at all further up: {@code
 * x-weft-previous-attempts}, absent for none. The words of others count one hop alone, and are heeded too: Envoy's
 * {@code x-envoy-attempt-count} (1 for the first) and gRPC's {@code grpc-previous-rpc-attempts} (gRFC A6).
 */
public final class Attempts {
    /** Nobody counts further. */
    public static final int MOST = 127;

    private static final String ALL = "x-weft-previous-attempts";
    private static final String ENVOY = "x-envoy-attempt-count";
    private static final String GRPC = "grpc-previous-rpc-attempts";

    private Attempts() {}

    /** How many came before a request that arrives, by what it says; 0 for none. */
    public static int arriving(Headers headers) {
        int before = Math.max(number(headers.first(ALL)), number(headers.first(ENVOY)) - 1);
        return Math.max(before, number(headers.first(GRPC)));
    }

    /**
     * How many came before a call.
     *
     * @param handed by the request that its thread serves
     * @param request which says more where the application hands the header on itself
     */
    public static int before(int handed, Request request) {
        return Math.max(handed, number(request.header(ALL)));
    }

    /** Tells the peer. */
    public static void write(int before, HeaderWriter writer) {
        writer.set(ALL, Integer.toString(Math.min(before, MOST)));
    }

    /**
     * How many more attempts are left for a call.
     *
     * @param allowed by the rule
     * @param before at all hops, this one included
     */
    public static int left(int allowed, int before) {
        return Math.max(0, allowed - before);
    }

    /** 0 for what is no number. */
    private static int number(@Nullable String text) {
        int number = 0;
        for (int i = 0; text != null && i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return 0;
            }
            number = Math.min(MOST, number * 10 + digit - '0');
        }
        return number;
    }
}
