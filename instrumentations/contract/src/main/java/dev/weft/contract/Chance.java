package dev.weft.contract;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;

/** Chance that can be made to fail, which is how a story puts a bug into the engine. */
final class Chance implements RandomSource {
    private final RandomSource chance = new ThreadRandom();
    private volatile boolean broken;

    void broken(boolean yes) {
        broken = yes;
    }

    private void check() {
        if (broken) {
            throw new IllegalStateException("a bug of ours, put there by a story");
        }
    }

    @Override
    public int below(int bound) {
        check();
        return chance.below(bound);
    }

    @Override
    public long bits() {
        check();
        return chance.bits();
    }
}
