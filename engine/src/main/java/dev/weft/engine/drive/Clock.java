package dev.weft.engine.drive;

import java.util.concurrent.locks.LockSupport;

/** Monotonic time in nanoseconds, with any origin. */
@FunctionalInterface
public interface Clock {
    long nanos();

    /**
     * Blocks the thread until then, until it is unparked or interrupted, or for no reason.
     *
     * @param until {@link Long#MAX_VALUE} for no limit
     */
    default void park(Object blocker, long until) {
        if (until == Long.MAX_VALUE) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, until - nanos());
        }
    }
}
