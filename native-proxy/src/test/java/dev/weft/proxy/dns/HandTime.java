package dev.weft.proxy.dns;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that stands still until a test turns it. */
final class HandTime implements Time {
    private final EventLoop loop;
    private final List<Task> tasks = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000_000_000L; // overflows on the way

    private record Task(long at, Runnable run) {}

    HandTime(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Alarm in(long nanos, Runnable run) {
        var task = new Task(now + nanos, run);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Everything that is due by then is done when this returns. */
    void turn(Duration by) {
        loop.submit(() -> {
                    long until = now + by.toNanos();
                    while (true) {
                        var due = tasks.stream()
                                .filter(task -> task.at - until <= 0)
                                .min(Comparator.comparingLong(task -> task.at - until));
                        if (due.isEmpty()) {
                            break;
                        }
                        tasks.remove(due.get());
                        now = due.get().at;
                        due.get().run.run();
                    }
                    now = until;
                })
                .syncUninterruptibly();
    }
}
