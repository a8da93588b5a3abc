package dev.weft.proxy.tcp;

import dev.weft.engine.drive.Clock;
import dev.weft.proxy.address.Connecting;
import dev.weft.proxy.listen.Sockets;
import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.TcpMetrics;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leads connections on to where they were going, byte by byte.
 *
 * <p>Each has its own port before it connects, and the port is known here. So a connection that comes back, because
 * interception doesn't leave this process alone, is recognized however early it is accepted.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes its channel, and that is seen
public final class Tunnels {
    private static final long MILLI = 1_000_000;

    private final int connectMillis;
    private final long idleNanos;
    private final Clock clock;
    private final TcpMetrics.Connections counted;
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    private final LongAdder begun = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * @param connectNanos for a connection to be made
     * @param idleNanos with nothing moving, after which both sides are reset
     */
    public Tunnels(long connectNanos, long idleNanos, Clock clock) {
        this(connectNanos, idleNanos, clock, new TcpMetrics.Connections());
    }

    /** @param counted what is to be told of them all */
    public Tunnels(long connectNanos, long idleNanos, Clock clock, TcpMetrics.Connections counted) {
        this.counted = counted;
        this.idleNanos = idleNanos;
        this.clock = clock;
        this.connectMillis = (int) Math.max(1, Math.min(connectNanos / MILLI, Integer.MAX_VALUE));
    }

    /** Whether a connection of this host that comes from there is one of these. */
    public boolean isOwn(int port) {
        return ports.contains(port);
    }

    /** Leads a connection that was accepted just now, on its event loop. Where nobody answers, it is reset. */
    public void lead(Channel client, InetSocketAddress destination) {
        lead(client, destination, Unpooled.EMPTY_BUFFER);
    }

    /** @param first what the destination gets before anything else; released here */
    public void lead(Channel client, InetSocketAddress destination, ByteBuf first) {
        lead(client, then -> then.accept(destination), first);
    }

    /** Says where a connection goes, on its event loop, at once or later; null for nowhere. */
    @FunctionalInterface
    public interface Destination {
        void find(Consumer<@Nullable InetSocketAddress> then);
    }

    /** Leads a connection to where it turns out to go. Nothing that its client says meanwhile is lost. */
    public void lead(Channel client, Destination destination) {
        lead(client, destination, Unpooled.EMPTY_BUFFER);
    }

    private void lead(Channel client, Destination destination, ByteBuf first) {
        begun.increment();
        client.config().setAutoRead(false);
        client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        client.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        Watched watch = new Watched();
        TunnelEnd near = new TunnelEnd(client, watch);
        client.pipeline().addLast(near);
        destination.find(to -> {
            if (to != null && client.isOpen()) {
                begin(client, watch, near, to, first);
            } else {
                first.release();
                failed.increment();
                near.reset();
            }
        });
    }

    private void begin(Channel client, Watched watch, TunnelEnd near, InetSocketAddress destination, ByteBuf first) {
        ChannelFuture made = new Bootstrap()
                .group(client.eventLoop())
                .channel(Sockets.client(client.eventLoop()))
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel server) {
                        TunnelEnd far = new TunnelEnd(server, watch);
                        watch.limit(near, far);
                        near.join(far);
                        far.join(near);
                        server.pipeline().addLast(far);
                        server.eventLoop().execute(() -> connect(watch, near, far, server, destination, first));
                    }
                })
                .register();
        Connecting.whenOver(made, client.eventLoop(), done -> {
            if (!done.isSuccess()) {
                first.release();
                failed.increment();
                near.reset();
            }
        });
    }

    /** One of the tunnels. */
    private final class Watched implements TunnelEnd.Watch {
        private @Nullable IdleLimit idle;
        private @Nullable TunnelEnd client;
        private boolean open;

        void limit(TunnelEnd near, TunnelEnd far) {
            client = near;
            IdleLimit limit = new IdleLimit(near.channel().eventLoop(), clock, idleNanos, () -> {
                near.reset();
                far.reset();
            });
            idle = limit;
            limit.begin();
        }

        @Override
        public void moved(TunnelEnd from, int octets) {
            if (idle != null) {
                idle.moved();
            }
            if (from == client) {
                counted.received(octets);
            } else {
                counted.sent(octets);
            }
        }

        @Override
        public void closed(TunnelEnd end) {
            if (idle != null && !end.peerOpen()) {
                idle.stop();
                if (open) {
                    open = false;
                    counted.closed();
                }
            }
        }

        void opened() {
            open = true;
            counted.opened();
        }
    }

    private void connect(
            Watched watch,
            TunnelEnd near,
            TunnelEnd far,
            Channel server,
            InetSocketAddress destination,
            ByteBuf first) {
        server.bind(any(destination)).addListener(bound -> {
            if (!bound.isSuccess()) {
                first.release();
                failed(near, server);
                return;
            }
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            ports.add(port);
            server.closeFuture().addListener(closed -> ports.remove(port));
            server.connect(destination).addListener(connected -> {
                if (connected.isSuccess()) {
                    watch.opened();
                    server.write(first);
                    near.open();
                    far.open();
                } else {
                    first.release();
                    failed(near, server);
                }
            });
        });
    }

    private void failed(TunnelEnd near, Channel server) {
        failed.increment();
        near.reset();
        server.close();
    }

    private static InetSocketAddress any(InetSocketAddress destination) {
        int octets = destination.getAddress() instanceof Inet4Address ? 4 : 16;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[octets]), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // its length is right
        }
    }

    /**
     * Writes all numbers.
     *
     * @param name that their names begin with
     * @param what they are, in words
     */
    public void write(String name, String what, MetricWriter out) {
        out.single(name + "_total", MetricWriter.Type.COUNTER, what + " led on byte by byte.", begun.sum());
        out.single(name + "_active", MetricWriter.Type.GAUGE, "Of these, connections now open.", ports.size());
        out.single(
                name + "_failed_total",
                MetricWriter.Type.COUNTER,
                "Of these, connections that could not be made.",
                failed.sum());
    }
}
