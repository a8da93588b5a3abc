package dev.weft.proxy.restart;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a successor gets the sockets of this process. */
@SuppressWarnings("FutureReturnValueIgnored") // what is not closed in time ends with the process
public final class Handover implements AutoCloseable {
    private final Path path;
    private final Path made;
    private final Supplier<List<FileDescriptor>> sockets;
    private final Runnable succeeded;
    private final Consumer<String> warn;
    private @Nullable Channel server;

    private Handover(Path path, Supplier<List<FileDescriptor>> sockets, Runnable succeeded, Consumer<String> warn) {
        this.path = path;
        this.sockets = sockets;
        this.succeeded = succeeded;
        this.warn = warn;
        this.made = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid());
    }

    /**
     * Listens where nobody looks yet.
     *
     * @param path of a unix socket, which this user alone may use
     * @param sockets that listen, 255 at most
     * @param succeeded called once a successor serves; it must not block
     * @throws IOException when it can't
     */
    public static Handover bind(
            Path path,
            EventLoop loop,
            Supplier<List<FileDescriptor>> sockets,
            Runnable succeeded,
            Consumer<String> warn)
            throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("hot.restart " + path + ": there is no folder for it");
        }
        Handover handover = new Handover(path, sockets, succeeded, warn);
        handover.bind(loop);
        return handover;
    }

    /**
     * The file is moved into place when nobody else may use it any more. Netty deletes the one that it has made when it
     * closes the socket; by then a successor's may stand at its place.
     */
    private void bind(EventLoop loop) throws IOException {
        Files.deleteIfExists(made);
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) throws IOException {
                        channel.pipeline().addLast(new Predecessor(isOurs((EpollDomainSocketChannel) channel)));
                    }
                })
                .bind(new DomainSocketAddress(made.toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("hot.restart " + path + ": " + bound.cause().getMessage(), bound.cause());
        }
        server = bound.channel();
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    }

    /** Takes the place of whoever listened there before. */
    public void open() throws IOException {
        Files.move(made, path, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Before the file's permissions were set somebody else may have got in. */
    private boolean isOurs(EpollDomainSocketChannel channel) throws IOException {
        int user = channel.peerCredentials().uid();
        return user == (Integer) Files.getAttribute(path, "unix:uid");
    }

    /** This side of the conversation. */
    private final class Predecessor extends SimpleChannelInboundHandler<ByteBuf> {
        private final boolean isOurs;

        Predecessor(boolean isOurs) {
            this.isOurs = isOurs;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (!isOurs) {
                warn.accept("hot.restart: another user asked for the sockets, and did not get them");
                context.close();
                return;
            }
            context.writeAndFlush(Words.of(context, Words.VERSION, sockets.get().size()));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf said) {
            while (said.isReadable()) {
                switch (said.readByte()) {
                    case Words.SEND -> sockets.get().forEach(context::write);
                    case Words.READY -> succeeded.run();
                    default -> context.close();
                }
            }
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            warn.accept("hot.restart: " + failure);
            context.close();
        }
    }

    /** The file stays where a successor has put its own. */
    @Override
    public void close() {
        if (server != null) {
            server.close().awaitUninterruptibly();
        }
    }
}
