package dev.weft.engine.balance;

/** Something to choose. */
public interface Candidate {
    /** Counts its calls: the counter itself, which an algorithm may keep at hand. */
    Activity activity();

    /**
     * What one more call would cost, as far as it is measured: nanoseconds times calls in flight.
     *
     * @param now on the clock of the calls
     */
    double cost(long now);

    /** By what it is hashed, the same in every process: its address, or what the control plane says instead. */
    String hashKey();
}
