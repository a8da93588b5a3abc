package dev.weft.engine.snapshot;

import static dev.weft.engine.snapshot.Bounds.require;

/**
 * Send again without waiting for the first answer (gRFC A6, Envoy {@code hedge_policy}).
 *
 * @param maxAttempts the first included, 2 or more
 * @param delayNanos between attempts, 0 or more
 */
public record HedgePolicy(int maxAttempts, long delayNanos) {
    public HedgePolicy {
        require(maxAttempts >= 2, "hedge_policy.max_attempts", maxAttempts);
        require(delayNanos >= 0, "hedge_policy.delay", delayNanos);
    }
}
