package dev.weft.testkit.replay;

import dev.weft.engine.balance.RandomSource;
import java.util.SplittableRandom;

/** Chance that every call has for itself: what it draws does not depend on other calls, nor on other rules. */
final class Dice implements RandomSource {
    private SplittableRandom current;

    Dice(long seed) {
        current = new SplittableRandom(seed);
    }

    /** Whose draws are next. */
    void of(SplittableRandom call) {
        current = call;
    }

    @Override
    public int below(int bound) {
        return current.nextInt(bound);
    }

    @Override
    public long bits() {
        return current.nextLong();
    }
}
