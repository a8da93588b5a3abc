package dev.weft.engine.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of the calls to a cluster is refused here.
 *
 * @param maxRequests attempts in flight (Envoy: {@code circuit_breakers.thresholds.max_requests});
 *     {@link Integer#MAX_VALUE} for no limit. A call that begins beyond it is refused, while
 *     retries and calls of the same moment may exceed it
 * @param drops shares of all calls, tried in order (Envoy: {@code drop_overloads})
 * @param connections how many calls may be under way and how many more may wait (Envoy: {@code
 *     max_connections} and {@code max_pending_requests}, as they come to in HTTP/1.1, where each call under way
 *     has a connection for itself); null for no limit
 */
public record Limits(
        int maxRequests, List<Drop> drops, @Nullable Bulkhead connections) {
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, List.of());

    /** Limits without one on connections. */
    public Limits(int maxRequests, List<Drop> drops) {
        this(maxRequests, drops, null);
    }

    public Limits {
        if (maxRequests < 0) {
            throw new IllegalArgumentException("max_requests " + maxRequests + " is negative");
        }
        drops = List.copyOf(drops);
    }

    /** Whether a call that begins has anything to look at, beside {@link #connections}. */
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
