package dev.weft.health;

import io.grpc.ManagedChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try of an endpoint, over a connection of its own: one that it had accepted before says little of how it is now.
 * Of its ends (an answer, a failure, time that is up) the first counts. Used on its event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
public final class Trial {
    static final String AGENT = "weft-health";

    private final EventLoop loop;
    private final Check check;
    private final Consumer<@Nullable String> told;
    private boolean ended;
    private @Nullable Channel channel;
    private @Nullable ManagedChannel grpc;
    private @Nullable Future<?> late;

    private Trial(EventLoop loop, Check check, Consumer<@Nullable String> told) {
        this.loop = loop;
        this.check = check;
        this.told = told;
    }

    /**
     * Begins to try.
     *
     * @param timeout for all of it
     * @param told once, on the loop, maybe before this returns, and nothing is held any more then: why it failed, or
     *     null when the endpoint is well
     */
    public static Trial begin(
            EventLoop loop,
            ChannelFactory<? extends SocketChannel> channels,
            InetSocketAddress at,
            Check check,
            Duration timeout,
            Consumer<@Nullable String> told) {
        Trial trial = new Trial(loop, check, told);
        trial.begin(channels, at, timeout);
        return trial;
    }

    /** Ends it now; a failure, if it hasn't ended. */
    public void cancel() {
        end("cancelled");
    }

    private void begin(ChannelFactory<? extends SocketChannel> channels, InetSocketAddress at, Duration timeout) {
        try {
            late = loop.schedule(() -> end("no answer in time"), timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (check instanceof Check.Grpc asked) {
                grpc = GrpcCall.begin(at, loop, channels, asked.service(), timeout, this::endLater);
                return;
            }
            ChannelFuture connecting = bootstrap(channels, timeout).connect(at);
            if (connecting.isDone() && !connecting.isSuccess()) {
                // There may be no channel at all, such as when there is no file descriptor for it.
                end("no connection: " + connecting.cause().getMessage());
                return;
            }
            channel = connecting.channel();
            connecting.addListener((ChannelFuture connected) -> connected(connected));
        } catch (RuntimeException e) {
            end("no connection: " + e);
        }
    }

    private Bootstrap bootstrap(ChannelFactory<? extends SocketChannel> channels, Duration timeout) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, timeout.toMillis()))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel made) {
                        if (check instanceof Check.Http http) {
                            made.pipeline().addLast(new HttpClientCodec(), new Answer(http));
                        }
                    }
                });
    }

    private void connected(ChannelFuture connecting) {
        if (!connecting.isSuccess()) {
            end("no connection: " + connecting.cause().getMessage());
        } else if (check instanceof Check.Http http) {
            Channel connected = connecting.channel();
            connected.closeFuture().addListener(closed -> end("closed without an answer"));
            connected.writeAndFlush(request(http));
        } else {
            end(null);
        }
    }

    private static DefaultFullHttpRequest request(Check.Http http) {
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, http.path());
        request.headers()
                .set(HttpHeaderNames.HOST, http.host())
                .set(HttpHeaderNames.USER_AGENT, AGENT)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        http.headers().forEach((name, value) -> request.headers().set(name, value));
        return request;
    }

    /** From whichever thread. */
    private void endLater(@Nullable String failure) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> end(failure));
        }
    }

    private void end(@Nullable String failure) {
        if (ended) {
            return;
        }
        ended = true;
        if (late != null) {
            late.cancel(false);
        }
        if (channel != null) {
            channel.close();
        }
        if (grpc != null) {
            grpc.shutdownNow();
        }
        told.accept(failure);
    }

    /** The head of the answer says it all. */
    private final class Answer extends SimpleChannelInboundHandler<HttpObject> {
        private final Check.Http http;

        Answer(Check.Http http) {
            this.http = http;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpResponse response) {
                int status = response.status().code();
                if (!response.decoderResult().isSuccess()) {
                    end("answers something that is no HTTP/1.1");
                } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                    end(http.expected().stream().anyMatch(range -> range.has(status)) ? null : "answers " + status);
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            end(String.valueOf(failure.getMessage()));
        }
    }
}
