package dev.weft.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Clients that send requests over connections as long as answers let them, and repeat none that fails. */
final class KeptLoad implements AutoCloseable {
    private static final int CLIENTS = 32;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int MOST_TOLD = 10;
    private static final String LENGTH = "\r\ncontent-length: ";

    private final int port;
    private final byte[] request;
    private final List<Thread> clients = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int answered;
    private int failed;
    private volatile boolean over;

    KeptLoad(int port, String path) {
        this.port = port;
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(this::run, "client");
            client.setDaemon(true);
            clients.add(client);
        }
        clients.forEach(Thread::start);
    }

    private void run() {
        while (!over) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLIS);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                boolean kept = true;
                while (kept && !over) {
                    socket.getOutputStream().write(request);
                    kept = answer(in);
                    succeeded();
                }
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    /** Whether the connection stays. */
    private static boolean answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("closed after '" + head + "'");
            }
            head.append((char) next);
        }
        String fields = head.toString().toLowerCase(Locale.ROOT);
        int at = fields.indexOf(LENGTH) + LENGTH.length();
        if (!fields.startsWith("http/1.1 200 ") || at < LENGTH.length()) {
            throw new IOException(head.toString());
        }
        int length = Integer.parseInt(fields.substring(at, fields.indexOf('\r', at)));
        if (in.readNBytes(length).length < length) {
            throw new EOFException("closed within a body");
        }
        return !fields.contains("connection: close");
    }

    private synchronized void succeeded() {
        answered++;
        notifyAll();
    }

    private synchronized void failed(IOException failure) {
        failed++;
        if (failures.size() < MOST_TOLD) {
            failures.add("after " + answered + ": " + failure);
        }
        notifyAll();
    }

    synchronized int answered() {
        return answered;
    }

    synchronized int failed() {
        return failed;
    }

    /** What the first of them were. */
    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** Waits until so many requests are answered, or have failed. */
    synchronized void await(int count) {
        try {
            while (answered + failed < count) {
                wait(PATIENCE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        over = true;
        for (Thread client : clients) {
            try {
                client.join(PATIENCE_MILLIS);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }
}
