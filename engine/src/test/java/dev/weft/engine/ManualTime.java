package dev.weft.engine;

import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Timer;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time turned by hand: nothing happens until a test says so. */
final class ManualTime implements Clock, Timer {
    private record Task(long at, long order, Runnable run) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long order;

    /** Whoever cancels comes too late: the timer's thread has taken the task up already. */
    boolean cancelsTooLate;

    static long ms(long millis) {
        return millis * 1_000_000;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Pending schedule(long at, Runnable run) {
        Task task = new Task(at, order++, run);
        tasks.add(task);
        return () -> {
            if (!cancelsTooLate) {
                tasks.remove(task);
            }
        };
    }

    void after(long nanos, Runnable run) {
        schedule(now + nanos, run);
    }

    /** Whoever would block lets time pass instead, up to the next thing that happens. */
    @Override
    public void park(Object blocker, long until) {
        if (!tasks.isEmpty() && tasks.peek().at() <= until) {
            step();
        } else if (until == Long.MAX_VALUE) {
            throw new AssertionError("would block for ever: nothing will ever happen");
        } else {
            now = Math.max(now, until);
        }
    }

    /** Lets everything up to then happen. */
    void turnTo(long at) {
        while (!tasks.isEmpty() && tasks.peek().at() <= at) {
            step();
        }
        now = Math.max(now, at);
    }

    void turn(long nanos) {
        turnTo(now + nanos);
    }

    boolean idle() {
        return tasks.isEmpty();
    }

    /** The next thing happens. */
    void step() {
        Task task = tasks.remove();
        now = Math.max(now, task.at());
        task.run().run();
    }
}
