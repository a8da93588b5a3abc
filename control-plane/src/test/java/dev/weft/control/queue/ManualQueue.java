package dev.weft.control.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A serial queue on the test's own thread, with a clock that the test turns. */
public final class ManualQueue implements SerialQueue {
    private final List<Due> waiting = new ArrayList<>();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private boolean isRunning;

    private record Due(Instant at, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        waiting.add(new Due(now, task));
        run();
    }

    @Override
    public int waiting() {
        return waiting.size();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Due due = new Due(now.plus(delay), task);
        waiting.add(due);
        return () -> waiting.removeIf(other -> other == due);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public long nanos() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    /** Lets time pass without anything running, as when a process is stopped; what was due runs after it. */
    public void freeze(Duration time) {
        now = now.plus(time);
        run();
    }

    /** Lets time pass; what becomes due on the way runs at its own time. */
    public void pass(Duration time) {
        Instant end = now.plus(time);
        while (true) {
            Due next = waiting.stream().min(Comparator.comparing(Due::at)).orElse(null);
            if (next == null || next.at().isAfter(end)) {
                break;
            }
            now = next.at().isAfter(now) ? next.at() : now;
            run();
        }
        now = end;
    }

    private void run() {
        if (isRunning) {
            return;
        }
        isRunning = true;
        try {
            while (true) {
                Due next = waiting.stream()
                        .filter(due -> !due.at().isAfter(now))
                        .findFirst()
                        .orElse(null);
                if (next == null) {
                    return;
                }
                waiting.remove(next);
                next.task().run();
            }
        } finally {
            isRunning = false;
        }
    }
}
