package dev.weft.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that knows no HTTP: it records what arrives, byte by byte, and says what the test wants. */
public final class Backend implements AutoCloseable {
    /** What one connection does. */
    @FunctionalInterface
    public interface Play {
        void serve(Conversation with) throws IOException;
    }

    private final ServerSocket server;
    private final List<ByteArrayOutputStream> received = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    private final Thread accepting;

    public Backend(Play play) throws IOException {
        this(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), play);
    }

    /** Behind a socket of the test's own. */
    public Backend(ServerSocket listening, Play play) {
        server = listening;
        accepting = new Thread(
                () -> {
                    try {
                        while (true) {
                            Socket socket = server.accept();
                            connections.incrementAndGet();
                            open.add(socket);
                            serve(play, socket);
                        }
                    } catch (IOException closed) {
                        // the test is over
                    }
                },
                "backend");
        accepting.setDaemon(true);
        accepting.start();
    }

    private void serve(Play play, Socket socket) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        received.add(record);
        Thread thread = new Thread(
                () -> {
                    try (socket) {
                        play.serve(new Conversation(socket, record));
                    } catch (IOException gone) {
                        // the other side has closed, which the test sees at its end
                    }
                },
                "backend-connection");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers each request alike. */
    public static Play always(String answer) {
        return with -> {
            while (with.request() != null) {
                with.say(answer);
            }
        };
    }

    public static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    public int connections() {
        return connections.get();
    }

    /** Everything that arrived, connection by connection. */
    public String received() {
        StringBuilder all = new StringBuilder();
        for (ByteArrayOutputStream one : received) {
            all.append(one.toString(StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            accepting.join(); // until then the port may still take one
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** One connection as the play sees it. */
    public static final class Conversation {
        private final Socket socket;
        private final InputStream in;
        private final ByteArrayOutputStream record;

        Conversation(Socket socket, ByteArrayOutputStream record) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.record = record;
        }

        public int read() throws IOException {
            int octet = in.read();
            if (octet >= 0) {
                synchronized (record) {
                    record.write(octet);
                }
            }
            return octet;
        }

        /** The next head with a body of its content length or its chunks; null at the end. */
        public String request() throws IOException {
            StringBuilder head = new StringBuilder();
            while (!ends(head, "\r\n\r\n")) {
                int octet = read();
                if (octet < 0) {
                    return null;
                }
                head.append((char) octet);
            }
            String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
            int length = lower.indexOf("content-length: ");
            if (length >= 0) {
                int end = lower.indexOf("\r\n", length);
                int left = Integer.parseInt(lower.substring(length + 16, end));
                for (int i = 0; i < left; i++) {
                    head.append((char) read());
                }
            } else if (lower.contains("transfer-encoding: chunked")) {
                while (!ends(head, "\r\n0\r\n\r\n")) {
                    int octet = read();
                    if (octet < 0) {
                        return null;
                    }
                    head.append((char) octet);
                }
            }
            return head.toString();
        }

        private static boolean ends(StringBuilder text, String with) {
            return text.length() >= with.length()
                    && text.substring(text.length() - with.length()).equals(with);
        }

        public void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void close() throws IOException {
            socket.close();
        }

        /** So that the peer gets a reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
