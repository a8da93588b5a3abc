package dev.weft.control.queue;

import java.time.Duration;
import java.time.Instant;

/** The one place where state changes: tasks run one after another, in order, never two at once. */
public interface SerialQueue {
    /** Runs a task after those that already wait. Safe from any thread. */
    void execute(Runnable task);

    /** How many tasks wait, those that wait for their time included. */
    int waiting();

    /** Runs a task on the queue when this time has passed. */
    Timer after(Duration delay, Runnable task);

    /** The time of day as this queue sees it. */
    Instant now();

    /** Time that only passes, in nanoseconds from a point that means nothing. */
    long nanos();

    /** A task that waits for its time. */
    interface Timer {
        /** From the queue itself, a cancelled task never runs. */
        void cancel();
    }
}
