package dev.weft.client.ads;

import org.jspecify.annotations.Nullable;

/**
 * Holds the refusals of one type back: a server that answers a refusal with the same resource would
 * make a loop out of it. An error that comes again waits twice as long as before, 30 s at the most.
 */
final class Refusals {
    private static final long FIRST = 1_000_000_000L;
    private static final long LAST = 30 * FIRST;

    private @Nullable Held held;
    private String lastError = "";
    private long delay;

    /** An error that waits for its time to be told. */
    record Held(String nonce, String why, long at) {}

    void hold(String nonce, String why, long now) {
        var before = held;
        if (before != null) {
            held = new Held(nonce, why, before.at());
            return;
        }
        delay = why.equals(lastError) ? Math.min(delay * 2, LAST) : FIRST;
        lastError = why;
        held = new Held(nonce, why, now + delay);
    }

    /** What is to be told now, or null. */
    @Nullable
    Held take(boolean atOnce, long now) {
        var due = held;
        if (due == null || !atOnce && now < due.at()) {
            return null;
        }
        held = null;
        return due;
    }

    /** The stream has ended. */
    void drop() {
        held = null;
    }

    /** Everything is good again. */
    void over() {
        lastError = "";
    }

    long wakeAt() {
        return held == null ? Long.MAX_VALUE : held.at();
    }
}
