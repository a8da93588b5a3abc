package dev.weft.engine.snapshot;

/**
 * Stops calls for a while when too many of them fail or are slow, then lets a few try (own words; Hystrix and
 * Resilience4j know it as a circuit breaker). A call counts with what the application got, retries included.
 *
 * @param failurePercent from what share of failed calls on it opens, 1 to 100
 * @param slowPercent from what share of slow calls on it opens, 1 to 100
 * @param slowNanos from what time on a call is slow; {@link Long#MAX_VALUE} for never
 * @param window what is counted
 * @param minimumCalls below so many counted calls it stays closed
 * @param openNanos how long it stays open
 * @param halfOpenCalls how many may try when that time is over; they decide
 */
public record Breaker(
        String scope,
        int failurePercent,
        int slowPercent,
        long slowNanos,
        Window window,
        int minimumCalls,
        long openNanos,
        int halfOpenCalls)
        implements Guard {
    private static final int MOST_CALLS = 100_000;

    public Breaker {
        percent("failure_ratio", failurePercent);
        percent("slow_call_ratio", slowPercent);
        if (slowNanos <= 0) {
            throw new IllegalArgumentException("slow_call: " + slowNanos + " ns is not above 0");
        }
        if (minimumCalls < 1 || minimumCalls > MOST_CALLS) {
            throw new IllegalArgumentException("minimum_calls: " + minimumCalls + " is not from 1 to " + MOST_CALLS);
        }
        Bounds.passes(openNanos, "open");
        if (halfOpenCalls < 1 || halfOpenCalls > MOST_CALLS) {
            throw new IllegalArgumentException("half_open_calls: " + halfOpenCalls + " is not from 1 to " + MOST_CALLS);
        }
        if (window instanceof Window.Calls calls && minimumCalls > calls.count()) {
            throw new IllegalArgumentException(
                    "minimum_calls: " + minimumCalls + " never are in a window of " + calls.count() + " calls");
        }
    }

    private static void percent(String field, int percent) {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException(field + ": " + percent + " is not from 1 to 100 percent");
        }
    }

    @Override
    public boolean idle() {
        return false;
    }

    /** What is counted. */
    public sealed interface Window {
        /** The newest so many calls. */
        record Calls(int count) implements Window {
            public Calls {
                if (count < 1 || count > MOST_CALLS) {
                    throw new IllegalArgumentException("window: " + count + " calls are not from 1 to " + MOST_CALLS);
                }
            }
        }

        /** The calls of so much time, which is forgotten in tenths. */
        record Time(long nanos) implements Window {
            public Time {
                Bounds.passes(nanos, "window");
                if (nanos < 10_000_000) {
                    throw new IllegalArgumentException("window: " + nanos + " ns is below 10 ms");
                }
            }
        }
    }
}
