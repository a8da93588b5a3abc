package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.Http1Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What goes out once more is the request that came, from its beginning; and a copy is one of its own request. */
class SentAgainTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int REPLAY = 100;
    private static final Http1Limits LIMITS =
            new Http1Limits(HeadLimits.DEFAULT, 10 * SECOND, 75 * SECOND, 300 * SECOND, 5 * SECOND, REPLAY);

    /** Every wait is as long as it may be. */
    private static final RandomSource LONGEST = new RandomSource() {
        @Override
        public int below(int bound) {
            return bound - 1;
        }

        @Override
        public long bits() {
            return 0;
        }
    };

    private static Action retried(Condition on, long backoff) {
        RetryPolicy retry = new RetryPolicy(Set.of(on), Set.of(503), 1, Long.MAX_VALUE, backoff, backoff, true);
        return new Action.Forward(
                Action.Forward.to("shop").clusters(), Long.MAX_VALUE, retry, null, List.of(), HeaderEdits.NONE);
    }

    /** When this returns, the proxy's only loop has read what was there before. */
    private static void turn(Served proxy) throws IOException {
        for (int i = 0; i < 2; i++) {
            try (Client other = new Client(proxy.address())) {
                String answer =
                        other.send("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n").answer();
                assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
            }
        }
    }

    @Test
    void whatComesWhileARetryIsDueIsNotTakenByTheAttemptThatFailed() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        String more = "x".repeat(1000);
        try (Served proxy = new Served(LIMITS, LONGEST);
                Backend backend = new Backend(with -> {
                    if (first.getAndSet(false)) {
                        StringBuilder head = new StringBuilder();
                        while (head.indexOf("\r\n\r\nsome") < 0) {
                            head.append((char) with.read());
                        }
                        with.say("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
                        busy.countDown();
                        with.read();
                    } else if (with.request() != null) {
                        with.say(Backend.ok("fine"));
                    }
                });
                Client client = new Client(proxy.address())) {
            proxy.publish(retried(Condition.RETRIABLE_STATUS_CODES, SECOND / 2), Protocol.HTTP1, backend.address());
            client.send("PUT /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 1004\r\n\r\nsome");
            assertTrue(busy.await(10, TimeUnit.SECONDS));
            turn(proxy);
            client.send(more);
            turn(proxy);
            assertEquals(Backend.ok("fine"), client.answer());
            assertTrue(backend.records().get(1).endsWith("\r\n\r\nsome" + more));
            assertEquals(2, proxy.told().attempts());
        }
    }

    @Test
    void aRefusedStreamThatHasTakenMoreThanIsKeptIsNotReplaced() throws Exception {
        try (Served proxy = new Served(LIMITS, LONGEST);
                Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(retried(Condition.REFUSED_STREAM, SECOND / 1000), Protocol.HTTP2, backend.address());
            client.send("POST /full HTTP/1.1\r\nHost: shop\r\nContent-Length: 200\r\n\r\n" + "x".repeat(150));
            assertTrue(client.head().startsWith("HTTP/1.1 503 "));
            assertEquals(1, backend.heads.size());
            assertEquals(1, proxy.told().attempts());
        }
    }

    @Test
    void oneOfWhichAllIsKeptIs() throws Exception {
        try (Served proxy = new Served(
                        new Http1Limits(HeadLimits.DEFAULT, SECOND, SECOND, 300 * SECOND, SECOND, 1000), LONGEST);
                Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(retried(Condition.REFUSED_STREAM, SECOND / 1000), Protocol.HTTP2, backend.address());
            client.send("POST /full HTTP/1.1\r\nHost: shop\r\nContent-Length: 200\r\n\r\n" + "x".repeat(150));
            assertTrue(client.head().startsWith("HTTP/1.1 503 "), "twice refused");
            assertEquals(2, backend.heads.size());
        }
    }

    @Test
    void aCopyOfAStreamThatWasResetIsOneOfItsOwnRequest() throws Exception {
        Semaphore requests = new Semaphore(0);
        Action mirrored = new Action.Forward(
                Action.Forward.to("shop").clusters(),
                Long.MAX_VALUE,
                null,
                null,
                List.of(new Action.Mirror("shop", 1_000_000)),
                HeaderEdits.NONE);
        try (Served proxy = new Served();
                Backend backend = new Backend(with -> {
                    while (with.request() != null) {
                        requests.release();
                        with.say(Backend.ok("fine"));
                    }
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(mirrored, Protocol.HTTP1, backend.address());
            // At once, so that the copy is still connecting when the next request comes.
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(get(client, 1, "/first"));
            all.write(Frames.frame(Frames.RST_STREAM, 0, 1, Frames.number(8)));
            all.write(get(client, 3, "/second"));
            client.write(all.toByteArray());
            assertEquals(3, client.await(Frames.HEADERS).stream());
            assertTrue(requests.tryAcquire(3, 10, TimeUnit.SECONDS));
            String received = String.join("", backend.records());
            assertEquals(1, received.split("GET /first ", -1).length - 1, received);
            assertEquals(2, received.split("GET /second ", -1).length - 1, received);
        }
    }

    private static byte[] get(Frames client, int stream, String path) {
        byte[] fields = client.block(":method", "GET", ":scheme", "http", ":authority", "shop", ":path", path);
        return Frames.frame(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, stream, fields);
    }
}
