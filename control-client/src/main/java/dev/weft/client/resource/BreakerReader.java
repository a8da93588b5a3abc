package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.RetryBudget;

/**
 * {@code CircuitBreakers}, those of the default priority. The largest number stands for no limit, which
 * is what istiod writes.
 */
final class BreakerReader {
    private final Findings findings;
    private RetryBudget budget = RetryBudget.DEFAULT;
    private int maxRequests = Integer.MAX_VALUE;

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

    void read(Message breakers) {
        for (Message threshold : breakers.messages(1)) {
            if (threshold.number(1) == 0) {
                threshold(threshold);
            }
            threshold.ignore(6);
            findings.unread(threshold, "CircuitBreakers.Thresholds");
        }
        findings.unread(breakers, "CircuitBreakers");
    }

    private void threshold(Message threshold) {
        maxRequests = limit(threshold, 4);
        int retries = limit(threshold, 5);
        if (threshold.has(8)) {
            budget = budget(threshold.message(8));
        } else if (retries != Integer.MAX_VALUE) {
            budget = new RetryBudget(0, retries);
        }
        for (int field : new int[] {2, 3, 7}) {
            if (threshold.has(field) && limit(threshold, field) != Integer.MAX_VALUE) {
                findings.unsupported(
                        "CircuitBreakers.Thresholds." + FieldNames.of("CircuitBreakers.Thresholds", field));
            }
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
