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

    /** Whether callers are told of it at all. */
    public boolean isListed() {
        return this == UP || this == DRAINING;
    }
}
