package dev.weft.proxy.tcp;

import dev.weft.proxy.listen.Sockets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
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
    /** What is told of a tunnel. */
    interface Watch {
        /** Bytes have come from this end, and are on their way to the other. */
        void moved(TunnelEnd from, int octets);

        /** This end has closed, also where the tunnel was never open. */
        void closed(TunnelEnd end);
    }

    private final Channel self;
    private final Watch watch;
    private final Queue<Object> early = new ArrayDeque<>(0);
    private @Nullable TunnelEnd peer;
    private boolean open;
    private boolean last;
    /** Null in the clear. */
    private @Nullable SslHandler tls;

    TunnelEnd(Channel self, Watch watch) {
        this.self = self;
        this.watch = watch;
    }

    Channel channel() {
        return self;
    }

    /** Whether the other end has not closed. */
    boolean peerOpen() {
        return peer != null && peer.self.isOpen();
    }

    void join(TunnelEnd end) {
        peer = end;
    }

    /** Both are connected. A client that has hung up meanwhile was read whether we wanted or not. */
    void open() {
        open = true;
        for (Object bytes = early.poll(); bytes != null; bytes = early.poll()) {
            pass(bytes);
        }
        other().flush();
        if (last) {
            sayLast(); // and there is nothing more to read: epoll may have let go of it
        } else {
            self.config().setAutoRead(true);
        }
    }

    private TunnelEnd peer() {
        return Objects.requireNonNull(peer);
    }

    private Channel other() {
        return peer().self;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        tls = added.pipeline().get(SslHandler.class);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object bytes) {
        if (!open) {
            early.add(bytes);
            return;
        }
        pass(bytes);
        if (!other().isWritable()) {
            self.config().setAutoRead(false);
        }
    }

    private void pass(Object bytes) {
        watch.moved(this, ((ByteBuf) bytes).readableBytes());
        other().write(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (open) {
            other().flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (self.isWritable() && !peer().last) {
            other().config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        boolean ended = event == ChannelInputShutdownEvent.INSTANCE;
        boolean said = event instanceof SslCloseCompletionEvent close && close.isSuccess();
        if (last || !ended && !said) {
            return; // TLS says the last itself, and the socket may say it again
        }
        if (ended && tls != null && !tls.sslCloseFuture().isSuccess()) {
            cut();
            return;
        }
        last = true;
        if (open) {
            sayLast();
        }
    }

    /** Something is missing, as TLS would have said the end (RFC 8446, section 6.1): nobody may take this for one. */
    private void cut() {
        if (open) {
            other().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> peer().reset());
        }
        reset();
    }

    private void sayLast() {
        boolean both = peer().last;
        other().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (!written.isSuccess()) {
                peer().reset(); // it has not got all, and must not think so
            } else if (both) {
                other().close();
            } else {
                Sockets.endOutput(other());
            }
        });
        if (both) {
            closeAfterFlush();
        }
    }

    private void closeAfterFlush() {
        self.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) {
                self.close();
            } else {
                reset();
            }
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        for (Object bytes = early.poll(); bytes != null; bytes = early.poll()) {
            ReferenceCountUtil.release(bytes);
        }
        if (open) {
            peer().closeAfterFlush();
        } else if (peer != null) {
            other().close();
        }
        watch.closed(this);
    }

    /** Somebody else leads the connection on. */
    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        for (Object bytes = early.poll(); bytes != null; bytes = early.poll()) {
            from.fireChannelRead(bytes);
        }
        if (last && !open) {
            from.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        if (peer != null) {
            peer.reset();
        }
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
