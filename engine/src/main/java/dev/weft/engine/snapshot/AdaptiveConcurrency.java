package dev.weft.engine.snapshot;

/**
 * A limit on the calls under way that follows their latency (Envoy: {@code
 * envoy.filters.http.adaptive_concurrency}, its gradient controller).
 *
 * @param enabled whether it does anything
 * @param percentile of the latencies that is looked at, 0 to 1
 * @param maxLimit the largest limit
 * @param updateNanos how often the limit is found anew
 * @param minRtt how the latency without load is known
 * @param minLimit the smallest limit, which also holds while that latency is measured
 * @param buffer what is added to that latency, as a share of it
 * @param status of the answer to a call that is too many, 400 or more
 */
public record AdaptiveConcurrency(
        String scope,
        boolean enabled,
        double percentile,
        int maxLimit,
        long updateNanos,
        MinRtt minRtt,
        int minLimit,
        double buffer,
        int status)
        implements Guard {
    public AdaptiveConcurrency {
        if (!(percentile >= 0 && percentile <= 1)) {
            throw new IllegalArgumentException("sample_aggregate_percentile: " + percentile + " is not from 0 to 1");
        }
        if (minLimit < 1 || maxLimit < minLimit) {
            throw new IllegalArgumentException(
                    "max_concurrency_limit: " + maxLimit + " is below min_concurrency, which is " + minLimit);
        }
        Bounds.passes(updateNanos, "concurrency_update_interval");
        if (!(buffer >= 0 && buffer <= 1)) {
            throw new IllegalArgumentException("buffer: " + buffer + " is not from 0 to 1");
        }
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("concurrency_limit_exceeded_status: " + status + " is out of range");
        }
    }

    @Override
    public boolean idle() {
        return !enabled;
    }

    /** How the latency without load is known. */
    public sealed interface MinRtt {
        /** It is given. */
        record Fixed(long nanos) implements MinRtt {
            public Fixed {
                if (nanos <= 0) {
                    throw new IllegalArgumentException("fixed_value: is not above 0");
                }
            }
        }

        /**
         * It is measured from time to time, while few calls are let through.
         *
         * @param intervalNanos from the end of one measurement to the next
         * @param jitter by which share of the interval it is longer at most
         * @param calls that are measured
         */
        record Measured(long intervalNanos, double jitter, int calls) implements MinRtt {
            public Measured {
                Bounds.passes(intervalNanos, "min_rtt_calc_params.interval");
                if (calls < 1 || !(jitter >= 0 && jitter <= 1)) {
                    throw new IllegalArgumentException("min_rtt_calc_params: request_count or jitter is out of range");
                }
            }
        }
    }
}
