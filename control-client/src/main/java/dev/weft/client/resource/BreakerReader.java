package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.RetryBudget;
import org.jspecify.annotations.Nullable;

/**
 * {@code CircuitBreakers}, those of the default priority. The largest number stands for no limit, which
 * is what istiod writes.
 */
final class BreakerReader {
    /** Envoy's, of calls that wait and of connections. */
    private static final int DEFAULT = 1024;

    private final Findings findings;
    private RetryBudget budget = RetryBudget.DEFAULT;
    private int maxRequests = Integer.MAX_VALUE;
    private @Nullable Bulkhead connections;

    BreakerReader(Findings findings) {
        this.findings = findings;
    }

    /** There once it is read. */
    RetryBudget budget() {
        return budget;
    }

    /** There once it is read. */
    int maxRequests() {
        return maxRequests;
    }

    /** There once it is read; null for no limit. */
    @Nullable
    Bulkhead connections() {
        return connections;
    }

    void read(Message breakers, String cluster) {
        for (Message threshold : breakers.messages(1)) {
            if (threshold.number(1) == 0) {
                threshold(threshold, cluster);
            }
            threshold.ignore(6);
            findings.unread(threshold, "CircuitBreakers.Thresholds");
        }
        findings.unread(breakers, "CircuitBreakers");
    }

    private void threshold(Message threshold, String cluster) {
        maxRequests = limit(threshold, 4);
        int retries = limit(threshold, 5);
        if (threshold.has(8)) {
            budget = budget(threshold.message(8));
        } else if (retries != Integer.MAX_VALUE) {
            budget = new RetryBudget(0, retries);
        }
        boolean limitsWaiting = threshold.has(3) && limit(threshold, 3) != Integer.MAX_VALUE;
        // Who limits those that wait, and says nothing of what they wait for, means as many connections as ever.
        int most = limitsWaiting && !threshold.has(2) ? DEFAULT : limit(threshold, 2);
        connections(most, threshold.has(3) ? limit(threshold, 3) : DEFAULT, cluster);
        if (limitsWaiting && connections == null) {
            // Nobody waits here but for one of so many connections.
            findings.unsupported("CircuitBreakers.Thresholds.max_pending_requests without max_connections");
        }
        if (limit(threshold, 7) != Integer.MAX_VALUE) {
            findings.unsupported("CircuitBreakers.Thresholds.max_connection_pools");
        }
    }

    private void connections(int most, int pending, String cluster) {
        if (most != Integer.MAX_VALUE) {
            String scope = "max_connections of cluster " + cluster;
            connections = new Bulkhead(scope, Math.max(1, most), pending, Long.MAX_VALUE); // Envoy lets one be too
        }
    }

    private static int limit(Message threshold, int field) {
        long limit = threshold.wrapped(field, Integer.MAX_VALUE);
        return limit < 0 || limit > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) limit;
    }

    private RetryBudget budget(Message read) {
        double percent = read.has(1) ? read.message(1).real(1) : RetryBudget.DEFAULT.percent();
        long concurrency = read.wrapped(2, RetryBudget.DEFAULT.minConcurrency());
        if (!(percent >= 0 && percent <= 100) || concurrency < 0 || concurrency > Integer.MAX_VALUE) {
            findings.refuse("circuit_breakers.retry_budget", percent + " % and " + concurrency + " are out of range");
            return RetryBudget.DEFAULT;
        }
        return new RetryBudget(percent, (int) concurrency);
    }
}
