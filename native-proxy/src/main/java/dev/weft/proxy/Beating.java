package dev.weft.proxy;

import dev.weft.client.report.Log;
import dev.weft.proxy.intercept.Heartbeat;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Tells the rules of interception again and again that the proxy lives, from an event loop: one that stands still
 * tells nothing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails says so itself
final class Beating implements AutoCloseable {
    private static final long LIMIT_MILLIS = 1000;

    private interface Step {
        void take() throws IOException;
    }

    private final EventLoop loop;
    private final Heartbeat heartbeat;
    private final long intervalMillis;
    private final Log log;
    private boolean failing;
    private boolean ended;

    Beating(EventLoop loop, Heartbeat heartbeat, long intervalMillis, Log log) {
        this.loop = loop;
        this.heartbeat = heartbeat;
        this.intervalMillis = intervalMillis;
        this.log = log;
    }

    /** Rules that are there count when this returns. */
    void begin() {
        onLoop(this::beat);
    }

    private void beat() {
        if (!ended) {
            tell("lives", heartbeat::lives);
            loop.schedule(this::beat, intervalMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** Nothing is led here any more when this returns. */
    void end() {
        onLoop(() -> {
            if (!ended) {
                ended = true;
                tell("takes nothing more", heartbeat::gone);
            }
        });
    }

    /** Says nothing: the rules hold for another process, or for the seconds that they hold without any. */
    @Override
    public void close() {
        onLoop(() -> {
            ended = true;
            tell("closes", heartbeat::close);
        });
    }

    private void onLoop(Runnable task) {
        loop.submit(task).awaitUninterruptibly(LIMIT_MILLIS);
    }

    private void tell(String what, Step step) {
        try {
            step.take();
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                log.warn("the rules of interception can't be told that the proxy " + what + ": " + e.getMessage());
            }
            failing = true;
        }
    }
}
