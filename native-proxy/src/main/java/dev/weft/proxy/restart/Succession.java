package dev.weft.proxy.restart;

import dev.weft.proxy.listen.Inherited;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollDomainSocketChannelConfig;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a process has from the one whose place it takes. */
@SuppressWarnings("FutureReturnValueIgnored") // what is not closed in time ends with the process
public final class Succession {
    private static final long PATIENCE_SECONDS = 5;

    private final @Nullable Channel predecessor;
    private final Inherited sockets;

    private Succession(@Nullable Channel predecessor, Inherited sockets) {
        this.predecessor = predecessor;
        this.sockets = sockets;
    }

    /**
     * Asks whoever listens there for its sockets.
     *
     * @param path of a unix socket
     * @return without any when nobody does
     * @throws IOException when somebody does, and gives no sockets in time
     */
    public static Succession of(Path path, EventLoop loop) throws IOException {
        if (!Files.exists(path)) {
            return none();
        }
        CompletableFuture<List<FileDescriptor>> received = new CompletableFuture<>();
        var connected = new Bootstrap()
                .group(loop)
                .channel(EpollDomainSocketChannel.class)
                .handler(new Successor(received))
                .connect(new DomainSocketAddress(path.toFile()))
                .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            return none(); // left behind by one that was killed
        }
        try {
            return new Succession(connected.channel(), Inherited.of(received.get(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        } catch (TimeoutException e) {
            connected.channel().close();
            throw new IOException("hot.restart " + path + ": no sockets within " + PATIENCE_SECONDS + " s", e);
        } catch (ExecutionException e) {
            connected.channel().close();
            throw new IOException("hot.restart " + path + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("hot.restart " + path + ": interrupted", e);
        }
    }

    /** That of nobody. */
    public static Succession none() {
        return new Succession(null, Inherited.nothing());
    }

    /** Whether there is a process whose place this one takes. */
    public boolean isAny() {
        return predecessor != null;
    }

    public Inherited sockets() {
        return sockets;
    }

    /** From now on this process serves, and the other one no more. */
    public void ready() {
        if (predecessor != null) {
            predecessor.pipeline().fireUserEventTriggered(Words.READY);
        }
    }

    /** This side of the conversation. */
    private static final class Successor extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<List<FileDescriptor>> received;
        private final List<FileDescriptor> sockets = new ArrayList<>();
        private int expected = -1;
        private int version = -1;

        Successor(CompletableFuture<List<FileDescriptor>> received) {
            this.received = received;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof FileDescriptor socket) {
                sockets.add(socket);
                if (sockets.size() == expected) {
                    received.complete(sockets);
                }
                return;
            }
            ByteBuf said = (ByteBuf) message;
            try {
                while (said.isReadable() && expected < 0) {
                    int octet = said.readUnsignedByte();
                    if (version < 0) {
                        version = octet;
                    } else {
                        expected = octet;
                    }
                }
            } finally {
                ReferenceCountUtil.release(said);
            }
            if (version >= 0 && version != Words.VERSION) {
                received.completeExceptionally(new IOException("who is there speaks version " + version));
            } else if (expected == 0) {
                received.complete(sockets);
            } else if (expected > 0) {
                ((EpollDomainSocketChannelConfig) context.channel().config())
                        .setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
                context.writeAndFlush(Words.of(context, Words.SEND));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event.equals(Words.READY)) {
                context.writeAndFlush(Words.of(context, Words.READY));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            received.completeExceptionally(new IOException("who is there has closed the conversation"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            received.completeExceptionally(failure);
            context.close();
        }
    }
}
