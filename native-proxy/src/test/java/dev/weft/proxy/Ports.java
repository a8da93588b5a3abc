package dev.weft.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Ports for those who open them later. */
public final class Ports {
    private static final Queue<Socket> KEPT = new ConcurrentLinkedQueue<>();

    private Ports() {}

    /**
     * One on which nobody listens. It is kept as long as this process is: Linux gives it to nobody who asks for any
     * port, and to whom asks for this one, as long as both sockets have SO_REUSEADDR, which is usual for those of
     * servers.
     */
    public static int free() throws IOException {
        Socket keeper = new Socket();
        keeper.setReuseAddress(true);
        keeper.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        KEPT.add(keeper);
        return keeper.getLocalPort();
    }

    /** The address of {@link #free}. */
    public static InetSocketAddress nobody() throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), free());
    }
}
