package dev.weft.control.queue;

import dev.weft.control.log.Log;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A serial queue on a thread of its own. A task that fails is logged and costs only itself.
 *
 * <p>Tasks and timers are kept apart: a task that need not wait is put at the end of a list without a lock, however
 * many leases have a timer, and the thread is woken only when it sleeps.
 */
public final class ThreadQueue implements SerialQueue, AutoCloseable {
    private static final long LONGEST_MILLIS = 5_000;

    private final Log log;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Touched by the thread alone. */
    private final TreeSet<Timed> timers =
            new TreeSet<>(Comparator.<Timed>comparingLong(timed -> timed.at).thenComparingLong(timed -> timed.number));

    private final long origin = System.nanoTime();
    private long numbers;
    private volatile boolean isAsleep;
    private volatile boolean isClosing;

    public ThreadQueue(String name, Log log) {
        this.log = log;
        thread = new Thread(this::work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Its log lines are written when it sleeps. */
    public void holdLog() {
        log.heldBy(thread);
    }

    @Override
    public void execute(Runnable task) {
        if (isClosing && Thread.currentThread() != thread) {
            log.debug("queue: a task came after the end");
            return;
        }
        waiting.incrementAndGet();
        tasks.add(task);
        // It says that it sleeps before it looks for tasks a last time: either it sees this one, or we see that.
        if (isAsleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public int waiting() {
        return waiting.get();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Timed timed = new Timed(System.nanoTime() - origin + delay.toNanos(), task);
        if (Thread.currentThread() == thread) {
            begin(timed);
        } else {
            execute(() -> begin(timed));
        }
        return timed;
    }

    private void begin(Timed timed) {
        if (!timed.isCancelled) {
            timed.number = numbers++;
            timers.add(timed);
            waiting.incrementAndGet();
        }
    }

    /** A task that waits for its time, in nanoseconds since this queue began. */
    private final class Timed implements Timer {
        private final long at;
        private final Runnable task;
        private long number;
        private volatile boolean isCancelled;

        Timed(long at, Runnable task) {
            this.at = at;
            this.task = task;
        }

        @Override
        public void cancel() {
            isCancelled = true;
            if (Thread.currentThread() == thread) {
                end();
            } else {
                execute(this::end);
            }
        }

        private void end() {
            if (timers.remove(this)) {
                waiting.decrementAndGet();
            }
        }
    }

    private void work() {
        while (true) {
            Timed first = timers.isEmpty() ? null : timers.first();
            long left = first == null ? Long.MAX_VALUE : first.at - (System.nanoTime() - origin);
            if (first != null && left <= 0 && !isClosing) {
                first.end();
                run(first.task);
                continue;
            }
            Runnable task = tasks.poll();
            if (task != null) {
                waiting.decrementAndGet();
                run(task);
            } else if (isClosing) {
                log.flush();
                return;
            } else {
                sleep(left);
            }
        }
    }

    private void sleep(long nanos) {
        log.flush();
        isAsleep = true;
        if (tasks.isEmpty() && !isClosing) {
            LockSupport.parkNanos(this, nanos);
        }
        isAsleep = false;
        if (Thread.interrupted()) { // by whoever: it would never sleep again
            log.debug("queue: was interrupted");
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
        isClosing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(LONGEST_MILLIS);
            if (thread.isAlive()) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
