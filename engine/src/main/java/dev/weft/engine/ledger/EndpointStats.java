package dev.weft.engine.ledger;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The numbers of one endpoint. */
public final class EndpointStats {
    final AtomicInteger inFlight = new AtomicInteger();
    final LongAdder successes = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder latencyNanos = new LongAdder();
    final AtomicInteger consecutiveFailures = new AtomicInteger();

    /** When the last ejection ends or ended; on the clock of the calls. Guarded, for writing, by the cluster. */
    volatile long ejectedUntil = Long.MIN_VALUE;

    volatile int ejectionsInARow;
    volatile int ejections;

    public int inFlight() {
        return inFlight.get();
    }

    /** Attempts that ended well, as far as the endpoint is to be judged. */
    public long successes() {
        return successes.sum();
    }

    /** Attempts whose failure is blamed on the endpoint. */
    public long failures() {
        return failures.sum();
    }

    /** Sum over all ended attempts, in nanoseconds. */
    public long latencyNanos() {
        return latencyNanos.sum();
    }

    public int consecutiveFailures() {
        return consecutiveFailures.get();
    }

    /** How often it has been ejected. */
    public int ejections() {
        return ejections;
    }

    public boolean ejected(long now) {
        return now < ejectedUntil;
    }

    /** Nanoseconds until it is back; 0 when it is not out. */
    public long ejectedFor(long now) {
        return now < ejectedUntil ? ejectedUntil - now : 0;
    }
}
