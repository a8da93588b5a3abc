package dev.weft.proxy.sniff;

import dev.weft.engine.drive.Clock;
import dev.weft.proxy.listen.Alarm;
import dev.weft.proxy.listen.Joined;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first bytes of a connection, for a bounded time, and hands it on with them. Who waits for the server's
 * word first says nothing in that time and is {@link Spoken#OTHER}. Until then a client may close its half.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing
public final class Sniffer extends ChannelInboundHandlerAdapter {
    private final long nanos;
    private final Clock clock;
    private final Next next;
    private @Nullable ByteBuf held;
    private @Nullable Alarm alarm;

    /** What becomes of the connection. */
    @FunctionalInterface
    public interface Next {
        /**
         * Adds handlers to the pipeline of the connection; they get what has come.
         *
         * @param spoken never {@link Spoken#MORE}
         * @param name that a client of TLS has said; empty for none
         */
        void serve(Spoken spoken, String name);
    }

    /** @param nanos for the first bytes */
    public Sniffer(Clock clock, long nanos, Next next) {
        this.clock = clock;
        this.nanos = nanos;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        Alarm late = new Alarm(context.channel().eventLoop(), clock, () -> late(context));
        late.at(clock.nanos() + nanos);
        alarm = late;
    }

    private void late(ChannelHandlerContext context) {
        hand(context, Spoken.OTHER, "");
        context.fireChannelReadComplete();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = Joined.of(context.alloc(), held, (ByteBuf) message);
        held = in;
        Spoken spoken = Spoken.of(in);
        if (spoken == Spoken.TLS) {
            String name = ClientHello.name(in);
            if (name != null) {
                hand(context, Spoken.TLS, name);
            }
        } else if (spoken != Spoken.MORE) {
            hand(context, spoken, "");
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event != ChannelInputShutdownEvent.INSTANCE) {
            context.fireUserEventTriggered(event);
        } else if (held == null) {
            context.close(); // who says nothing wants nothing
        } else {
            hand(context, Spoken.OTHER, "");
            context.fireUserEventTriggered(event);
        }
    }

    private void hand(ChannelHandlerContext context, Spoken spoken, String name) {
        Objects.requireNonNull(alarm).stop();
        ByteBuf in = held;
        held = null;
        next.serve(spoken, name);
        if (in != null) {
            context.fireChannelRead(in);
        }
        context.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Objects.requireNonNull(alarm).stop();
        ByteBuf in = held;
        held = null;
        if (in != null) {
            in.release();
        }
    }
}
