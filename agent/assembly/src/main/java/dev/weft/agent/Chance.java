package dev.weft.agent;

import dev.weft.engine.balance.RandomSource;
import java.util.concurrent.ThreadLocalRandom;

/** Each thread's own generator. */
final class Chance implements RandomSource {
    @Override
    public int below(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    @Override
    public long bits() {
        return ThreadLocalRandom.current().nextLong();
    }
}
