package dev.weft.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Ports for those who open them later. */
final class Ports {
    private static final Queue<Socket> KEPT = new ConcurrentLinkedQueue<>();

    private Ports() {}

    /**
     * One on which nobody listens. It is kept as long as this process is: Linux gives it to nobody who asks for any
     * port, and to whom asks for this one, as long as both sockets have SO_REUSEADDR, which is usual for those of
     * servers.
     */
    static int free() throws IOException {
        Socket keeper = new Socket();
        keeper.setReuseAddress(true);
        keeper.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        KEPT.add(keeper);
        return keeper.getLocalPort();
    }
}
