package dev.weft.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AssertionFailureBuilder;

/** Waits for something to become so, and fails with what was last seen. */
final class Until {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration LOOK = Duration.ofMillis(20);

    private Until() {}

    static void so(String what, Callable<Boolean> condition) {
        get(what, () -> condition.call() ? Boolean.TRUE : null);
    }

    /** The first value that is not null. An exception means "not yet". */
    static <T> T get(String what, Callable<T> source) {
        long start = System.nanoTime();
        Exception last = null;
        while (System.nanoTime() - start < LIMIT.toNanos()) {
            try {
                T value = source.call();
                if (value != null) {
                    return value;
                }
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        throw AssertionFailureBuilder.assertionFailure()
                .message("after " + LIMIT.toSeconds() + " s not so: " + what)
                .cause(last)
                .build();
    }
}
