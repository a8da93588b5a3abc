package dev.weft.control.health;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.HealthCheck.How;
import dev.weft.control.registry.Instance;
import io.grpc.ManagedChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
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
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tries instances over the network: a connection, or on a new one a GET or a call of gRPC's health service. So many at once; the others
 * wait, because each holds a file descriptor. All of it happens on one thread of its own.
 */
public final class NetProber implements Prober, AutoCloseable {
    private static final int MOST = 500;

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("weft-health", true), NioIoHandler.newFactory());
    private final ChannelFactory<? extends SocketChannel> channels;
    private final int most;
    private final Queue<Attempt> waiting = new ArrayDeque<>();
    private int trying;
    private boolean isBeginning;

    public NetProber() {
        this(NioSocketChannel::new, MOST);
    }

    /** @param most tries at once */
    NetProber(ChannelFactory<? extends SocketChannel> channels, int most) {
        this.channels = channels;
        this.most = most;
    }

    @Override
    public void probe(Instance.Key instance, HealthCheck check, Consumer<@Nullable String> told) {
        threads.execute(() -> {
            waiting.add(new Attempt(instance, check, told));
            beginSome();
        });
    }

    private void beginSome() {
        if (isBeginning) {
            return; // one has ended as soon as it began, and the loop that began it goes on
        }
        isBeginning = true;
        try {
            while (trying < most && !waiting.isEmpty()) {
                trying++;
                waiting.remove().begin();
            }
        } finally {
            isBeginning = false;
        }
    }

    private static InetSocketAddress address(Instance.Key instance, int port) throws UnknownHostException {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(instance.address());
        if (bytes == null) {
            throw new UnknownHostException(instance.address());
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes), port == 0 ? instance.port() : port);
    }

    /** One try; the first end counts. */
    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
    private final class Attempt {
        private final Instance.Key instance;
        private final HealthCheck check;
        private final Consumer<@Nullable String> told;
        private boolean isEnded;

        private @Nullable Channel channel;
        private @Nullable ManagedChannel grpc;
        private @Nullable Future<?> late;

        Attempt(Instance.Key instance, HealthCheck check, Consumer<@Nullable String> told) {
            this.instance = instance;
            this.check = check;
            this.told = told;
        }

        void begin() {
            try {
                if (check.how() instanceof How.Grpc called) {
                    grpc = GrpcCheck.begin(
                            address(instance, check.port()),
                            threads,
                            channels,
                            called.service(),
                            check.timeout(),
                            this::endLater);
                    return;
                }
                ChannelFuture connecting = bootstrap().connect(address(instance, check.port()));
                if (connecting.isDone() && !connecting.isSuccess()) {
                    // There may be no channel at all, such as when there is no file descriptor for it.
                    end("no connection: " + connecting.cause().getMessage());
                    return;
                }
                channel = connecting.channel();
                late = channel.eventLoop()
                        .schedule(
                                () -> end("no answer in time"), check.timeout().toMillis(), TimeUnit.MILLISECONDS);
                connecting.addListener((ChannelFuture connected) -> connected(connected));
            } catch (UnknownHostException e) {
                end("is no address: " + e.getMessage());
            } catch (RuntimeException e) {
                end("no connection: " + e);
            }
        }

        private Bootstrap bootstrap() {
            return new Bootstrap()
                    .group(threads)
                    .channelFactory(channels)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            check.timeout().toMillis())
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel opened) {
                            if (check.how() instanceof How.Http) {
                                opened.pipeline().addLast(new HttpClientCodec()).addLast(new Answer(Attempt.this));
                            }
                        }
                    });
        }

        private void connected(ChannelFuture connecting) {
            Channel connected = connecting.channel();
            if (!connecting.isSuccess()) {
                end("no connection: " + connecting.cause().getMessage());
                return;
            }
            if (!(check.how() instanceof How.Http http)) {
                end(null);
                return;
            }
            connected.closeFuture().addListener(closed -> end("closed without an answer"));
            var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, http.path());
            request.headers()
                    .set(HttpHeaderNames.HOST, instance.toString())
                    .set(HttpHeaderNames.USER_AGENT, "weft-health")
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            connected.writeAndFlush(request);
        }

        /** From whichever thread. */
        private void endLater(@Nullable String failure) {
            if (!threads.isShuttingDown()) {
                threads.execute(() -> end(failure));
            }
        }

        void end(@Nullable String failure) {
            if (isEnded) {
                return;
            }
            isEnded = true;
            if (late != null) {
                late.cancel(false);
            }
            if (channel != null) {
                channel.close();
            }
            if (grpc != null) {
                grpc.shutdownNow();
            }
            trying--;
            told.accept(failure);
            beginSome();
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
