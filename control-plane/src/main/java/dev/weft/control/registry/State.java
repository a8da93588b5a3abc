package dev.weft.control.registry;

/** How a workload is. */
public enum State {
    /** Registered, and not ready yet. */
    STARTING,
    UP,
    /** Finishes what it has, gets nothing new. */
    DRAINING,
    /** Was ready, and says that it is not any more. */
    DOWN;

    /** Of two words about the same workload the one that lets fewer calls through. */
    State orStricter(State other) {
        return strictness() >= other.strictness() ? this : other;
    }

    private int strictness() {
        return switch (this) {
            case UP -> 0;
            case DRAINING -> 1;
            case STARTING -> 2;
            case DOWN -> 3;
        };
    }

    /** Whether callers are told of it at all. */
    public boolean isListed() {
        return this == UP || this == DRAINING;
    }
}
