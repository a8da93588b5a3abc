package dev.weft.client.ads;

import dev.weft.engine.balance.RandomSource;

/** When to connect again: 1 s, times 1.6 up to 120 s, each ± 20 %; within 2 s after a stream that worked. */
public final class Backoff {
    private static final long MILLI = 1_000_000L;
    private static final double FACTOR = 1.6;
    private static final long MOST = 120_000 * MILLI;

    private final RandomSource random;
    private long base = 1000 * MILLI;

    public Backoff(RandomSource random) {
        this.random = random;
    }

    /** Nanoseconds to wait after a stream that brought something. */
    public long afterGoodStream() {
        base = 1000 * MILLI;
        return random.below(2000) * MILLI;
    }

    /** Nanoseconds to wait after one that did not; longer each time. */
    public long afterFailure() {
        long delay = (long) (base * (0.8 + random.below(4001) / 10_000.0));
        base = Math.min(MOST, (long) (base * FACTOR));
        return delay;
    }
}
