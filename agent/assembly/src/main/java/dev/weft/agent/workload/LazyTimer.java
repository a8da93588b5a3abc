package dev.weft.agent.workload;

import dev.weft.engine.drive.Timer;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The agent's one timer: a daemon thread that begins with the first task. Times are {@code System.nanoTime()}. */
public final class LazyTimer implements Timer {
    private final Consumer<Throwable> bugs;
    private static final long LINGER_MILLIS = 100;

    private @Nullable ScheduledThreadPoolExecutor executor;
    private boolean ending;

    /** @param bugs gets what a task throws; the timer goes on */
    public LazyTimer(Consumer<Throwable> bugs) {
        this.bugs = bugs;
    }

    @Override
    public Pending schedule(long at, Runnable task) {
        var pending = executor().schedule(() -> run(task), at - System.nanoTime(), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    /** From now on the thread ends when nothing is left to run: what is scheduled already, or still, is run. */
    public synchronized void end() {
        ending = true;
        if (executor != null) {
            linger(executor);
        }
    }

    private static void linger(ScheduledThreadPoolExecutor executor) {
        executor.setKeepAliveTime(LINGER_MILLIS, TimeUnit.MILLISECONDS);
        executor.allowCoreThreadTimeOut(true);
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
                Thread thread = Daemon.of("weft-timer", task);
                thread.setContextClassLoader(null); // threads that the application makes here inherit it
                return thread;
            });
            known.setRemoveOnCancelPolicy(true);
            executor = known;
            if (ending) {
                linger(known);
            }
        }
        return known;
    }
}
