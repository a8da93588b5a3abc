package dev.weft.client.warm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** When each listener was used last, so that what nobody calls any more is not subscribed to for ever. */
final class Idle {
    private static final long MINUTE = 60_000_000_000L;
    private static final long LIMIT = 10 * MINUTE;

    private final Map<String, Long> used = new HashMap<>();
    private long lookAt = Long.MAX_VALUE;

    /** It is asked for. */
    void used(String listener, long now) {
        used.put(listener, now);
        if (lookAt == Long.MAX_VALUE) {
            lookAt = now + MINUTE;
        }
    }

    void forget(String listener) {
        used.remove(listener);
    }

    long wakeAt() {
        return lookAt;
    }

    /**
     * Takes note of what was used since the last look; returns what has been idle for too long.
     *
     * @param busy whether a listener was used
     * @param may false to take note only
     */
    List<String> look(Predicate<String> busy, boolean may, long now) {
        List<String> idle = new ArrayList<>();
        used.forEach((listener, since) -> {
            if (may && !busy.test(listener) && now - since >= LIMIT) {
                idle.add(listener);
            }
        });
        used.replaceAll((listener, since) -> busy.test(listener) ? Long.valueOf(now) : since);
        used.keySet().removeAll(idle);
        lookAt = used.isEmpty() ? Long.MAX_VALUE : now + MINUTE;
        return idle;
    }

    /** The one that was used least recently, if that is more than a look ago; null when all are in use. */
    @Nullable
    String oldest(long now) {
        String oldest = null;
        long since = now - 2 * MINUTE;
        for (var one : used.entrySet()) {
            if (one.getValue() < since) {
                oldest = one.getKey();
                since = one.getValue();
            }
        }
        return oldest;
    }
}
