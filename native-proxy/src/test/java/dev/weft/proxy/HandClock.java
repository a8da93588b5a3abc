package dev.weft.proxy;

import dev.weft.engine.drive.Clock;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock that stands still until it is turned. Whatever waits looks at it again when as much real time has gone by as it had
 * left on this clock, so limits of a test are a few milliseconds, and it turns far beyond them.
 */
public final class HandClock implements Clock {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE = 200_000;

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();

    @Override
    public long nanos() {
        looks.incrementAndGet();
        return now.get();
    }

    /** Turns it on, again and again, until something comes about. */
    public void turnUntil(long nanos, String what, Condition condition) {
        until(what, () -> {
            now.addAndGet(nanos);
            return condition.holds();
        });
    }

    /** Turns it on, and returns when somebody has looked at it since, and once more. */
    public void turn(long nanos) {
        now.addAndGet(nanos);
        long seen = looks.get();
        until("somebody looks at the clock", () -> looks.get() >= seen + 2);
    }

    /** What comes about by itself. */
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits for that, a minute at the most. */
    public static void until(String what, Condition condition) {
        long end = System.nanoTime() + PATIENCE;
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("it never came about that " + what);
                }
                LockSupport.parkNanos(PAUSE);
            }
        } catch (IOException failed) {
            throw new AssertionError("it could not be seen whether " + what, failed);
        }
    }
}
