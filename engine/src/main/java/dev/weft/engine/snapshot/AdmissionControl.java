package dev.weft.engine.snapshot;

import java.util.List;

/**
 * Refuses a share of the calls that grows as fewer of them succeed (Envoy: {@code
 * envoy.filters.http.admission_control}).
 *
 * @param enabled whether it does anything
 * @param success HTTP statuses that count as a success; empty for all below 500
 * @param windowNanos over which successes are counted, in seconds
 * @param aggression 1 or more; how fast the share grows
 * @param threshold the share of successes below which calls are refused, above 0 up to 1
 * @param minRate calls in a second below which none is refused
 * @param maxRejection the largest share of the calls that is refused, 0 to 1
 */
public record AdmissionControl(
        String scope,
        boolean enabled,
        List<Statuses> success,
        long windowNanos,
        double aggression,
        double threshold,
        int minRate,
        double maxRejection)
        implements Guard {
    private static final long SECOND = 1_000_000_000L;

    public AdmissionControl {
        success = List.copyOf(success);
        apart(success);
        if (windowNanos < SECOND || windowNanos > 3600 * SECOND) {
            throw new IllegalArgumentException("sampling_window: " + windowNanos + " ns is not from 1 s to 1 h");
        }
        if (!(aggression >= 1)) {
            throw new IllegalArgumentException("aggression: " + aggression + " is below 1");
        }
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException("sr_threshold: " + threshold + " is not above 0 up to 1");
        }
        if (minRate < 0) {
            throw new IllegalArgumentException("rps_threshold: " + minRate + " is negative");
        }
        if (!(maxRejection >= 0 && maxRejection <= 1)) {
            throw new IllegalArgumentException("max_rejection_probability: " + maxRejection + " is not from 0 to 1");
        }
    }

    /** A status of two ranges would say that one of them is not what its author meant. */
    private static void apart(List<Statuses> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            for (int j = 0; j < i; j++) {
                Statuses one = ranges.get(j);
                Statuses other = ranges.get(i);
                if (one.from < other.below && other.from < one.below) {
                    throw new IllegalArgumentException(
                            "http_success_status: " + one.words() + " and " + other.words() + " overlap");
                }
            }
        }
    }

    @Override
    public boolean idle() {
        return !enabled;
    }

    /** Statuses from the first to below the second. */
    public record Statuses(int from, int below) {
        public Statuses {
            if (from < 100 || below > 600 || from >= below) {
                throw new IllegalArgumentException("http_success_status: " + from + " to " + below);
            }
        }

        private String words() {
            return from + " to " + below;
        }
    }
}
