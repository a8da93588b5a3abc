package dev.weft.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the pipeline of a connection of which nobody knows yet whose it is. It isn't read meanwhile, but for one whose
 * client has said all: what that was goes to whoever serves the connection in the end.
 */
final class Waiting extends ChannelInboundHandlerAdapter {
    private final Runnable then;
    private final Queue<Object> early = new ArrayDeque<>(0);
    private @Nullable ChannelHandlerContext context;
    private boolean last;

    /** @param then adds the handlers that serve the connection, behind this one */
    Waiting(Runnable then) {
        this.then = then;
    }

    /** Goes on, once and from the connection's event loop, if that is open still. */
    void end() {
        ChannelHandlerContext here = context;
        if (here != null && here.channel().isActive() && !here.isRemoved()) {
            then.run();
            here.pipeline().remove(this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object bytes) {
        early.add(bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            last = true;
        } else {
            from.fireUserEventTriggered(event);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        if (!from.channel().isActive()) {
            early.forEach(ReferenceCountUtil::release);
            return;
        }
        if (!early.isEmpty()) {
            early.forEach(from::fireChannelRead);
            from.fireChannelReadComplete();
        }
        if (last) {
            from.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** That a client has reset its connection is nothing for the log. */
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        from.close();
    }
}
