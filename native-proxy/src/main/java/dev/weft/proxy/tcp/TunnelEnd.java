package dev.weft.proxy.tcp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One end of a tunnel: what it reads, the other end writes. Both are on one event loop. An end that has said its last
 * may still listen, as the two would do without us; a reset goes through as a reset.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
final class TunnelEnd extends ChannelInboundHandlerAdapter {
    private final Channel self;
    private final Queue<Object> early = new ArrayDeque<>(0);
    private @Nullable TunnelEnd peer;
    private boolean open;
    private boolean last;

    TunnelEnd(Channel self) {
        this.self = self;
    }

    void join(TunnelEnd end) {
        peer = end;
    }

    /** Both are connected. A client that has hung up meanwhile was read whether we wanted or not. */
    void open() {
        open = true;
        for (Object bytes = early.poll(); bytes != null; bytes = early.poll()) {
            other().write(bytes);
        }
        other().flush();
        if (last) {
            sayLast();
        }
        self.config().setAutoRead(true);
    }

    private TunnelEnd peer() {
        return Objects.requireNonNull(peer);
    }

    private Channel other() {
        return peer().self;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object bytes) {
        if (!open) {
            early.add(bytes);
            return;
        }
        other().write(bytes);
        if (!other().isWritable()) {
            self.config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (open) {
            other().flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (self.isWritable()) {
            other().config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && !last) {
            last = true;
            if (open) {
                sayLast();
            }
        }
    }

    private void sayLast() {
        boolean both = peer().last;
        other().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (both) {
                other().close();
            } else if (other() instanceof SocketChannel socket && socket.isActive()) {
                socket.shutdownOutput();
            }
        });
        if (both) {
            closeAfterFlush();
        }
    }

    private void closeAfterFlush() {
        self.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        for (Object bytes = early.poll(); bytes != null; bytes = early.poll()) {
            ReferenceCountUtil.release(bytes);
        }
        if (open) {
            peer().closeAfterFlush();
        } else {
            other().close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        peer().reset();
        self.close();
    }

    /** Closes at once, and so that the client sees that something went wrong. */
    void reset() {
        if (self.isOpen()) {
            self.config().setOption(ChannelOption.SO_LINGER, 0);
            self.close();
        }
    }
}
