package dev.weft.engine.drive;

/** Runs something short later. Never runs it on the thread that asks. */
public interface Timer {
    /**
     * @param at time on the {@link Clock}
     */
    Pending schedule(long at, Runnable task);

    interface Pending {
        /** No effect when the task has run. */
        void cancel();
    }
}
