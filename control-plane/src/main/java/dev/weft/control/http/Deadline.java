package dev.weft.control.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thing that a connection waits for, and until when. Used on the connection's own thread. */
final class Deadline {
    private @Nullable ScheduledFuture<?> timer;

    void set(ChannelHandlerContext context, Duration time, Runnable late) {
        clear();
        timer = context.executor().schedule(late, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    void clear() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
