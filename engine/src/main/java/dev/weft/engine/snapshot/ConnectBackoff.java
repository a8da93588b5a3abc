package dev.weft.engine.snapshot;

import static dev.weft.engine.snapshot.Bounds.require;

/**
 * How long an endpoint is left out to which no connection came about (gRPC: connection backoff of a subchannel in
 * {@code TRANSIENT_FAILURE}).
 *
 * @param baseNanos after the first failure; longer after each further one in a row
 * @param maxNanos the longest
 */
public record ConnectBackoff(long baseNanos, long maxNanos) {
    /** Half a minute at most, because an instance that starts anew should not wait for calls. */
    public static final ConnectBackoff DEFAULT = new ConnectBackoff(1_000_000_000L, 30_000_000_000L);

    public ConnectBackoff {
        require(baseNanos > 0, "connect_backoff.base", baseNanos);
        require(maxNanos >= baseNanos, "connect_backoff.max", maxNanos);
    }
}
