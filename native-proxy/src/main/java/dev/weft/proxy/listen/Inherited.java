package dev.weft.proxy.listen;

import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that another process has opened, and that listen. Each is taken by the listener of its address; connections
 * that nobody has accepted yet wait in them. Used before anything is served, by one thread.
 */
public final class Inherited {
    private final List<EpollServerSocketChannel> sockets = new ArrayList<>();

    private Inherited() {}

    public static Inherited nothing() {
        return new Inherited();
    }

    /**
     * @param descriptors of sockets that listen; anything else among them is closed
     */
    public static Inherited of(List<FileDescriptor> descriptors) throws IOException {
        Inherited all = new Inherited();
        for (FileDescriptor descriptor : descriptors) {
            EpollServerSocketChannel socket = new EpollServerSocketChannel(descriptor.intValue());
            if (socket.isActive() && socket.localAddress() != null) {
                all.sockets.add(socket);
            } else {
                descriptor.close();
            }
        }
        return all;
    }

    /** The one that listens there, once. */
    @Nullable
    EpollServerSocketChannel take(InetSocketAddress address) {
        for (EpollServerSocketChannel socket : sockets) {
            if (isAt(socket.localAddress(), address)) {
                sockets.remove(socket);
                return socket;
            }
        }
        return null;
    }

    /** A socket for IPv4 and IPv6 says that it is at the address of IPv6 that means all. */
    private static boolean isAt(InetSocketAddress socket, InetSocketAddress address) {
        return socket.equals(address)
                || socket.getPort() == address.getPort()
                        && socket.getAddress().isAnyLocalAddress()
                        && address.getAddress().isAnyLocalAddress();
    }

    /** Lets go of those that nobody took; where they listened nobody does any more, once the other process has ended. */
    public List<InetSocketAddress> closeRest() throws IOException {
        List<InetSocketAddress> rest = new ArrayList<>();
        for (EpollServerSocketChannel socket : sockets) {
            rest.add(socket.localAddress());
            socket.fd().close();
        }
        sockets.clear();
        return rest;
    }
}
