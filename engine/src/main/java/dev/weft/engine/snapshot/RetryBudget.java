package dev.weft.engine.snapshot;

/**
 * How many retries a cluster may have in flight (Envoy: {@code circuit_breakers.retry_budget}).
 *
 * @param percent of the calls in flight, 0 to 100
 * @param minConcurrency retries always allowed at once
 */
public record RetryBudget(double percent, int minConcurrency) {
    /** Envoy's default: 20 % and 3. */
    public static final RetryBudget DEFAULT = new RetryBudget(20, 3);
}
