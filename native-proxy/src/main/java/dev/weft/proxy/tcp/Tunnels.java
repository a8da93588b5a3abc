package dev.weft.proxy.tcp;

import dev.weft.proxy.listen.Sockets;
import dev.weft.telemetry.MetricWriter;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

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
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    private final LongAdder begun = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** @param connectNanos for a connection to be made */
    public Tunnels(long connectNanos) {
        this.connectMillis = (int) Math.max(1, Math.min(connectNanos / MILLI, Integer.MAX_VALUE));
    }

    /** Whether a connection of this host that comes from there is one of these. */
    public boolean isOwn(int port) {
        return ports.contains(port);
    }

    /** Leads a connection that was accepted just now, on its event loop. Where nobody answers, it is reset. */
    public void lead(Channel client, InetSocketAddress destination) {
        begun.increment();
        client.config().setAutoRead(false);
        client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        client.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        TunnelEnd near = new TunnelEnd(client);
        new Bootstrap()
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
                        TunnelEnd far = new TunnelEnd(server);
                        near.join(far);
                        far.join(near);
                        client.pipeline().addLast(near);
                        server.pipeline().addLast(far);
                        server.eventLoop().execute(() -> connect(near, far, server, destination));
                    }
                })
                .register();
    }

    private void connect(TunnelEnd near, TunnelEnd far, Channel server, InetSocketAddress destination) {
        server.bind(any(destination)).addListener(bound -> {
            if (!bound.isSuccess()) {
                failed(near, server);
                return;
            }
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            ports.add(port);
            server.closeFuture().addListener(closed -> ports.remove(port));
            server.connect(destination).addListener(connected -> {
                if (connected.isSuccess()) {
                    near.open();
                    far.open();
                } else {
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

    /** Writes all numbers. */
    public void write(MetricWriter out) {
        out.single(
                "weft_tcp_tunnels_total",
                MetricWriter.Type.COUNTER,
                "Intercepted connections led on byte by byte.",
                begun.sum());
        out.single("weft_tcp_tunnels_active", MetricWriter.Type.GAUGE, "Of these, connections now open.", ports.size());
        out.single(
                "weft_tcp_tunnels_failed_total",
                MetricWriter.Type.COUNTER,
                "Of these, connections that could not be made.",
                failed.sum());
    }
}
