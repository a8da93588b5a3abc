package dev.weft.proxy.http2;

import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.Alarm;
import dev.weft.proxy.listen.Joined;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a client: those that know to whom they talk begin HTTP/2 with its preface (RFC 9113, section
 * 3.3), and all else is HTTP/1.1. What it can't tell yet it keeps, for as long as a head may take.
 */
final class Preface extends ChannelInboundHandlerAdapter {
    private static final ByteBuf EXPECTED = Http2CodecUtil.connectionPrefaceBuf();

    /** The first line, which no method of HTTP/1.1 can be. */
    private static final int TELLING = 16;

    private final Worker worker;
    private final Http1Limits limits;
    private final Supplier<ChannelHandler> http1;
    private final Consumer<ChannelHandlerContext> http2;
    private final Alarm alarm;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf held;

    /** @param http2 puts what speaks it behind a handler */
    Preface(Worker worker, Http1Limits limits, Supplier<ChannelHandler> http1, Consumer<ChannelHandlerContext> http2) {
        this.worker = worker;
        this.limits = limits;
        this.http1 = http1;
        this.http2 = http2;
        this.alarm = new Alarm(worker.loop, worker.clock, this::close);
    }

    private void close() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        alarm.at(worker.clock.nanos() + limits.idleNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf in = Joined.of(from.alloc(), held, (ByteBuf) message);
        held = null;
        int count = Math.min(in.readableBytes(), TELLING);
        boolean like = count > 0 && begins(in, count);
        if (like && count < TELLING) {
            held = in;
            alarm.sooner(worker.clock.nanos() + limits.headNanos());
            return;
        }
        alarm.stop();
        if (like) {
            http2.accept(from);
        } else {
            from.pipeline().addAfter(from.name(), null, http1.get());
        }
        from.fireChannelRead(in);
        from.pipeline().remove(this);
    }

    private static boolean begins(ByteBuf in, int count) {
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != EXPECTED.getByte(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == Downstream.DRAIN) {
            if (held == null) { // else it is the beginning of a request, whose answer will say so
                from.close();
            }
        } else {
            from.fireUserEventTriggered(event);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        alarm.stop();
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        from.close();
    }
}
