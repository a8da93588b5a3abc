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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on loopback that knows no HTTP: it records what arrives, byte by byte, and says what the test wants. */
public final class Backend implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?mi)^content-length:[ \t]*([0-9]{1,8})[ \t]*$");
    private static final Pattern CHUNKED = Pattern.compile("(?mi)^transfer-encoding:[ \t]*chunked[ \t]*$");

    /** What one connection does. */
    @FunctionalInterface
    public interface Play {
        void serve(Conversation with) throws IOException;
    }

    private final ServerSocket server;
    private final List<ByteArrayOutputStream> received = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<Thread> serving = new CopyOnWriteArrayList<>();
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
        serving.add(thread);
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

    /** What arrived, a text for each connection. */
    public List<String> records() {
        List<String> all = new ArrayList<>();
        for (ByteArrayOutputStream one : received) {
            synchronized (one) {
                all.add(one.toString(StandardCharsets.ISO_8859_1));
            }
        }
        return all;
    }

    /** Waits until all connections that have begun are over. */
    public void join() throws InterruptedException {
        for (Thread one : serving) {
            one.join();
        }
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

        /** The connection itself, of which nothing was read. */
        public Socket socket() {
            return socket;
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
            Matcher length = LENGTH.matcher(head);
            boolean whole = length.find()
                    ? data(head, Integer.parseInt(length.group(1)))
                    : !CHUNKED.matcher(head).find() || chunks(head);
            return whole ? head.toString() : null;
        }

        private boolean data(StringBuilder into, int length) throws IOException {
            for (int i = 0; i < length; i++) {
                int octet = read();
                if (octet < 0) {
                    return false;
                }
                into.append((char) octet);
            }
            return true;
        }

        private boolean chunks(StringBuilder into) throws IOException {
            String size = line(into);
            while (size != null && !size.matches("0+(;.*)?")) {
                String digits = size.replaceFirst(";.*", "");
                if (!digits.matches("[0-9A-Fa-f]{1,7}") || !data(into, Integer.parseInt(digits, 16) + 2)) {
                    return false;
                }
                size = line(into);
            }
            String trailer = size;
            while (trailer != null && !trailer.isEmpty()) {
                trailer = line(into);
            }
            return trailer != null;
        }

        /** Without its end; null where it has none. */
        private String line(StringBuilder into) throws IOException {
            int start = into.length();
            while (into.length() < start + 2 || !ends(into, "\r\n")) {
                if (!data(into, 1)) {
                    return null;
                }
            }
            return into.substring(start, into.length() - 2);
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
