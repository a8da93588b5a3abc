package dev.weft.telemetry.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue with one worker, which takes what has gathered in batches. To offer never waits: what finds no room
 * is dropped and counted. The worker's thread begins with the first item and ends with {@link #close}.
 *
 * <p>{@code waiting} counts places, taken before an item is queued and given back after it was taken out, so that it
 * never says less than there is. An idle worker sleeps; it is woken by the item that takes the first place, and while it
 * gathers also by the one that makes a batch full.
 */
public final class Batcher<T> {
    private static final long MOMENT_NANOS = 1_000_000;

    private final int capacity;
    private final int batch;
    private final long gatherNanos;
    private final ThreadFactory threads;
    private final Consumer<List<T>> sink;
    private final Consumer<Throwable> bugs;
    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private volatile @Nullable Thread worker;
    private volatile boolean closed;

    /**
     * @param capacity most items that wait
     * @param batch most items that the sink gets at once
     * @param gatherNanos how long the first item of a batch waits for others
     * @param threads makes the worker
     * @param sink is called on the worker alone and may take its time
     * @param bugs gets what the sink throws, after which the worker goes on, and why there is no worker
     */
    public Batcher(
            int capacity,
            int batch,
            long gatherNanos,
            ThreadFactory threads,
            Consumer<List<T>> sink,
            Consumer<Throwable> bugs) {
        this.capacity = capacity;
        this.batch = batch;
        this.gatherNanos = gatherNanos;
        this.threads = threads;
        this.sink = sink;
        this.bugs = bugs;
    }

    /** False when there is no room, or when it is closed: then it is counted as dropped. */
    public boolean offer(T item) {
        int place = waiting.incrementAndGet();
        if (place > capacity || closed) {
            waiting.decrementAndGet();
            dropped.increment();
            return false;
        }
        queue.add(item);
        Thread known = worker;
        if (known == null) {
            begin();
        } else if (place == 1 || place == batch) {
            LockSupport.unpark(known);
        }
        return true;
    }

    private synchronized void begin() {
        if (worker == null && !closed) {
            try {
                Thread made = threads.newThread(this::work);
                made.start();
                worker = made;
            } catch (RuntimeException | Error none) {
                bugs.accept(none); // whoever offers next tries again
            }
        }
    }

    /** Items that found no room. */
    public long dropped() {
        return dropped.sum();
    }

    /** Takes nothing more, hands on what waits, and waits for that; no longer than this. */
    public void close(long nanos) {
        Thread known;
        synchronized (this) {
            closed = true;
            known = worker;
        }
        if (known != null) {
            Workers.await(known, nanos);
        }
    }

    private void work() {
        while (gather()) {
            List<T> items = new ArrayList<>();
            while (items.size() < batch) {
                T item = queue.poll();
                if (item == null) {
                    break;
                }
                items.add(item);
            }
            waiting.addAndGet(-items.size());
            if (!items.isEmpty()) {
                hand(items);
            }
        }
    }

    private void hand(List<T> items) {
        try {
            sink.accept(items);
        } catch (RuntimeException | Error bug) { // there is no other worker to take over
            bugs.accept(bug);
        }
    }

    /** Waits until there is something to take; false when there never will be. */
    private boolean gather() {
        while (waiting.get() == 0) {
            if (closed) {
                return false;
            }
            LockSupport.park(this);
        }
        long until = System.nanoTime() + gatherNanos;
        while (waiting.get() < batch && !closed) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
        }
        if (queue.isEmpty()) {
            LockSupport.parkNanos(this, MOMENT_NANOS); // somebody has its place and is about to take it
        }
        return true;
    }
}
