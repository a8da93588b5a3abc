package dev.weft.proxy.dns;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/** The time of the event loop; tests turn one of their own by hand. */
interface Time {
    /** Monotonic, with any origin. */
    long nanos();

    /** Runs the task on the event loop, so many nanoseconds from now. */
    Alarm in(long nanos, Runnable task);

    interface Alarm {
        void cancel();
    }

    static Time of(EventLoop loop) {
        return new Time() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Alarm in(long nanos, Runnable task) {
                var scheduled = loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
                return () -> scheduled.cancel(false);
            }
        };
    }
}
