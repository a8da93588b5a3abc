package dev.weft.proxy.health;

import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Timer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that stands still until a test turns it, on the test's own thread. */
final class HandTime implements Clock, Timer {
    private final List<Task> tasks = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000_000_000L; // overflows on the way

    private record Task(long at, Runnable run) {}

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Pending schedule(long at, Runnable run) {
        Task task = new Task(at, run);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Everything that is due by then is done when this returns. */
    void turn(long millis) {
        long until = now + millis * 1_000_000;
        while (true) {
            var due = tasks.stream()
                    .filter(task -> task.at - until <= 0)
                    .min(Comparator.comparingLong(task -> task.at - until));
            if (due.isEmpty()) {
                now = until;
                return;
            }
            tasks.remove(due.get());
            now = due.get().at;
            due.get().run.run();
        }
    }

    int pending() {
        return tasks.size();
    }
}
