package dev.weft.telemetry.export;

import dev.weft.telemetry.Origin;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What a test gives to exporters. */
final class Wiring implements AutoCloseable {
    static final Origin FRONT =
            new Origin(() -> "front", "shop", "v7", Map.of("deployment.environment.name", "test"), "i-1", "0.1");
    static final long ENOUGH = TimeUnit.SECONDS.toNanos(90);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    final List<String> failures = new CopyOnWriteArrayList<>();
    final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    final List<Thread> threads = new CopyOnWriteArrayList<>();
    final Means means = new Means(
            task -> {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                threads.add(thread);
                return thread;
            },
            (at, task) -> {
                ScheduledFuture<?> pending = executor.schedule(task, at - System.nanoTime(), TimeUnit.NANOSECONDS);
                return () -> pending.cancel(false);
            },
            failures::add,
            bugs::add);

    static Target target(URI url) {
        return new Target(url, Map.of(), false, ENOUGH);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
