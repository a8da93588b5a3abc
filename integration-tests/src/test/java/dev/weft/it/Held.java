package dev.weft.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that holds its answers back until it is told to let them go: {@code /held} from the first byte on,
 * {@code /again} in the middle of the body, after it has told as many callers as are there to come again in a second.
 * It takes WebSockets at {@code /socket}, and whatever else is asked for is answered at once.
 */
final class Held implements AutoCloseable {
    /** RFC 6455, section 1.3. */
    private static final String WEB_SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final int callers;
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger sentAway = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    Held(int callers) throws IOException {
        this.callers = callers;
        start("held", this::accept);
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                start("held-connection", () -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                answer(head, socket.getOutputStream());
            }
        } catch (IOException e) {
            return; // the caller, or the test, is at its end
        } catch (Exception e) {
            throw new AssertionError("it can't answer", e);
        }
    }

    /** Empty when the caller has closed. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.toString().endsWith("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    private void answer(String head, OutputStream out) throws Exception {
        switch (head.split(" ", 3)[1]) {
            case "/held" -> {
                CountDownLatch until = gate;
                held.incrementAndGet();
                until.await();
                write(out, "200 OK\r\nContent-Length: 5", "whole");
            }
            case "/again" -> {
                if (sentAway.getAndIncrement() < callers) {
                    write(out, "503 Later\r\nRetry-After: 1\r\nContent-Length: 0", "");
                } else {
                    CountDownLatch until = gate;
                    write(out, "200 OK\r\nContent-Length: 12", "first ");
                    begun.incrementAndGet();
                    until.await();
                    out.write("second".getBytes(StandardCharsets.US_ASCII));
                }
            }
            case "/socket" ->
                write(
                        out,
                        "101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                + accepted(head),
                        "");
            default -> write(out, "200 OK\r\nContent-Length: 5", "ready");
        }
    }

    private static void write(OutputStream out, String head, String body) throws IOException {
        out.write(("HTTP/1.1 " + head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String accepted(String head) throws Exception {
        String key = head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
        byte[] digest =
                MessageDigest.getInstance("SHA-1").digest((key + WEB_SOCKET).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(digest);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** A rule by which it is a service, all callers of which may come again. */
    String declared(String service) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: %1$s}
                spec:
                  hosts: [%1$s]
                  ports: [{number: 80, name: http, protocol: HTTP, targetPort: %2$d}]
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1}]
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: %1$s}
                spec:
                  host: %1$s
                  trafficPolicy:
                    retryBudget: {percent: 100, minRetryConcurrency: %3$d}
                """.formatted(service, server.getLocalPort(), callers);
    }

    /** How many have been held back from the first byte on. */
    int held() {
        return held.get();
    }

    /** How many have been told to come again. */
    int sentAway() {
        return Math.min(sentAway.get(), callers);
    }

    /** How many have had half of their answer. */
    int begun() {
        return begun.get();
    }

    /** Those that are held now; later ones are held again. */
    void letGo() {
        CountDownLatch until = gate;
        gate = new CountDownLatch(1);
        until.countDown();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
