package dev.weft.engine.snapshot;

import java.util.List;

/**
 * What of the calls to a cluster is refused here.
 *
 * @param maxRequests attempts in flight (Envoy: {@code circuit_breakers.thresholds.max_requests});
 *     {@link Integer#MAX_VALUE} for no limit. A call that begins beyond it is refused, while
 *     retries and calls of the same moment may exceed it
 * @param drops shares of all calls, tried in order (Envoy: {@code drop_overloads})
 */
public record Limits(int maxRequests, List<Drop> drops) {
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, List.of());

    public Limits {
        if (maxRequests < 0) {
            throw new IllegalArgumentException("max_requests " + maxRequests + " is negative");
        }
        drops = List.copyOf(drops);
    }

    /** Whether there is anything to look at. */
    public boolean any() {
        return maxRequests != Integer.MAX_VALUE || !drops.isEmpty();
    }

    /**
     * @param category what the control plane calls the reason
     * @param perMillion how many of a million calls
     */
    public record Drop(String category, int perMillion) {
        public Drop {
            if (perMillion < 0 || perMillion > 1_000_000) {
                throw new IllegalArgumentException("drop_percentage " + perMillion + " of a million is out of range");
            }
        }
    }
}
