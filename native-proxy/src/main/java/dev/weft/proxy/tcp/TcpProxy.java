package dev.weft.proxy.tcp;

import dev.weft.engine.Engine;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Transport;
import dev.weft.proxy.address.Connecting;
import dev.weft.proxy.listen.Sockets;
import dev.weft.proxy.tls.TlsEngines;
import dev.weft.telemetry.TcpMetrics;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Leads connections to services of the mesh by the engine's rules, byte by byte (Envoy: {@code tcp_proxy}). */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes its channel, and that is seen
public final class TcpProxy {
    /** What stands behind TLS until the other end does. */
    static final String UNJOINED = "unjoined";

    private static final long MILLI = 1_000_000;

    final Engine engine;
    final LoopDriver driver;
    final Clock clock;
    final TcpTraffic traffic;
    final TcpMetrics metrics;
    private final long connectNanos;

    /** @param connectNanos for a connection to be made, where the cluster doesn't say less */
    public TcpProxy(
            Engine engine, LoopDriver driver, Clock clock, long connectNanos, TcpTraffic traffic, TcpMetrics metrics) {
        this.engine = engine;
        this.driver = driver;
        this.clock = clock;
        this.connectNanos = connectNanos;
        this.traffic = traffic;
        this.metrics = metrics;
    }

    /** What becomes of a connection whose service turns out to be none of the mesh's. */
    public static final Consumer<Channel> RESET = client -> {
        client.config().setOption(ChannelOption.SO_LINGER, 0);
        client.close();
    };

    /**
     * Leads a connection on, from its event loop. Where no endpoint can be reached, it is reset.
     *
     * @param host name of the service, or the name that a client of TLS has said
     * @param tls whether its bytes are TLS already
     * @param outside what becomes of it where the name is none of the mesh's
     */
    public void lead(Channel client, String host, int port, boolean tls, Consumer<Channel> outside) {
        new TcpConnection(this, client, host, port, tls, outside).begin();
    }

    /** How long nothing may move on connections to that service. */
    long idleNanos(String host, int port) {
        RouteTable table = engine.live().hosts().routes(host, port);
        var tcp = table == null ? null : table.host().tcp();
        return tcp == null ? Long.MAX_VALUE : tcp.idleNanos();
    }

    /** Begins to connect; TLS is not yet spoken when it is. */
    void connect(
            Channel client, InetSocketAddress to, long limitNanos, Transport transport, TcpConnection.Upstream up) {
        long millis = Math.max(1, Math.min(Math.min(limitNanos, connectNanos) / MILLI, Integer.MAX_VALUE));
        ChannelFuture connecting = new Bootstrap()
                .group(client.eventLoop())
                .channel(Sockets.client(client.eventLoop()))
                .option(ChannelOption.AUTO_READ, transport instanceof Transport.Tls) // its handshake reads by itself
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel server) {
                        SslHandler tls =
                                transport instanceof Transport.Tls secured ? TlsEngines.tunnel(secured, to) : null;
                        if (tls != null) {
                            tls.setHandshakeTimeoutMillis(millis);
                            server.pipeline().addLast(tls).addLast(UNJOINED, new Unjoined());
                        }
                        up.made(server, tls);
                    }
                })
                .connect(to);
        Connecting.whenOver(connecting, client.eventLoop(), up::connected);
    }

    /** Hears of a handshake that fails while nobody is joined; whoever waits for it hears of it too. */
    private static final class Unjoined extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            context.close();
        }
    }
}
