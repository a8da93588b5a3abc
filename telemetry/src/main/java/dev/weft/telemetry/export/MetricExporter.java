package dev.weft.telemetry.export;

import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.batch.Workers;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends every number of the workload to an OTLP collector, again and again. */
public final class MetricExporter {
    private final Consumer<MetricWriter> numbers;
    private final long intervalNanos;
    private final Origin origin;
    private final ThreadFactory threads;
    private final Consumer<Throwable> bugs;
    private final Delivery delivery;
    private final long start = now();
    private @Nullable Thread worker;
    private volatile boolean closed;

    /** @param numbers writes all of them */
    public MetricExporter(
            Consumer<MetricWriter> numbers, Target target, long intervalNanos, Origin origin, Means means) {
        this.numbers = numbers;
        this.intervalNanos = intervalNanos;
        this.origin = origin;
        this.threads = means.threads();
        this.bugs = means.bugs();
        // Cumulative numbers that are lost come again with the next.
        this.delivery = new Delivery(target, new Delivery.Patience(1, 1, 1), means);
    }

    /** Starts its thread, unless it was started or closed. */
    public synchronized void begin() {
        if (worker == null && !closed) {
            Thread made = threads.newThread(this::work);
            worker = made;
            made.start();
        }
    }

    private void work() {
        do {
            long until = System.nanoTime() + intervalNanos;
            for (long left = intervalNanos; left > 0 && !closed; left = until - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            send();
        } while (!closed);
    }

    private void send() {
        try {
            OtlpMetrics out = new OtlpMetrics(origin, start, now());
            numbers.accept(out);
            delivery.deliver(Otlp.CONTENT_TYPE, out.toBytes(origin));
        } catch (RuntimeException | Error bug) { // its thread is the only one there will be
            bugs.accept(bug);
        }
    }

    private static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** Sends the numbers once more and ends; takes no longer than this. */
    public void close(long nanos) {
        Thread known;
        synchronized (this) {
            closed = true;
            known = worker;
        }
        if (known != null) {
            Workers.await(known, nanos);
            delivery.abort();
        }
    }
}
