package dev.weft.control.http;

import dev.weft.control.log.Log;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: one request at a time, each whole before it is handled, each phase of it
 * with a time limit. Nothing is read while an answer is being made. Used on the connection's own
 * thread, but for what {@link Exchange} says.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final HttpLimits limits;
    private final Rate rate;
    private final Handler handler;
    private final Log log;
    private final Deadline deadline = new Deadline();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Phase phase = Phase.IDLE;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Request head;
    private @Nullable Response refused;
    private @Nullable Events events;
    private boolean isKeptAlive;
    private long exchanges;

    private enum Phase {
        IDLE,
        HEAD,
        BODY,
        ANSWER,
        EVENTS,
        /** The last answer has been given; what still comes is dropped. */
        ENDING
    }

    Connection(HttpLimits limits, Rate rate, Handler handler, Log log) {
        this.limits = limits;
        this.rate = rate;
        this.handler = handler;
        this.log = log;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        idle(active);
    }

    private void idle(ChannelHandlerContext active) {
        phase = Phase.IDLE;
        head = null;
        body.reset();
        deadline.set(active, limits.idleTime(), active::close);
        // Who doesn't read its answers gets to ask nothing more.
        active.channel().config().setAutoRead(active.channel().isWritable());
    }

    void bytesArrived() {
        if (phase == Phase.IDLE && context != null) {
            phase = Phase.HEAD;
            deadline.set(context, limits.headTime(), () -> last(Response.problem(408, "the headers took too long")));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object message) {
        try {
            if (phase == Phase.EVENTS || phase == Phase.ENDING) {
                return;
            }
            if (message instanceof HttpRequest request) {
                head(active, request);
            } else if (message instanceof HttpContent content) {
                content(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext active, HttpRequest request) {
        phase = Phase.BODY;
        deadline.set(active, limits.bodyTime(), () -> last(Response.problem(408, "the body took too long")));
        isKeptAlive = HttpUtil.isKeepAlive(request);
        String peer = peer(active.channel());
        if (!rate.take(peer)) {
            last(Response.problem(429, "more than " + limits.perSecond() + " requests a second")
                    .with("Retry-After", "1"));
            return;
        }
        Request admitted;
        try {
            admitted = Head.read(request, peer);
        } catch (Head.RefusedException e) {
            last(e.response());
            return;
        }
        Response refusal =
                HttpUtil.getContentLength(request, 0L) > limits.bodyBytes() ? tooLarge() : handler.admit(admitted);
        if (refusal != null) {
            // Whether a body follows is not known for sure before it has come; so no second request after this one.
            boolean isBare =
                    !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0;
            if (isBare) {
                head = admitted;
                refused = refusal;
            } else {
                last(refusal);
            }
            return;
        }
        head = admitted;
        if (HttpUtil.is100ContinueExpected(request)) {
            active.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void content(HttpContent content) {
        if (phase != Phase.BODY || head == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            last(Response.problem(400, "the body is not HTTP"));
            return;
        }
        int length = content.content().readableBytes();
        if (body.size() + length > limits.bodyBytes()) {
            last(tooLarge());
            return;
        }
        byte[] bytes = new byte[length];
        content.content().readBytes(bytes);
        body.write(bytes, 0, length);
        if (content instanceof LastHttpContent) {
            dispatch(head.with(body.toByteArray()));
        }
    }

    private Response tooLarge() {
        return Response.problem(413, "a body may have " + limits.bodyBytes() + " bytes");
    }

    private void dispatch(Request request) {
        phase = Phase.ANSWER;
        Once exchange = new Once(++exchanges);
        if (context != null) {
            context.channel().config().setAutoRead(false);
            deadline.set(
                    context,
                    limits.answerTime(),
                    () -> exchange.answer(Response.problem(
                            503,
                            "too busy to answer within " + limits.answerTime().toSeconds() + " s")));
        }
        Response refusal = refused;
        refused = null;
        if (refusal != null) {
            exchange.answer(refusal);
            return;
        }
        try {
            handler.handle(request, exchange);
        } catch (RuntimeException e) {
            log.error("rest: a request failed", e);
            exchange.answer(Response.problem(500, "the log says more"));
        }
    }

    private static String peer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress()
                : String.valueOf(channel.remoteAddress());
    }

    /** An answer after which the connection ends, whatever of the request is still to come. */
    private void last(Response response) {
        isKeptAlive = false;
        exchanges++; // what is still being made for it comes too late
        write(response);
    }

    private void write(Response response) {
        ChannelHandlerContext active = context;
        if (active == null) {
            return;
        }
        deadline.clear();
        FullHttpResponse message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        common(message.headers());
        response.headers().forEach(message.headers()::set);
        if (response.status() != 204 && response.status() != 304) {
            HttpUtil.setContentLength(message, response.body().length);
        }
        HttpUtil.setKeepAlive(message, isKeptAlive);
        if (isKeptAlive) {
            active.writeAndFlush(message);
            idle(active);
        } else {
            phase = Phase.ENDING;
            deadline.set(active, limits.idleTime(), active::close);
            active.writeAndFlush(message).addListener(done -> linger(active));
        }
    }

    /** To close while the client still sends would take the answer away from it: first drop what comes. */
    private void linger(ChannelHandlerContext active) {
        if (active.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput();
            deadline.set(active, LINGER, active::close);
            active.channel().config().setAutoRead(true);
        } else {
            active.close();
        }
    }

    private static void common(HttpHeaders headers) {
        headers.set("X-Content-Type-Options", "nosniff").set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext active) {
        if (active.channel().isWritable()) {
            if (phase == Phase.IDLE) {
                active.channel().config().setAutoRead(true);
            } else if (events != null) {
                events.ready();
            }
        }
        active.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        deadline.clear();
        phase = Phase.ENDING;
        exchanges++;
        if (events != null) {
            events.ended();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable failure) {
        log.debug("rest: a connection failed: " + failure);
        active.close();
    }

    /** The answer to one request. */
    private final class Once implements Exchange {
        private final long number;

        Once(long number) {
            this.number = number;
        }

        @Override
        public void answer(Response response) {
            run(() -> {
                if (isOpen()) {
                    exchanges++;
                    write(response);
                }
            });
        }

        @Override
        public EventStream events() {
            ChannelHandlerContext active = context;
            if (active == null) {
                throw new IllegalStateException("a request came before its connection");
            }
            Events stream = new Events(active.channel());
            run(() -> {
                if (isOpen()) {
                    exchanges++;
                    begin(active, stream);
                } else {
                    stream.ended();
                }
            });
            return stream;
        }

        private boolean isOpen() {
            return phase == Phase.ANSWER && number == exchanges;
        }

        private void run(Runnable task) {
            if (context != null) {
                context.executor().execute(task);
            }
        }
    }

    private void begin(ChannelHandlerContext active, Events stream) {
        phase = Phase.EVENTS;
        deadline.clear();
        events = stream;
        DefaultHttpResponse message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        common(message.headers());
        message.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_EVENT_STREAM);
        HttpUtil.setTransferEncodingChunked(message, true);
        active.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        active.channel().config().setAutoRead(true); // only reading shows that the client has gone
        stream.ready();
    }
}
