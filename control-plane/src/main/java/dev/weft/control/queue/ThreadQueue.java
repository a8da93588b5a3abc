package dev.weft.control.queue;

import dev.weft.control.log.Log;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A serial queue on a thread of its own. A task that fails is logged and costs only itself. */
public final class ThreadQueue implements SerialQueue, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private final Log log;

    public ThreadQueue(String name, Log log) {
        this.log = log;
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            log.debug("queue: a task came after the end: " + e.getMessage());
        }
    }

    @Override
    public int waiting() {
        return executor.getQueue().size();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        AtomicBoolean cancelled = new AtomicBoolean();
        Runnable unlessCancelled = () -> {
            if (!cancelled.get()) {
                run(task);
            }
        };
        try {
            var future = executor.schedule(unlessCancelled, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> {
                cancelled.set(true);
                future.cancel(false);
            };
        } catch (RejectedExecutionException e) {
            log.debug("queue: a timer came after the end: " + e.getMessage());
            return () -> {};
        }
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("queue: a task failed", e);
        }
    }

    /** Runs what already waits, then ends. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
