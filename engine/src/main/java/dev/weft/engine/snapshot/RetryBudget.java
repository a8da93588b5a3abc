package dev.weft.engine.snapshot;

import static dev.weft.engine.snapshot.Bounds.require;

/**
 * How many retries a cluster may have in flight (Envoy: {@code circuit_breakers.retry_budget}).
 *
 * @param percent of the calls in flight, 0 to 100
 * @param minConcurrency retries always allowed at once
 */
public record RetryBudget(double percent, int minConcurrency) {
    public RetryBudget {
        require(percent >= 0 && percent <= 100, "retry_budget.budget_percent", percent);
        require(minConcurrency >= 0, "retry_budget.min_retry_concurrency", minConcurrency);
    }

    /** Envoy's default: 20 % and 3. */
    public static final RetryBudget DEFAULT = new RetryBudget(20, 3);
}
