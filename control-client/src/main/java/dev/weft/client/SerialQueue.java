package dev.weft.client;

import dev.weft.engine.drive.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thread that owns the client's state: runs what it is given, in order, and turns the time. */
final class SerialQueue implements Executor {
    private final LinkedBlockingDeque<Runnable> tasks = new LinkedBlockingDeque<>();
    private final Thread thread;
    private final Clock clock;
    private final Turn turn;
    private volatile boolean ended;

    /** What the thread does between tasks. */
    interface Turn {
        /** Does what is due; returns when to come back at the latest. */
        long turn(long now);

        void failed(Throwable failure);
    }

    SerialQueue(Clock clock, Turn turn) {
        this.clock = clock;
        this.turn = turn;
        this.thread = Threads.named("weft-control", this::run);
    }

    /**
     * @param first runs before everything that is queued already
     */
    void start(Runnable first) {
        tasks.addFirst(first);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Stops after what is queued; waits for it at most this long. */
    void end(long millis) {
        execute(() -> ended = true);
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long wakeAt = Long.MIN_VALUE;
        while (!ended) {
            try {
                var task = take(wakeAt);
                while (task != null) {
                    task.run();
                    task = tasks.poll();
                }
                wakeAt = turn.turn(clock.nanos());
            } catch (InterruptedException e) {
                turn.failed(e);
            } catch (RuntimeException | Error e) {
                // Whatever went wrong with one event, be it memory that the application had taken, the next ones must
                // still be served: nobody would see that the configuration stands still.
                turn.failed(e);
                wakeAt = clock.nanos() + 1_000_000_000L;
            }
        }
    }

    private @Nullable Runnable take(long wakeAt) throws InterruptedException {
        if (wakeAt == Long.MAX_VALUE) {
            return tasks.take();
        }
        long wait = wakeAt == Long.MIN_VALUE ? 0 : wakeAt - clock.nanos();
        return wait <= 0 ? tasks.poll() : tasks.poll(wait, TimeUnit.NANOSECONDS);
    }
}
