package dev.weft.agent.workload;

import dev.weft.engine.drive.Timer;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The agent's one timer: a daemon thread that begins with the first task. Times are {@code System.nanoTime()}. */
public final class LazyTimer implements Timer {
    private final Consumer<Throwable> bugs;
    private @Nullable ScheduledThreadPoolExecutor executor;

    /** @param bugs gets what a task throws; the timer goes on */
    public LazyTimer(Consumer<Throwable> bugs) {
        this.bugs = bugs;
    }

    @Override
    public Pending schedule(long at, Runnable task) {
        var pending = executor().schedule(() -> run(task), at - System.nanoTime(), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            bugs.accept(bug);
        }
    }

    private synchronized ScheduledThreadPoolExecutor executor() {
        ScheduledThreadPoolExecutor known = executor;
        if (known == null) {
            known = new ScheduledThreadPoolExecutor(1, task -> {
                // Inherits nothing of the application thread that happened to be first.
                Thread thread = new Thread(null, task, "weft-timer", 0, false);
                thread.setDaemon(true);
                thread.setContextClassLoader(null);
                return thread;
            });
            known.setRemoveOnCancelPolicy(true);
            executor = known;
        }
        return known;
    }
}
