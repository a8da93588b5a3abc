package dev.weft.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A way to a server on which every answer is late, and comes in two pieces: some bytes, and after a while the rest. */
final class SlowRelay implements AutoCloseable {
    /** Ends in the middle of the head of an HTTP/2 frame. */
    private static final int FIRST_BYTES = 5;

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final String target;
    private final Duration delay;

    /**
     * @param target {@code host:port}
     * @param delay before each of the two pieces
     */
    SlowRelay(String target, Duration delay) throws IOException {
        this.target = target;
        this.delay = delay;
        daemon("accepts", this::accept);
    }

    private static void daemon(String what, Runnable task) {
        Thread thread = new Thread(task, "slow relay " + what);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        int colon = target.lastIndexOf(':');
        while (!server.isClosed()) {
            try {
                Socket from = server.accept();
                open.add(from);
                Socket to = new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
                open.add(to);
                daemon("asks", () -> pump(from, to, false));
                daemon("answers", () -> pump(to, from, true));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void pump(Socket from, Socket to, boolean slowly) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[64 * 1024];
            for (int length = in.read(chunk); length > 0; length = in.read(chunk)) {
                int first = slowly ? Math.min(FIRST_BYTES, length) : length;
                write(out, chunk, 0, first, slowly);
                if (first < length) {
                    write(out, chunk, first, length - first, slowly);
                    answers.incrementAndGet();
                }
            }
        } catch (IOException e) {
            return; // one side has gone, and takes the other with it
        }
    }

    private void write(OutputStream out, byte[] bytes, int from, int length, boolean slowly) throws IOException {
        if (slowly) {
            LockSupport.parkNanos(delay.toNanos());
        }
        out.write(bytes, from, length);
        out.flush();
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** How many answers came late. */
    int answers() {
        return answers.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Closeable socket : open) {
            socket.close();
        }
    }
}
