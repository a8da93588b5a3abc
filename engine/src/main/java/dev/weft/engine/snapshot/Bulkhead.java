package dev.weft.engine.snapshot;

/**
 * How many calls may be under way at once, and how many more may wait for a place (own words; Hystrix and
 * Resilience4j know it by this name). A call keeps its place until its answer has been read, retries included.
 *
 * @param maxCalls under way, 1 or more
 * @param maxWaiting beyond those; 0 for none
 * @param maxWaitNanos how long one waits at most; {@link Long#MAX_VALUE} for as long as the call has time
 */
public record Bulkhead(String scope, int maxCalls, int maxWaiting, long maxWaitNanos) implements Guard {
    public Bulkhead {
        if (maxCalls < 1) {
            throw new IllegalArgumentException("max_calls: " + maxCalls + " is not above 0");
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("max_waiting: " + maxWaiting + " is negative");
        }
        if (maxWaitNanos <= 0) {
            throw new IllegalArgumentException("max_wait: " + maxWaitNanos + " ns is not above 0");
        }
    }

    @Override
    public boolean idle() {
        return false;
    }
}
