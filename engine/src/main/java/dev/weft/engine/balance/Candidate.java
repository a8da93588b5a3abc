package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;

/** Something to choose. */
public interface Candidate {
    /** Counts the calls in flight: the counter itself, which an algorithm may keep at hand. */
    AtomicInteger active();

    /**
     * What one more call would cost, as far as it is measured: nanoseconds times calls in flight.
     *
     * @param now on the clock of the calls
     */
    double cost(long now);

    /** By what it is hashed, the same in every process: its address, or what the control plane says instead. */
    String hashKey();
}
