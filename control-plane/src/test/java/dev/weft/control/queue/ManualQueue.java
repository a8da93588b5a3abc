package dev.weft.control.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A serial queue on the test's own thread, with a clock that the test turns. */
public final class ManualQueue implements SerialQueue {
    private final List<Due> waiting = new ArrayList<>();
    /** What passes, and what the machine's clock said when it began, which somebody may set. */
    private volatile Duration passed = Duration.ZERO;

    private volatile Instant begun = Instant.parse("2026-01-01T00:00:00Z");
    private boolean isRunning;

    private record Due(Duration at, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        waiting.add(new Due(passed, task));
        run();
    }

    @Override
    public int waiting() {
        return waiting.size();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Due due = new Due(passed.plus(delay), task);
        waiting.add(due);
        return () -> waiting.removeIf(other -> other == due);
    }

    @Override
    public Instant now() {
        return begun.plus(passed);
    }

    @Override
    public long nanos() {
        return Duration.ofDays(1).plus(passed).toNanos();
    }

    /** Somebody sets the machine's clock; no time passes. */
    public void setClock(Duration ahead) {
        begun = begun.plus(ahead);
    }

    /** Lets time pass without anything running, as when a process is stopped; what was due runs after it. */
    public void freeze(Duration time) {
        passed = passed.plus(time);
        run();
    }

    /** Lets time pass; what becomes due on the way runs at its own time. */
    public void pass(Duration time) {
        Duration end = passed.plus(time);
        while (true) {
            Due next = waiting.stream().min(Comparator.comparing(Due::at)).orElse(null);
            if (next == null || next.at().compareTo(end) > 0) {
                break;
            }
            passed = next.at().compareTo(passed) > 0 ? next.at() : passed;
            run();
        }
        passed = end;
    }

    private void run() {
        if (isRunning) {
            return;
        }
        isRunning = true;
        try {
            while (true) {
                Due next = waiting.stream()
                        .filter(due -> due.at().compareTo(passed) <= 0)
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
