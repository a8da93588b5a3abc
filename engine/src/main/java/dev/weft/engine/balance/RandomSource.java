package dev.weft.engine.balance;

/** Where chance comes from: the thread's own generator in production, a seed in tests and replays. */
public interface RandomSource {
    /** Uniform in [0, bound). */
    int below(int bound);

    /** Uniform over all longs. */
    long bits();
}
