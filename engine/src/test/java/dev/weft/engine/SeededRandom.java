package dev.weft.engine;

import dev.weft.engine.balance.RandomSource;
import java.util.SplittableRandom;

/** Chance that can be repeated. */
public final class SeededRandom implements RandomSource {
    private final SplittableRandom random;

    public SeededRandom(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public int below(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public long bits() {
        return random.nextLong();
    }
}
