package dev.weft.proxy.http1;

import dev.weft.engine.drive.Clock;
import dev.weft.engine.snapshot.Transport;
import dev.weft.proxy.address.Connecting;
import dev.weft.proxy.listen.Sockets;
import dev.weft.proxy.tls.TlsEngines;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One event loop and what it owns (Envoy: worker). Both sides of a request are on the same loop, so nothing here is
 * shared and nothing is locked.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is scheduled ends with the loop
public final class Worker {
    private static final long SWEEP_SECONDS = 15;
    private static final long MILLI = 1_000_000;

    public final EventLoop loop;
    public final Clock clock;
    public final Traffic traffic;
    final TextCache texts = new TextCache();
    public final FieldTexts fields = new FieldTexts();
    final ByteArrays arrays = new ByteArrays();
    final Pools pools = new Pools();
    private @Nullable AddedLines added;
    private final Streams streams;
    private final Bootstrap bootstrap;

    /** @param streams makes what leads to endpoints over HTTP/2 */
    public Worker(EventLoop loop, Clock clock, Traffic traffic, Function<Worker, Streams> streams) {
        this.loop = loop;
        this.clock = clock;
        this.traffic = traffic;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(Sockets.client(loop))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
        loop.scheduleWithFixedDelay(pools::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        this.streams = streams.apply(this);
    }

    Streams streams() {
        return streams;
    }

    /**
     * Begins to connect; the handler is told by its channel being active. The limit is one for the connection, and then for
     * the handshake of TLS.
     *
     * @param failed is told why there is no connection
     * @param protocols for the handshake of TLS to choose from (RFC 7301); none for no choice
     */
    public void connect(
            Target target, ChannelHandler handler, long limitNanos, Consumer<Throwable> failed, String... protocols) {
        long millis = Math.max(1, Math.min(limitNanos / MILLI, Integer.MAX_VALUE));
        ChannelFuture connecting = bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis)
                .handler(handlers(target, handler, millis, protocols))
                .connect(target.address());
        Connecting.whenOver(connecting, loop, done -> {
            if (!done.isSuccess()) {
                failed.accept(reason(done.cause()));
            }
        });
    }

    /** The kernel's own word, where Netty has put something around it. */
    private static Throwable reason(Throwable failure) {
        Throwable at = failure;
        while (!(at instanceof IOException) && at.getCause() != null) {
            at = at.getCause();
        }
        return at instanceof IOException ? at : failure;
    }

    private static ChannelHandler handlers(Target target, ChannelHandler handler, long millis, String... protocols) {
        if (!(target.transport() instanceof Transport.Tls tls)) {
            return handler;
        }
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                SslHandler secured = TlsEngines.client(tls, channel.alloc(), target.address(), List.of(protocols));
                secured.setHandshakeTimeoutMillis(millis);
                channel.pipeline().addLast(secured, handler);
            }
        };
    }

    /** What adds lines to this head, until the next one asks: an idle connection needs none. */
    AddedLines added(RequestHead head) {
        AddedLines known = added;
        if (known == null) {
            known = new AddedLines(head);
            added = known;
        }
        return known.to(head);
    }
}
