package dev.weft.proxy.listen;

import dev.weft.engine.drive.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the PROXY protocol's head from a connection (HAProxy: {@code accept-proxy}); without one it is reset. */
@SuppressWarnings("FutureReturnValueIgnored") // closing
public final class ProxyProtocolHandler extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<InetSocketAddress> SOURCE = AttributeKey.valueOf("weft.source");

    private final Clock clock;
    private final long nanos;
    private final Consumer<Channel> next;
    private final Consumer<String> refused;
    private @Nullable ByteBuf held;
    private @Nullable Alarm alarm;

    /**
     * @param nanos for the head to be there
     * @param next adds handlers to the pipeline; they get what comes behind the head
     * @param refused gets why a connection is reset
     */
    public ProxyProtocolHandler(Clock clock, long nanos, Consumer<Channel> next, Consumer<String> refused) {
        this.clock = clock;
        this.nanos = nanos;
        this.next = next;
        this.refused = refused;
    }

    /** For whom a connection is: whom its head says, else whoever has made it. */
    public static InetSocketAddress source(Channel channel) {
        InetSocketAddress said = channel.attr(SOURCE).get();
        return said == null ? (InetSocketAddress) channel.remoteAddress() : said;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Alarm late = new Alarm(
                context.channel().eventLoop(), clock, () -> refuse(context, "its PROXY head did not come in time"));
        late.at(clock.nanos() + nanos);
        alarm = late;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = Joined.of(context.alloc(), held, (ByteBuf) message);
        held = in;
        ProxyProtocol.Read read = ProxyProtocol.read(in);
        if (read instanceof ProxyProtocol.Read.Head head) {
            held = null;
            if (head.source() != null) {
                context.channel().attr(SOURCE).set(head.source());
            }
            next.accept(context.channel());
            if (in.isReadable()) {
                context.fireChannelRead(in);
            } else {
                in.release();
            }
            context.pipeline().remove(this);
        } else if (read instanceof ProxyProtocol.Read.Bad bad) {
            refuse(context, "its PROXY head is refused: " + bad.why());
        } else if (read instanceof ProxyProtocol.Read.Absent) {
            refuse(context, "it has no PROXY head");
        }
    }

    private void refuse(ChannelHandlerContext context, String why) {
        refused.accept(why);
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context.close();
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
