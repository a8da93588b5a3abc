package dev.weft.control.http;

import dev.weft.control.log.Log;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Listens, and gives each connection what it needs. */
@SuppressWarnings("FutureReturnValueIgnored") // what is not closed in time ends with the process
public final class HttpServer implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int HANDSHAKE_MILLIS = 5_000;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final WriteBufferWaterMark AHEAD = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("weft-rest", true), NioIoHandler.newFactory());
    private final AtomicInteger connections = new AtomicInteger();
    private final HttpLimits limits;
    private final Handler handler;
    private final Rate rate;
    private final @Nullable SslContext tls;
    private final Log log;
    private final Channel listening;

    /**
     * Takes the address. Connections wait until {@link #start}.
     *
     * @param nanos time that only passes
     * @param tls null for none
     * @throws IOException when the address can't be had
     */
    public HttpServer(
            InetSocketAddress address,
            HttpLimits limits,
            Handler handler,
            LongSupplier nanos,
            @Nullable SslContext tls,
            Log log)
            throws IOException {
        this.tls = tls;
        this.limits = limits;
        this.handler = handler;
        this.rate = new Rate(limits.perSecond(), limits.burst(), nanos);
        this.log = log;
        ChannelFuture bound = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, AHEAD)
                .childHandler(new Arriving())
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(bound.cause());
        }
        listening = bound.channel();
    }

    public void start() {
        listening.config().setAutoRead(true);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** How many there are now. */
    public int connections() {
        return connections.get();
    }

    private final class Arriving extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            channel.closeFuture().addListener(closed -> connections.decrementAndGet());
            if (connections.incrementAndGet() > limits.connections()) {
                log.warn(
                        "rest connections",
                        "rest: more than " + limits.connections() + " connections; more are closed");
                channel.close();
                return;
            }
            if (tls != null) {
                SslHandler handshake = tls.newHandler(channel.alloc());
                handshake.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
                channel.pipeline().addLast(handshake);
            }
            Connection connection = new Connection(limits, rate, handler, log);
            channel.pipeline()
                    .addLast(new FirstByte(connection))
                    .addLast(new HttpServerCodec(new HttpDecoderConfig()
                            .setMaxInitialLineLength(limits.headBytes())
                            .setMaxHeaderSize(limits.headBytes())
                            .setMaxChunkSize(CHUNK_BYTES)))
                    .addLast(new FlowControlHandler())
                    .addLast(connection);
        }
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly(1_000);
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
