package dev.weft.proxy.tcp;

import dev.weft.engine.drive.Clock;
import dev.weft.proxy.listen.Alarm;
import io.netty.channel.EventLoop;

/** How long nothing may move on a tunnel. That something does costs a look at the clock, and no timer. */
final class IdleLimit {
    private final Clock clock;
    private final long nanos;
    private final Runnable ring;
    private final Alarm alarm;
    private long moved;

    /** @param nanos {@link Long#MAX_VALUE} for as long as it likes */
    IdleLimit(EventLoop loop, Clock clock, long nanos, Runnable ring) {
        this.clock = clock;
        this.nanos = nanos;
        this.ring = ring;
        this.alarm = new Alarm(loop, clock, this::look);
    }

    void begin() {
        moved();
        if (nanos != Long.MAX_VALUE) {
            alarm.at(moved + nanos);
        }
    }

    void moved() {
        moved = clock.nanos();
    }

    private void look() {
        if (clock.nanos() - moved < nanos) {
            alarm.at(moved + nanos);
        } else {
            ring.run();
        }
    }

    void stop() {
        alarm.stop();
    }
}
