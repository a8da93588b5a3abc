package dev.weft.bench;

import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;

/**
 * A thread beside the first, there all the time and asleep while it has nothing to do. Where both work, neither its
 * start nor its end nor how long it takes to wake is a part of what is measured.
 */
final class SecondThread {
    private final SynchronousQueue<Runnable> tasks = new SynchronousQueue<>();
    private volatile boolean ready;
    private volatile boolean begun;
    private volatile boolean done;
    private volatile @Nullable RuntimeException failure;

    SecondThread() {
        Thread thread = new Thread(this::serve, "second");
        thread.setDaemon(true);
        thread.start();
    }

    /** Nanoseconds from when both begin until both are done. */
    long beside(Runnable mine, Runnable its) {
        ready = false;
        begun = false;
        done = false;
        try {
            tasks.put(its);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        while (!ready) {
            Thread.onSpinWait();
        }
        long start = System.nanoTime();
        begun = true;
        mine.run();
        while (!done) {
            Thread.onSpinWait();
        }
        long took = System.nanoTime() - start;
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        return took;
    }

    private void serve() {
        try {
            while (true) {
                Runnable task = tasks.take();
                ready = true;
                while (!begun) {
                    Thread.onSpinWait();
                }
                try {
                    task.run();
                } catch (RuntimeException e) {
                    failure = e;
                }
                done = true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
