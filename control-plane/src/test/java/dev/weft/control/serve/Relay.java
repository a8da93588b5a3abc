package dev.weft.control.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes bytes on until it is told to swallow them, as for a peer that is stopped or whose cable is cut, or to hand
 * them to the client one by one.
 */
final class Relay implements AutoCloseable {
    private static final int SMALL = 4_096;

    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new ArrayList<>();
    private volatile boolean isSilent;
    private volatile boolean isSlow;

    Relay(InetSocketAddress target) throws IOException {
        thread(() -> {
            Socket client = listener.accept();
            Socket upstream = new Socket();
            upstream.setReceiveBufferSize(SMALL); // else the system takes what the client does not
            upstream.connect(target);
            synchronized (sockets) {
                sockets.add(client);
                sockets.add(upstream);
            }
            thread(() -> copy(client, upstream, false));
            copy(upstream, client, true);
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    void silence() {
        isSilent = true;
    }

    /** From now on the client reads a byte a second. */
    void slow() {
        isSlow = true;
    }

    private void copy(Socket from, Socket to, boolean toClient) throws IOException {
        byte[] buffer = new byte[SMALL];
        for (int n = from.getInputStream().read(buffer);
                n >= 0;
                n = from.getInputStream().read(buffer, 0, toClient && isSlow ? 1 : SMALL)) {
            if (!isSilent) {
                to.getOutputStream().write(buffer, 0, n);
                to.getOutputStream().flush();
            }
            if (toClient && isSlow) {
                LockSupport.parkNanos(1_000_000_000L);
            }
        }
    }

    private interface Io {
        void run() throws IOException;
    }

    private void thread(Io io) {
        Thread thread = new Thread(() -> {
            try {
                io.run();
            } catch (IOException e) {
                // The test is over, or the server has hung up, which is what the test waits for.
                isSilent = true;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
