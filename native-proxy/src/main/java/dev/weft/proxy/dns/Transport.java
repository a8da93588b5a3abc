package dev.weft.proxy.dns;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.ThreadFactory;

/** The kinds of channels that fit to an event loop: epoll's, or the JDK's where there is no epoll. */
record Transport(
        Class<? extends DatagramChannel> datagram,
        Class<? extends SocketChannel> stream,
        Class<? extends ServerSocketChannel> server) {
    private static final Transport EPOLL =
            new Transport(EpollDatagramChannel.class, EpollSocketChannel.class, EpollServerSocketChannel.class);
    private static final Transport NIO =
            new Transport(NioDatagramChannel.class, NioSocketChannel.class, NioServerSocketChannel.class);

    static Transport of(EventLoop loop) {
        boolean isEpoll = Epoll.isAvailable() && loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
        return isEpoll ? EPOLL : NIO;
    }

    /** One thread. */
    static EventLoopGroup group(ThreadFactory threads) {
        var io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(1, threads, io);
    }
}
