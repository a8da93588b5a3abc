package dev.weft.telemetry.batch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How the threads of this module come to their end. */
public final class Workers {
    private Workers() {}

    /** Wakes a worker that was told to end, and waits until it has; no longer than this. */
    public static void await(Thread worker, long nanos) {
        LockSupport.unpark(worker);
        try {
            TimeUnit.NANOSECONDS.timedJoin(worker, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
