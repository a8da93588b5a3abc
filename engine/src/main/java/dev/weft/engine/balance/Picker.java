package dev.weft.engine.balance;

/**
 * One algorithm, prepared for a set of candidates that does not change. Shared by all threads without
 * a lock; a choice allocates nothing.
 */
@FunctionalInterface
public interface Picker {
    /**
     * Index of the chosen candidate.
     *
     * @param now on the clock of the calls
     */
    int pick(long now, RandomSource random, PickContext call);
}
