package dev.weft.agent;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that another process does. */
public final class Poll {
    private static final long DEADLINE = TimeUnit.SECONDS.toNanos(120);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);

    private Poll() {}

    public static void until(String what, Callable<Boolean> holds) throws Exception {
        long start = System.nanoTime();
        while (!holds.call()) {
            if (System.nanoTime() - start > DEADLINE) {
                throw new AssertionError("never: " + what);
            }
            LockSupport.parkNanos(LOOK);
        }
    }
}
