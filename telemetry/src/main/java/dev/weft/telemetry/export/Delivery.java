package dev.weft.telemetry.export;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Delivers batches one after the other, each again for a while where that may help: the collector can't be reached, or
 * says that it is busy (OTLP 1.x: 429, 502, 503 and 504, with {@code Retry-After}). Blocks its thread.
 */
final class Delivery {
    /**
     * How often and how patiently; by default as OpenTelemetry's exporters.
     *
     * @param firstNanos before the second attempt; each further one waits half as long again
     */
    record Patience(int attempts, long firstNanos, long mostNanos) {
        static final Patience DEFAULT = new Patience(5, TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(5));
    }

    private static final long LONGEST_ASKED_SECONDS = 30;

    private final HttpPost post;
    private final Target target;
    private final Patience patience;
    private final Consumer<String> failures;
    private final LongAdder failed = new LongAdder();
    private volatile boolean closing;
    private volatile boolean aborted;

    Delivery(Target target, Patience patience, Means means) {
        this.post = new HttpPost(target, means.timer());
        this.target = target;
        this.patience = patience;
        this.failures = means.failures();
    }

    /** False when it was given up, which is counted and said. */
    boolean deliver(String contentType, byte[] body) {
        if (aborted) {
            return giveUp("there was no time left for it");
        }
        long wait = patience.firstNanos;
        for (int attempt = 1; ; attempt++) {
            String why;
            long asked = 0;
            try {
                HttpPost.Answer answer = post.send(contentType, body);
                if (answer.status() / 100 == 2) {
                    return true;
                }
                why = "status " + answer.status();
                if (!busy(answer.status())) {
                    return giveUp(why);
                }
                asked = nanos(answer.retryAfter());
            } catch (IOException e) {
                why = e.toString();
            }
            if (attempt >= patience.attempts || closing) {
                return giveUp(why);
            }
            pause(Math.max(asked, wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1)));
            wait = Math.min(patience.mostNanos, wait + wait / 2);
        }
    }

    private boolean giveUp(String why) {
        failed.increment();
        failures.accept("telemetry: a batch for " + target.url().getHost() + ":" + target.port() + " is lost: " + why);
        return false;
    }

    private static boolean busy(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    private static long nanos(@Nullable String retryAfter) {
        if (retryAfter == null || retryAfter.isEmpty() || retryAfter.length() > 9) {
            return 0;
        }
        for (int i = 0; i < retryAfter.length(); i++) {
            if (retryAfter.charAt(i) < '0' || retryAfter.charAt(i) > '9') {
                return 0; // a date; our own wait will do
            }
        }
        return TimeUnit.SECONDS.toNanos(Math.min(LONGEST_ASKED_SECONDS, Long.parseLong(retryAfter)));
    }

    private void pause(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closing; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Batches that were given up. */
    long failed() {
        return failed.sum();
    }

    /** From now on nothing is sent a second time. */
    void hurry() {
        closing = true;
    }

    /** What is under way fails, and so does all that follows. */
    void abort() {
        aborted = true;
        post.abort();
    }
}
