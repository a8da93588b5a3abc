package dev.weft.control.health;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Instance;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tries instances over the network: a connection, or a GET on a new one. */
public final class NetProber implements Prober, AutoCloseable {
    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("weft-health", true), NioIoHandler.newFactory());

    @Override
    public void probe(Instance.Key instance, HealthCheck check, Consumer<@Nullable String> told) {
        Attempt attempt = new Attempt(instance, check, told);
        Bootstrap bootstrap = new Bootstrap()
                .group(threads)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        check.timeout().toMillis())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (!check.path().isEmpty()) {
                            channel.pipeline().addLast(new HttpClientCodec()).addLast(new Answer(attempt));
                        }
                    }
                });
        try {
            ChannelFuture connecting = bootstrap.connect(address(instance));
            attempt.begin(connecting.channel());
            connecting.addListener((ChannelFuture connected) -> attempt.connected(connected));
        } catch (UnknownHostException e) {
            attempt.end("is no address: " + e.getMessage());
        }
    }

    private static InetSocketAddress address(Instance.Key instance) throws UnknownHostException {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(instance.address());
        if (bytes == null) {
            throw new UnknownHostException(instance.address());
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes), instance.port());
    }

    /** One try; the first end counts. */
    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
    private static final class Attempt {
        private final Instance.Key instance;
        private final HealthCheck check;
        private final Consumer<@Nullable String> told;
        private final AtomicBoolean isEnded = new AtomicBoolean();

        private @Nullable Channel channel;
        private @Nullable Future<?> late;

        Attempt(Instance.Key instance, HealthCheck check, Consumer<@Nullable String> told) {
            this.instance = instance;
            this.check = check;
            this.told = told;
        }

        void begin(Channel opened) {
            channel = opened;
            late = opened.eventLoop()
                    .schedule(() -> end("no answer in time"), check.timeout().toMillis(), TimeUnit.MILLISECONDS);
        }

        void connected(ChannelFuture connecting) {
            Channel connected = connecting.channel();
            if (!connecting.isSuccess()) {
                end("no connection: " + connecting.cause().getMessage());
                return;
            }
            if (check.path().isEmpty()) {
                end(null);
                return;
            }
            connected.closeFuture().addListener(closed -> end("closed without an answer"));
            var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, check.path());
            request.headers()
                    .set(HttpHeaderNames.HOST, instance.toString())
                    .set(HttpHeaderNames.USER_AGENT, "weft-health")
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            connected.writeAndFlush(request);
        }

        void end(@Nullable String failure) {
            if (isEnded.compareAndSet(false, true)) {
                if (late != null) {
                    late.cancel(false);
                }
                if (channel != null) {
                    channel.close();
                }
                told.accept(failure);
            }
        }
    }

    private static final class Answer extends SimpleChannelInboundHandler<HttpObject> {
        private final Attempt attempt;

        Answer(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpResponse response) {
                int status = response.status().code();
                boolean isWell = response.decoderResult().isSuccess() && status >= 200 && status < 400;
                attempt.end(isWell ? null : "answers " + status);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            attempt.end(String.valueOf(failure.getMessage()));
        }
    }

    @Override
    public void close() {
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
