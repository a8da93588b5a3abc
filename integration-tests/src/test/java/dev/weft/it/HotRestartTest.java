package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One proxy takes another's place while clients with connections that are kept send requests that nobody repeats. */
class HotRestartTest {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 50_000;
    private static final int PATIENCE_MILLIS = 90_000;

    @TempDir
    static Path folder;

    private static Running proxy(Fleet fleet, String name, int application, List<Integer> ports) throws Exception {
        return fleet.own(new Jvm(fleet.folder)
                .jar(
                        name,
                        Jvm.PROXY,
                        "--service",
                        "stayer",
                        "--port",
                        String.valueOf(application),
                        "--inbound",
                        "127.0.0.1:" + ports.get(0),
                        "--outbound",
                        "127.0.0.1:" + ports.get(1),
                        "--admin.address",
                        "127.0.0.1:" + ports.get(2),
                        "--address",
                        "127.0.0.1",
                        "--hot.restart",
                        fleet.folder.resolve("stayer.sock").toString(),
                        "--drain",
                        "20s"));
    }

    /** POSTs over one connection as long as the answers let it, and then over the next. */
    private static final class Client extends Thread {
        private static final byte[] POST =
                "POST /id HTTP/1.1\r\nHost: stayer\r\nContent-Length: 1\r\n\r\nx".getBytes(StandardCharsets.ISO_8859_1);

        private final int port;
        private final AtomicInteger answered;
        private final AtomicReference<@Nullable String> failure;
        private volatile boolean over;

        Client(int port, AtomicInteger answered, AtomicReference<@Nullable String> failure) {
            super("client");
            this.port = port;
            this.answered = answered;
            this.failure = failure;
        }

        @Override
        public void run() {
            while (!over) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.setSoTimeout(PATIENCE_MILLIS);
                    InputStream in = new BufferedInputStream(socket.getInputStream());
                    boolean kept = true;
                    while (kept && !over) {
                        socket.getOutputStream().write(POST);
                        kept = answer(in);
                        answered.incrementAndGet();
                    }
                } catch (IOException e) {
                    failure.compareAndSet(null, "after " + answered + ": " + e);
                }
            }
        }

        /** Whether the connection stays. */
        private static boolean answer(InputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("closed after '" + head + "'");
                }
                head.append((char) next);
            }
            String fields = head.toString().toLowerCase(Locale.ROOT);
            if (!fields.startsWith("http/1.1 200 ")) {
                throw new IOException(head.toString());
            }
            int at = fields.indexOf("content-length: ") + "content-length: ".length();
            int length = Integer.parseInt(fields.substring(at, fields.indexOf('\r', at)));
            if (in.readNBytes(length).length < length) {
                throw new IOException("closed within a body");
            }
            return !fields.contains("connection: close");
        }
    }

    @Test
    void noRequestFailsWhileProcessesFollowEachOther() throws Exception {
        try (Fleet fleet = new Fleet(folder)) {
            ControlPlane controlPlane = fleet.controlPlane();
            int application = fleet.outsider("behind").port();
            List<Integer> ports = List.of(Ports.free(), Ports.free(), Ports.free());
            Running before = proxy(fleet, "first", application, ports);
            fleet.up(controlPlane, "stayer", 1);

            AtomicInteger answered = new AtomicInteger();
            AtomicReference<@Nullable String> failure = new AtomicReference<>();
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client(ports.get(0), answered, failure));
            }
            clients.forEach(Thread::start);
            for (String next : List.of("second", "third")) {
                int now = answered.get();
                Until.so("requests are served", () -> answered.get() > now + REQUESTS / 4);
                Running after = proxy(fleet, next, application, ports);
                after.line("serves in the place of the process before");
                before.line("has served all");
                assertTrue(before.process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), before.said());
                assertEquals(0, before.process.exitValue(), before.said());
                assertEquals(1, controlPlane.up("stayer"), "its end is not the service's");
                before = after;
            }
            Until.so("all requests are served", () -> answered.get() > REQUESTS);
            clients.forEach(client -> client.over = true);
            for (Client client : clients) {
                client.join();
            }
            assertEquals(null, failure.get());

            before.kill();
            Running last = proxy(fleet, "last", application, ports);
            last.line("stayer: outbound ");
            Until.so(
                    "it serves, whatever was left behind",
                    () -> Web.get("http://127.0.0.1:" + ports.get(2) + "/ready").statusCode() == 200);
        }
    }
}
