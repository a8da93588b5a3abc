package dev.weft.engine.snapshot;

import dev.weft.engine.snapshot.Match.HeaderMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Injected faults (Envoy: {@code envoy.filters.http.fault}). Whether a call is delayed, whether it is
 * aborted and whether it is broken off are drawn apart; one that is delayed too is delayed first.
 *
 * @param delay null for none
 * @param abort null for none
 * @param cluster the one whose calls are meant; empty for any
 * @param headers conditions on the request, all of which must hold
 * @param maxActive calls that may suffer at once; beyond them nothing is injected
 * @param reset calls that fail as if the peer had reset their connection (own words); null for none
 */
public record Fault(
        String scope,
        @Nullable Delay delay,
        @Nullable Abort abort,
        String cluster,
        List<HeaderMatch> headers,
        int maxActive,
        @Nullable Share reset)
        implements Guard {
    public Fault {
        headers = List.copyOf(headers);
        if (maxActive < 0) {
            throw new IllegalArgumentException("max_active_faults: " + maxActive + " is negative");
        }
    }

    /** What Envoy's filter can say. */
    public Fault(
            String scope,
            @Nullable Delay delay,
            @Nullable Abort abort,
            String cluster,
            List<HeaderMatch> headers,
            int maxActive) {
        this(scope, delay, abort, cluster, headers, maxActive, null);
    }

    /** One that breaks calls off, and nothing else. */
    public static Fault resetting(String scope, Share share, List<HeaderMatch> headers) {
        return new Fault(scope, null, null, "", headers, Integer.MAX_VALUE, share);
    }

    /** Whether it is a rule's in own words, which stands beside that of a filter and not instead of it. */
    public boolean own() {
        return reset != null;
    }

    @Override
    public boolean idle() {
        return (delay == null || delay.share.numerator == 0)
                && (abort == null || abort.share.numerator == 0)
                && (reset == null || reset.numerator == 0);
    }

    /**
     * How many calls. A header can lower the numerator, so the denominator counts.
     *
     * @param denominator 100, 10,000 or 1,000,000
     */
    public record Share(int numerator, int denominator) {
        public Share {
            boolean known = denominator == 100 || denominator == 10_000 || denominator == 1_000_000;
            if (!known || numerator < 0 || numerator > denominator) {
                throw new IllegalArgumentException("percentage: " + numerator + " of " + denominator);
            }
        }

        /** In words, such as {@code 0.5 %}. */
        public String words() {
            return numerator * 100.0 / denominator + " %";
        }
    }

    /**
     * Calls that wait before anything else happens to them.
     *
     * @param nanos 0 where the request says it ({@code x-envoy-fault-delay-request}, in milliseconds)
     */
    public record Delay(long nanos, Share share) {
        public Delay {
            if (nanos < 0) {
                throw new IllegalArgumentException("delay.fixed_delay: " + nanos + " ns is negative");
            }
        }

        public boolean fromHeader() {
            return nanos == 0;
        }
    }

    /**
     * Calls that are answered here.
     *
     * @param httpStatus 0 where it is a gRPC status
     * @param grpcStatus -1 where it is an HTTP status; with neither the request says it ({@code
     *     x-envoy-fault-abort-request} or {@code x-envoy-fault-abort-grpc-request})
     */
    public record Abort(int httpStatus, int grpcStatus, Share share) {
        public Abort {
            if (httpStatus != 0 && (httpStatus < 200 || httpStatus > 599)) {
                throw new IllegalArgumentException("abort.http_status: " + httpStatus + " is out of range");
            }
            if (grpcStatus < -1 || httpStatus != 0 && grpcStatus != -1) {
                throw new IllegalArgumentException("abort.grpc_status: " + grpcStatus + " is out of place");
            }
        }

        public boolean fromHeader() {
            return httpStatus == 0 && grpcStatus == -1;
        }
    }
}
