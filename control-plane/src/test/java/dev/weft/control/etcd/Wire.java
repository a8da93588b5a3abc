package dev.weft.control.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The way to a port, which a test can cut: then nothing comes through, and nobody is told. */
public final class Wire implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final int to;
    private volatile boolean isCut;

    public Wire(int to) throws IOException {
        this.to = to;
        thread(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void cut() {
        isCut = true;
    }

    /** What was on its way when it was cut is lost, and so are its connections. */
    public void mend() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        isCut = false;
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                sockets.add(near);
                if (!isCut) {
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
                    sockets.add(far);
                    thread(() -> pass(near, far));
                    thread(() -> pass(far, near));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!isCut) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        } catch (IOException e) {
            // its other end learns of it
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        mend();
    }
}
