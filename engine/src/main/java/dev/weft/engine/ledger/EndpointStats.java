package dev.weft.engine.ledger;

import dev.weft.engine.balance.Activity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The numbers of one endpoint. */
public final class EndpointStats {
    static final long NEVER = Long.MIN_VALUE;

    final Activity activity = new Activity();
    final LongAdder failures = new LongAdder();
    final AtomicInteger consecutiveFailures = new AtomicInteger();

    /** When the last ejection ends or ended; on the clock of the calls. Guarded, for writing, by the cluster. */
    volatile long ejectedUntil = NEVER;

    volatile int ejectionsInARow;
    volatile int ejections;
    final EndpointMemory memory = new EndpointMemory();

    /** Nothing is counted in a row any more. */
    void succeeded() {
        activity.failing(false);
        consecutiveFailures.set(0);
        memory.gatewayFailuresInARow.set(0);
        memory.localFailuresInARow.set(0);
    }

    public int inFlight() {
        return activity.inFlight();
    }

    /** Attempts that ended well, as far as the endpoint is to be judged. */
    public long successes() {
        return activity.successes();
    }

    /** Attempts whose failure is blamed on the endpoint. */
    public long failures() {
        return failures.sum();
    }

    /** Sum over all ended attempts, in nanoseconds. */
    public long latencyNanos() {
        return activity.nanos();
    }

    /** Attempts for which no connection came about. */
    public long connectFailures() {
        return memory.connectFailures.sum();
    }

    /** Nanoseconds for which it is left out for want of a connection; 0 when it is not. */
    long unreachedFor(long now) {
        long until = activity.unreached() ? memory.unreachedUntil : NEVER;
        return now < until ? until - now : 0;
    }

    public int consecutiveFailures() {
        return consecutiveFailures.get();
    }

    /** How often it has been ejected. */
    public int ejections() {
        return ejections;
    }

    /** By which rule it was ejected last; null if it never was. */
    public @Nullable Ejection ejection() {
        return memory.ejection;
    }

    public boolean ejected(long now) {
        return now < ejectedUntil;
    }

    /** Nanoseconds until it is back; 0 when it is not out. */
    public long ejectedFor(long now) {
        return now < ejectedUntil ? ejectedUntil - now : 0;
    }
}
