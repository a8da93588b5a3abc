package dev.weft.vectors;

import dev.weft.engine.balance.RandomSource;
import java.util.SplittableRandom;

/** Chance that can be repeated, or that always falls on one side. */
final class Chance {
    private Chance() {}

    /** @param how {@code low}, {@code high} or a seed */
    static RandomSource of(String how) {
        return switch (how) {
            case "low" -> fixed(false);
            case "high" -> fixed(true);
            default -> seeded(Long.parseLong(how));
        };
    }

    private static RandomSource fixed(boolean high) {
        return new RandomSource() {
            @Override
            public int below(int bound) {
                return high ? bound - 1 : 0;
            }

            @Override
            public long bits() {
                return high ? -1 : 0;
            }
        };
    }

    private static RandomSource seeded(long seed) {
        var random = new SplittableRandom(seed);
        return new RandomSource() {
            @Override
            public int below(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public long bits() {
                return random.nextLong();
            }
        };
    }
}
