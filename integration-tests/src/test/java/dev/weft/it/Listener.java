package dev.weft.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A socket that keeps what it is sent and answers one thing, whatever that was; or nothing at all. */
final class Listener implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final byte[] answer;
    private final AtomicInteger accepted = new AtomicInteger();

    private Listener(byte[] answer) throws IOException {
        this.answer = answer;
        Thread thread = new Thread(this::accept, "listener");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers each HTTP request with a text. */
    static Listener saying(String text) throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + text.length() + "\r\n\r\n";
        return new Listener((head + text).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Answers each connection with bytes that mean nothing. */
    static Listener garbage() throws IOException {
        byte[] bytes = new byte[4096];
        new Random(7).nextBytes(bytes);
        return new Listener(bytes);
    }

    /** Accepts, reads, and never answers. */
    static Listener silent() throws IOException {
        return new Listener(new byte[0]);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                open.add(socket);
                Thread thread = new Thread(() -> serve(socket), "listener-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                head.append((char) next);
                if (head.toString().endsWith("\r\n\r\n")) {
                    heads.add(head.toString());
                    head.setLength(0);
                    socket.getOutputStream().write(answer);
                    socket.getOutputStream().flush();
                }
            }
            if (head.length() > 0) {
                heads.add(head.toString());
            }
        } catch (IOException e) {
            heads.add("! " + e); // a peer that went away in the middle
        }
    }

    int port() {
        return server.getLocalPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    /** How many connections there were. */
    int accepted() {
        return accepted.get();
    }

    /** What was sent, a request head at a time. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
