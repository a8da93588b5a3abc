package dev.weft.proxy.listen;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;

/** Which kind of sockets: Linux's epoll where its library is there and loads, the JDK's NIO elsewhere. */
public enum Sockets {
    EPOLL,
    NIO;

    /** The best of this machine. */
    public static Sockets best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    IoHandlerFactory handlers() {
        return this == EPOLL ? PatientEpoll.factory() : NioIoHandler.newFactory();
    }

    Class<? extends ServerSocketChannel> server() {
        return this == EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Says that nothing more is written: as TLS says it where it is spoken, else by the end of the socket's half. */
    public static void endOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (channel instanceof SocketChannel socket && socket.isActive()) {
            socket.shutdownOutput();
        }
    }

    /** The kind that goes with this loop. */
    public static Class<? extends SocketChannel> client(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isIoType(PatientEpoll.class)
                ? EpollSocketChannel.class
                : NioSocketChannel.class;
    }
}
