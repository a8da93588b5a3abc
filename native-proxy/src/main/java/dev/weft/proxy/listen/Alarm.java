package dev.weft.proxy.listen;

import dev.weft.engine.drive.Clock;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An alarm that is moved with nearly every request and hardly ever rings. To move it to a later time costs nothing: it
 * wakes at the old one and looks. Only an earlier one makes a new task of the event loop.
 */
public final class Alarm implements Runnable {
    private final EventLoop loop;
    private final Clock clock;
    private final Runnable ring;
    private long at = Long.MAX_VALUE;
    private long wakes = Long.MAX_VALUE;
    private @Nullable ScheduledFuture<?> pending;

    public Alarm(EventLoop loop, Clock clock, Runnable ring) {
        this.loop = loop;
        this.clock = clock;
        this.ring = ring;
    }

    /** @param when on the clock; {@link Long#MAX_VALUE} for never */
    public void at(long when) {
        at = when;
        if (when < wakes) {
            schedule(when);
        }
    }

    /** As {@link #at}, unless it is to ring before that anyway. */
    public void sooner(long when) {
        if (when < at) {
            at(when);
        }
    }

    private void schedule(long when) {
        if (pending != null) {
            pending.cancel(false);
        }
        wakes = when;
        pending = loop.schedule(this, Math.max(0, when - clock.nanos()), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        pending = null;
        wakes = Long.MAX_VALUE;
        if (at == Long.MAX_VALUE) {
            return;
        }
        if (clock.nanos() >= at) {
            at = Long.MAX_VALUE;
            ring.run();
        } else {
            schedule(at);
        }
    }

    public void stop() {
        at = Long.MAX_VALUE;
        wakes = Long.MAX_VALUE;
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
