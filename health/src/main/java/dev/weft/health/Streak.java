package dev.weft.health;

import org.jspecify.annotations.Nullable;

/**
 * Results of one kind in a row, and when there are enough of them (Envoy: {@code healthy_threshold},
 * {@code unhealthy_threshold}; here both count for every kind of check, from the first on). On one thread.
 */
public final class Streak {
    private final int healthy;
    private final int unhealthy;
    private int successes;
    private int failures;

    /** @param healthy successes in a row that make an endpoint well; {@code unhealthy} as many failures ill */
    public Streak(int healthy, int unhealthy) {
        this.healthy = healthy;
        this.unhealthy = unhealthy;
    }

    /** What an endpoint is now; null for what it was. */
    public @Nullable Verdict add(boolean success) {
        // They stop at what is enough: nobody asks how many there were, and none overflows.
        successes = success ? Math.min(successes + 1, healthy) : 0;
        failures = success ? 0 : Math.min(failures + 1, unhealthy);
        return successes >= healthy ? Verdict.WELL : failures >= unhealthy ? Verdict.ILL : null;
    }

    /** What enough results in a row say. */
    public enum Verdict {
        WELL,
        ILL
    }
}
