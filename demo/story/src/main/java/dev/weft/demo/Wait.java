package dev.weft.demo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting by asking again, with an end. */
final class Wait {
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Patience with what is a matter of seconds, unless the machine is busy with other things. */
    static final Duration LONG = Duration.ofSeconds(120);

    /** How long it took until the condition held, in seconds. */
    static double until(String what, Duration most, Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > most.toNanos()) {
                throw new IllegalStateException("waited " + most.toSeconds() + " s in vain: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        return seconds(start);
    }

    static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private Wait() {}
}
