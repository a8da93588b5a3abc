package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of every shape, sent without waiting and cut anywhere, arrive as they were sent and are answered in order. */
class RandomTrafficTest {
    private static final int REQUESTS = 100;

    /** A request, and the answer that its server gives. */
    private record Pair(String request, String answer) {}

    private static String letters(Random random, int most) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(4) == 0 ? random.nextInt(most) : random.nextInt(20);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static String body(Random random, String head) {
        String text = letters(random, 40_000);
        if (random.nextBoolean()) {
            return head + "Content-Length: " + text.length() + "\r\n\r\n" + text;
        }
        StringBuilder all = new StringBuilder(head + "Transfer-Encoding: chunked\r\n\r\n");
        int at = 0;
        while (at < text.length()) {
            int next = Math.min(text.length(), at + 1 + random.nextInt(5000));
            all.append(Integer.toHexString(next - at)).append(random.nextBoolean() ? "\r\n" : ";x=y\r\n");
            all.append(text, at, next).append("\r\n");
            at = next;
        }
        return all.append("0\r\n\r\n").toString();
    }

    private static Pair pair(Random random, int number) {
        boolean post = random.nextBoolean();
        String head =
                (post ? "POST" : "GET") + " /" + number + "/" + letters(random, 500) + " HTTP/1.1\r\nHost: app\r\n";
        for (int i = random.nextInt(8); i > 0; i--) {
            head = head + "X-" + letters(random, 30) + "-: " + letters(random, 400) + "\r\n";
        }
        String answer = "HTTP/1.1 200 OK\r\nX-Number: " + number + "\r\n";
        return new Pair(
                post ? body(random, head) : head + "\r\n",
                random.nextInt(5) == 0 ? "HTTP/1.1 204 No\r\nX-Number: " + number + "\r\n\r\n" : body(random, answer));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everythingArrivesAndIsAnsweredInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        List<Pair> pairs = new ArrayList<>();
        StringBuilder requests = new StringBuilder();
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < REQUESTS; i++) {
            Pair pair = pair(random, i);
            pairs.add(pair);
            requests.append(pair.request());
            answers.append(pair.answer());
        }
        Loops<Worker> loops = new Loops<>(
                seed % 2 == 0 ? Sockets.best() : Sockets.NIO,
                1,
                loop -> new Worker(loop, System::nanoTime, new Traffic(), Http2.streams(Http2Limits.DEFAULT)));
        try (Backend backend = new Backend(with -> {
            for (Pair pair : pairs) {
                with.request();
                cut(pair.answer(), new Random(seed), with::say);
            }
            with.read();
        })) {
            Listener listener = Listener.open(
                    loops,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    10,
                    new Traffic(),
                    Http1.connections(
                            Http1Limits.DEFAULT,
                            Courses.inbound(backend.address(), Inbound.NONE, new InboundTrace(new Ambient(() -> true))),
                            () -> false));
            listener.resume();
            try (Client client = new Client(listener.address())) {
                CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                    try {
                        cut(requests.toString(), random, client::send);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                String got = client.read(answers.length());
                sending.get(60, TimeUnit.SECONDS);
                assertEquals(answers.toString(), got);
                assertEquals(requests.toString(), backend.received());
            } finally {
                listener.close();
            }
        } finally {
            loops.close();
        }
    }

    @FunctionalInterface
    private interface Sink {
        void accept(String part) throws IOException;
    }

    private static void cut(String text, Random random, Sink to) throws IOException {
        int at = 0;
        while (at < text.length()) {
            int most = random.nextInt(3) == 0 ? 10 : 30_000;
            int next = Math.min(text.length(), at + 1 + random.nextInt(most));
            to.accept(text.substring(at, next));
            at = next;
        }
    }
}
