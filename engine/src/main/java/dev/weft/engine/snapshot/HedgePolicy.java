package dev.weft.engine.snapshot;

/**
 * Send again without waiting for the first answer (gRFC A6, Envoy {@code hedge_policy}).
 *
 * @param maxAttempts the first included, 2 or more
 * @param delayNanos between attempts
 */
public record HedgePolicy(int maxAttempts, long delayNanos) {}
