package dev.weft.proxy.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A port that takes connections, as many as its limit allows. */
@SuppressWarnings("FutureReturnValueIgnored") // what is not closed in time ends with the process
public final class Listener {
    private static final int BACKLOG = 4096;

    /** The kernel would tell of connections that wait again and again; they can wait a little for a descriptor. */
    private static final long PAUSE_MILLIS = 100;

    /** For a loop to do what it has to; one that stands still holds nobody up for longer. */
    private static final long PATIENCE_MILLIS = 1_000;

    private final Channel server;
    private final ChannelGroup connections;
    /** What connections are told since they are drained; null before. */
    private final AtomicReference<@Nullable Object> draining;

    private final EventLoopGroup loops;

    /** What is told of connections. */
    public interface Counts {
        void accepted();

        void closed();

        void overLimit();

        /** One could not be taken, most likely for want of descriptors. It waits, and so do those behind it. */
        default void notAccepted(Throwable why) {}
    }

    private Listener(
            Channel server,
            ChannelGroup connections,
            AtomicReference<@Nullable Object> draining,
            EventLoopGroup loops) {
        this.server = server;
        this.connections = connections;
        this.draining = draining;
        this.loops = loops;
    }

    /**
     * One that has its port, which may be a socket that the loops have inherited. It takes no connection before
     * {@link #resume}.
     *
     * @param most connections at a time (HAProxy: {@code maxconn}); one more is closed at once
     * @param handlers what serves a connection, for what its loop owns
     * @throws IOException when the port can't be had
     */
    public static <W> Listener open(
            Loops<W> loops, InetSocketAddress address, int most, Counts counts, Function<W, ChannelHandler> handlers)
            throws IOException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        AtomicReference<@Nullable Object> draining = new AtomicReference<>();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handler(new Pausing(counts))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (connections.size() >= most) {
                            counts.overLimit();
                            channel.close();
                            return;
                        }
                        connections.add(channel);
                        counts.accepted();
                        channel.closeFuture().addListener(closed -> counts.closed());
                        channel.pipeline().addLast(handlers.apply(loops.of(channel.eventLoop())));
                        Object event = draining.get();
                        if (event != null) {
                            fire(channel, event);
                        }
                    }
                });
        Channel inherited = loops.inherited().take(address);
        var bound = (inherited == null
                        ? bootstrap.channel(loops.sockets().server()).bind(address)
                        : bootstrap
                                .channelFactory(() -> (ServerChannel) inherited)
                                .register())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("listener " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        return new Listener(bound.channel(), connections, draining, loops.group());
    }

    /** Looks again a little later where a connection can't be taken. */
    private static final class Pausing extends ChannelInboundHandlerAdapter {
        private final Counts counts;

        Pausing(Counts counts) {
            this.counts = counts;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
            counts.notAccepted(failure);
            ChannelConfig config = from.channel().config();
            if (config.isAutoRead()) {
                config.setAutoRead(false);
                from.executor().schedule(() -> config.setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Takes connections from now on, those that wait first. */
    public void resume() {
        server.config().setAutoRead(true);
    }

    /** The socket, for another process; null where it is none of Linux's epoll. */
    public @Nullable FileDescriptor descriptor() {
        return server instanceof EpollServerSocketChannel epoll ? epoll.fd() : null;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    public int connections() {
        return connections.size();
    }

    /** Takes no more connections, and tells those that are open. Not to be called on a loop. */
    public void drain(Object event) {
        server.close().awaitUninterruptibly();
        draining.set(event);
        // What was accepted by then may still wait to be registered with its loop, which does one thing after the
        // other; who comes too late for that is told when he comes.
        for (EventExecutor loop : loops) {
            loop.submit(() -> {}).awaitUninterruptibly(PATIENCE_MILLIS);
        }
        tell(event);
    }

    /** Fires an event into all connections. */
    public void tell(Object event) {
        connections.forEach(connection -> fire(connection, event));
    }

    private static void fire(Channel connection, Object event) {
        connection.eventLoop().execute(() -> connection.pipeline().fireUserEventTriggered(event));
    }

    /** Whether all connections have ended within that time. */
    public boolean await(long millis) {
        return connections.newCloseFuture().awaitUninterruptibly(millis, TimeUnit.MILLISECONDS);
    }

    /** Ends all that is left. */
    public void close() {
        server.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
    }
}
