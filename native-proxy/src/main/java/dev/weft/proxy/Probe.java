package dev.weft.proxy;

import dev.weft.proxy.listen.Sockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks whether the application takes connections (Envoy: a {@code tcp_health_check} that only connects). Up with the
 * first that it takes, down with the second in a row that it doesn't.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is not closed in time ends with the process
final class Probe {
    private static final int DOWN_AFTER = 2;
    private static final int LIMIT_MILLIS = 1000;

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final long intervalMillis;
    private final Consumer<Boolean> changed;
    private boolean up;
    private int failures;
    private boolean ended;

    /** A connection that only is. */
    @ChannelHandler.Sharable
    private static final class Nothing extends ChannelInboundHandlerAdapter {}

    /** @param changed gets each news, on the loop; it begins with down, which is no news */
    Probe(EventLoop loop, InetSocketAddress application, long intervalMillis, Consumer<Boolean> changed) {
        this.loop = loop;
        this.intervalMillis = intervalMillis;
        this.changed = changed;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(Sockets.client(loop))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, LIMIT_MILLIS)
                .handler(new Nothing())
                .remoteAddress(application);
    }

    void begin() {
        loop.execute(this::look);
    }

    void end() {
        loop.execute(() -> ended = true);
    }

    private void look() {
        if (!ended) {
            Sockets.whenConnected(bootstrap.connect(), loop, done -> {
                seen(done.isSuccess());
                loop.schedule(this::look, intervalMillis, TimeUnit.MILLISECONDS);
                if (done.isSuccess()) {
                    done.channel().close();
                }
            });
        }
    }

    private void seen(boolean connected) {
        failures = connected ? 0 : failures + 1;
        boolean now = connected || up && failures < DOWN_AFTER;
        if (now != up && !ended) {
            up = now;
            changed.accept(up);
        }
    }
}
