package dev.weft.client.ads;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Holds the refusals of one type back: a server that answers a refusal with the same resource would
 * make a loop out of it. An error that comes again waits twice as long as before, 30 s at the most.
 * Responses that are refused meanwhile, each for something else, wait with the first: a server is told
 * of all of them.
 */
final class Refusals {
    private static final long FIRST = 1_000_000_000L;
    private static final long LAST = 30 * FIRST;

    /** A server that goes on without waiting is told of the first ones and of the last. */
    private static final int MOST = 16;

    private final Deque<Held> held = new ArrayDeque<>();
    private String lastError = "";
    private long delay;

    /** An error that waits for its time to be told. */
    record Held(String nonce, String why, long at) {}

    void hold(String nonce, String why, long now) {
        var first = held.peekFirst();
        if (first != null) {
            if (!held.removeIf(other -> other.why().equals(why)) && held.size() == MOST) {
                held.removeLast();
            }
            held.addLast(new Held(nonce, why, first.at()));
            return;
        }
        delay = why.equals(lastError) ? Math.min(delay * 2, LAST) : FIRST;
        lastError = why;
        held.addLast(new Held(nonce, why, now + delay));
    }

    /** What is to be told now. */
    List<Held> take(boolean atOnce, long now) {
        var first = held.peekFirst();
        if (first == null || !atOnce && now < first.at()) {
            return List.of();
        }
        var due = List.copyOf(held);
        held.clear();
        return due;
    }

    /** The stream has ended. */
    void drop() {
        held.clear();
    }

    /** Everything is good again. */
    void over() {
        lastError = "";
    }

    long wakeAt() {
        var first = held.peekFirst();
        return first == null ? Long.MAX_VALUE : first.at();
    }
}
