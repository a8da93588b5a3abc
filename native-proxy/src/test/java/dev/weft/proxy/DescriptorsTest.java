package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process that has no descriptor left, and one that has many connections. */
class DescriptorsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: app\r\n\r\n";
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final int MOST_BYTES = 3 * 1024;
    private static final long PAUSE_NANOS = 100_000_000;

    @Test
    void withoutAFreeDescriptorItServesWhomItHasAndTakesOthersAsSoonAsItCan() throws Exception {
        Tools.need("bash");
        Semaphore go = new Semaphore(0);
        Semaphore asked = new Semaphore(0);
        try (Backend backend = new Backend(with -> {
                    for (String request = with.request(); request != null; request = with.request()) {
                        asked.release();
                        if (request.startsWith("GET /gone ")) {
                            return;
                        }
                        if (request.startsWith("GET /wait ")) {
                            go.acquireUninterruptibly();
                        }
                        with.say(Backend.ok("fine"));
                    }
                });
                Alone proxy = new Alone(FEW, backend.address())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
            try (Client first = new Client(address);
                    Client second = new Client(address)) {
                // Also to load what makes such an answer: from a folder of classes it takes a descriptor.
                assertTrue(first.send(GET.replace(" / ", " /gone ")).answer().startsWith("HTTP/1.1 503 "));
                assertEquals(Backend.ok("fine"), first.send(GET).answer());
                assertEquals(Backend.ok("fine"), second.send(GET).answer());
                List<Client> more = new ArrayList<>();
                try {
                    while (proxy.ask(Alone.Question.NOT_ACCEPTED) == 0) {
                        more.add(new Client(address));
                    }
                    // Served over the connection that there is; and then there is none for another.
                    assertEquals(Backend.ok("fine"), first.send(GET).answer());
                    asked.drainPermits();
                    first.send(GET.replace(" / ", " /wait "));
                    asked.acquire();
                    String failed = second.send(GET).answer();
                    assertTrue(failed.startsWith("HTTP/1.1 503 "), failed);
                    assertTrue(failed.contains("Too many open files"), failed);
                    assertEquals(0, proxy.ask(Alone.Question.STRANGERS));
                    go.release();
                    assertEquals(Backend.ok("fine"), first.answer());
                    looksNowAndThen(proxy);
                } finally {
                    for (Client one : more) {
                        one.close();
                    }
                }
                try (Client late = new Client(address)) {
                    assertEquals(Backend.ok("fine"), late.send(GET).answer());
                }
            }
        }
    }

    /** Whether it can take a connection; and does something else, or nothing, meanwhile. */
    private static void looksNowAndThen(Alone proxy) throws IOException {
        long start = System.nanoTime();
        long before = proxy.ask(Alone.Question.NOT_ACCEPTED);
        HandClock.until("it looks again", () -> proxy.ask(Alone.Question.NOT_ACCEPTED) > before + 1);
        long looks = proxy.ask(Alone.Question.NOT_ACCEPTED) - before;
        assertTrue(looks <= 2 + (System.nanoTime() - start) / PAUSE_NANOS, looks + " looks");
    }

    @Test
    @Tag("long")
    void aConnectionOnWhichNothingIsAskedTakesLittle() throws Exception {
        Tools.need("bash");
        List<SocketChannel> clients = new ArrayList<>();
        try (Backend backend = new Backend(Backend.always(Backend.ok("fine")));
                Alone proxy = new Alone(MANY + 500, backend.address())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
            ask(clients, address, 500);
            long before = proxy.ask(Alone.Question.BYTES);
            ask(clients, address, MANY - 500);
            long each = (proxy.ask(Alone.Question.BYTES) - before) / (MANY - 500);
            System.out.println("an idle connection takes " + each + " bytes");
            assertTrue(each <= MOST_BYTES, each + " bytes");
            assertEquals("fine", ask(clients.get(0)));
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    private static void ask(List<SocketChannel> clients, InetSocketAddress address, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open(address);
            clients.add(client);
            assertEquals("fine", ask(client));
        }
    }

    /** The body of the answer. */
    private static String ask(SocketChannel client) throws IOException {
        client.write(ByteBuffer.wrap(GET.getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(Backend.ok("fine").length());
        while (answer.hasRemaining()) {
            if (client.read(answer) < 0) {
                throw new IOException("closed");
            }
        }
        String all = new String(answer.array(), StandardCharsets.US_ASCII);
        return all.substring(all.length() - 4);
    }
}
