package dev.weft.engine.balance;

import java.util.concurrent.ThreadLocalRandom;

/** Each thread's own generator. */
public final class ThreadRandom implements RandomSource {
    /**
     * Without a division (Lemire, "Fast Random Integer Generation in an Interval", 2019): some values are likelier
     * than others by at most {@code bound / 2^32}.
     */
    @Override
    public int below(int bound) {
        return (int) ((ThreadLocalRandom.current().nextInt() & 0xFFFF_FFFFL) * bound >>> 32);
    }

    @Override
    public long bits() {
        return ThreadLocalRandom.current().nextLong();
    }
}
