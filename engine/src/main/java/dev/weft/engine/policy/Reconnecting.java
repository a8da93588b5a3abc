package dev.weft.engine.policy;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.snapshot.ConnectBackoff;

/** The arithmetic of leaving out an endpoint that can't be connected to (gRPC: {@code connection-backoff.md}). */
public final class Reconnecting {
    private static final double MULTIPLIER = 1.6;

    /** Thousandths by which it is shorter or longer, so that not all callers come back at once. */
    private static final int JITTER = 200;

    private Reconnecting() {}

    /**
     * Nanoseconds until a connection is tried again.
     *
     * @param failures in a row; 1 for the first
     */
    public static long backoff(ConnectBackoff policy, int failures, RandomSource random) {
        double grown = policy.baseNanos() * Math.pow(MULTIPLIER, failures - 1);
        long usual = (long) Math.min(grown, policy.maxNanos());
        return usual / 1000 * (1000 - JITTER + random.below(2 * JITTER + 1));
    }
}
