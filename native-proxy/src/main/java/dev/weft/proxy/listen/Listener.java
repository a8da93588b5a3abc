package dev.weft.proxy.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A port that takes connections, as many as its limit allows. */
@SuppressWarnings("FutureReturnValueIgnored") // what is not closed in time ends with the process
public final class Listener {
    private static final int BACKLOG = 4096;

    private final Channel server;
    private final ChannelGroup connections;

    /** What is told of connections. */
    public interface Counts {
        void accepted();

        void closed();

        void overLimit();
    }

    private Listener(Channel server, ChannelGroup connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * @param most connections at a time (HAProxy: {@code maxconn}); one more is closed at once
     * @param handlers what serves a connection, for what its loop owns
     * @throws IOException when the port can't be had
     */
    public static <W> Listener open(
            Loops<W> loops, InetSocketAddress address, int most, Counts counts, Function<W, ChannelHandler> handlers)
            throws IOException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.sockets().server())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
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
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("listener " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        return new Listener(bound.channel(), connections);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    public int connections() {
        return connections.size();
    }

    /** Takes no more connections, and tells those that are open. */
    public void drain(Object event) {
        server.close().awaitUninterruptibly();
        for (Channel connection : connections) {
            connection.eventLoop().execute(() -> connection.pipeline().fireUserEventTriggered(event));
        }
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
