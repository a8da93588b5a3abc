package dev.weft.control.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A {@link ManualQueue} on a thread of its own: other threads hand it tasks, the test turns its clock. */
public final class HandQueue implements SerialQueue, AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "hand-queue");
        made.setDaemon(true);
        return made;
    });
    private final ManualQueue queue = new ManualQueue();

    @Override
    public void execute(Runnable task) {
        thread.execute(() -> queue.execute(task));
    }

    @Override
    public int waiting() {
        return queue.waiting();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return queue.after(delay, task);
    }

    @Override
    public Instant now() {
        return queue.now();
    }

    @Override
    public long nanos() {
        return queue.nanos();
    }

    public void pass(Duration time) {
        get(() -> {
            queue.pass(time);
            return true;
        });
    }

    /** What the owner of the state sees. */
    public <T> T get(Supplier<T> what) {
        return CompletableFuture.supplyAsync(what, thread).join();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
