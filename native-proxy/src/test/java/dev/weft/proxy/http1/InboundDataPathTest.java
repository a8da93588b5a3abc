package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes on their way through, over real sockets. */
class InboundDataPathTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: app\r\n\r\n";

    private final Traffic traffic = new Traffic();
    private final AtomicBoolean draining = new AtomicBoolean();
    private Loops<Worker> loops;
    private Listener listener;

    private Client proxied(Backend backend) throws IOException {
        return proxied(backend, Sockets.best(), Http1Limits.DEFAULT);
    }

    private Client proxied(Backend backend, Sockets sockets, Http1Limits limits) throws IOException {
        loops = new Loops<>(
                sockets, 1, loop -> new Worker(loop, System::nanoTime, traffic, Http2.streams(Http2Limits.DEFAULT)));
        InboundTrace trace = new InboundTrace(new Ambient(() -> true));
        listener = Listener.open(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                10,
                traffic,
                Http1.connections(limits, Courses.inbound(backend.address(), Inbound.NONE, trace), draining::get));
        listener.resume();
        return client();
    }

    private Client client() throws IOException {
        return new Client(listener.address());
    }

    @AfterEach
    void end() {
        if (listener != null) {
            listener.close();
            loops.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void requestsAndAnswersGoThroughAsTheyAre(Sockets sockets) throws IOException {
        try (Backend backend = new Backend(Backend.always(Backend.ok("hello")));
                Client client = proxied(backend, sockets, Http1Limits.DEFAULT)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(Backend.ok("hello"), client.send(GET).answer());
            }
            assertEquals(GET.repeat(3), backend.received());
            assertEquals(1, backend.connections());
        }
    }

    @Test
    void bodiesGoThroughInBothDirectionsHoweverTheyAreFramed() throws IOException {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n";
        try (Backend backend = new Backend(Backend.always(chunked));
                Client client = proxied(backend)) {
            String length = "POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 4\r\n\r\nbody";
            assertEquals(chunked, client.send(length).read(chunked.length()));
            String chunks = "POST / HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
            assertEquals(chunked, client.send(chunks).read(chunked.length()));
            assertEquals(length + chunks, backend.received());
        }
    }

    @Test
    void largeBodiesPassWithoutBeingKept() throws Exception {
        int size = 8 << 20;
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                    String block = "x".repeat(1 << 16);
                    for (int i = 0; i < size >> 16; i++) {
                        with.say(block);
                    }
                });
                Client client = proxied(backend)) {
            client.send(GET).head();
            assertEquals(size, client.read(size).length());
        }
    }

    @Test
    void aReaderThatIsSlowHoldsTheWriterBackAndTheConnectionIsGoodForMore() throws Exception {
        int size = 32 << 20;
        CountDownLatch first = new CountDownLatch(1);
        AtomicBoolean allSaid = new AtomicBoolean();
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                    String block = "x".repeat(1 << 16);
                    for (int i = 0; i < size >> 16; i++) {
                        with.say(block);
                        first.countDown();
                    }
                    allSaid.set(true);
                    while (with.request() != null) {
                        with.say(Backend.ok("again"));
                    }
                });
                Client client = proxied(backend)) {
            client.send(GET);
            assertTrue(first.await(60, TimeUnit.SECONDS));
            client.head();
            client.read(1 << 20);
            assertFalse(allSaid.get(), "32 MiB stood in buffers");
            client.read(size - (1 << 20));
            assertEquals(Backend.ok("again"), client.send(GET).answer());
            assertEquals(1, backend.connections());
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionEndsTheClientsToo() throws IOException {
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.0 200 OK\r\nX: y\r\n\r\nhello");
                });
                Client client = proxied(backend)) {
            assertEquals(
                    "HTTP/1.1 200 OK\r\nX: y\r\nconnection: close\r\n\r\nhello",
                    client.send(GET).rest());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void someAnswersHaveNoBodyWhateverTheySay(int status) throws IOException {
        String answer = "HTTP/1.1 " + status + " So\r\nContent-Length: 100\r\n\r\n";
        try (Backend backend = new Backend(Backend.always(answer));
                Client client = proxied(backend)) {
            assertEquals(
                    answer + answer, client.send(GET).head() + client.send(GET).head());
            assertEquals(1, backend.connections());
        }
    }

    @Test
    void anAnswerToHeadHasNoBody() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
        String head = GET.replace("GET", "HEAD");
        try (Backend backend = new Backend(Backend.always(answer));
                Client client = proxied(backend)) {
            assertEquals(
                    answer + answer,
                    client.send(head).head() + client.send(head).head());
            assertEquals(1, backend.connections());
        }
    }

    @Test
    void interimAnswersGoThroughAndTheBodyFollows() throws IOException {
        try (Backend backend = new Backend(with -> {
                    StringBuilder head = new StringBuilder();
                    while (head.indexOf("\r\n\r\n") < 0) {
                        head.append((char) with.read());
                    }
                    with.say("HTTP/1.1 100 Continue\r\n\r\n");
                    for (int i = 0; i < 4; i++) {
                        with.read();
                    }
                    with.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Backend.ok("done"));
                    with.read();
                });
                Client client = proxied(backend)) {
            client.send("POST / HTTP/1.1\r\nHost: app\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.head());
            client.send("body");
            assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", client.head());
            assertEquals(Backend.ok("done"), client.answer());
            assertTrue(backend.received().contains("Expect: 100-continue"), backend.received());
        }
    }

    @Test
    void whatIsForOneHopStaysThere() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: a\r\n"
                + "X-End: b\r\nContent-Length: 0\r\n\r\n";
        try (Backend backend = new Backend(Backend.always(answer));
                Client client = proxied(backend)) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: app\r\nConnection: keep-alive, X-Mine, Content-Length\r\nTE: trailers\r\n"
                            + "Keep-Alive: 5\r\nX-Mine: c\r\nX-Yours: d\r\nContent-Length: 0\r\nProxy-Connection: x\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK\r\nX-End: b\r\nContent-Length: 0\r\n\r\n", client.answer());
            assertEquals("GET / HTTP/1.1\r\nHost: app\r\nX-Yours: d\r\nContent-Length: 0\r\n\r\n", backend.received());
        }
    }

    @Test
    void requestsInOnePacketAreAnsweredInTheirOrder() throws IOException {
        try (Backend backend = new Backend(with -> {
                    String request;
                    while ((request = with.request()) != null) {
                        with.say(Backend.ok(request.substring(4, request.indexOf(" HTTP"))));
                    }
                });
                Client client = proxied(backend)) {
            client.send(GET.replace("/x", "/1")
                    + "PUT /2 HTTP/1.1\r\nHost: app\r\nContent-Length: 3\r\n\r\nabc"
                    + GET.replace("/x", "/3"));
            assertEquals(Backend.ok("/1"), client.answer());
            assertEquals(Backend.ok("/2"), client.answer());
            assertEquals(Backend.ok("/3"), client.answer());
        }
    }

    @Test
    void aWebSocketGoesThroughInBothDirections() throws IOException {
        String switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nconnection: upgrade\r\n\r\n";
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say(switched.replace("connection: upgrade", "Connection: Upgrade") + "first");
                    int octet;
                    while ((octet = with.read()) >= 0) {
                        with.say(String.valueOf((char) Character.toUpperCase(octet)));
                    }
                });
                Client client = proxied(backend)) {
            client.send("GET /ws HTTP/1.1\r\nHost: app\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertEquals(switched, client.head());
            assertEquals("first", client.read(5));
            assertEquals("ABC", client.send("abc").read(3));
            assertTrue(
                    backend.received().contains("Upgrade: websocket\r\nconnection: upgrade\r\n"), backend.received());
        }
    }

    @Test
    void aRequestThatMayBeSentTwiceSurvivesAConnectionThatWasClosedMeanwhile() throws IOException {
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say(Backend.ok("once"));
                    with.request(); // and closes, as if its time had been over just now
                });
                Client client = proxied(backend)) {
            assertEquals(Backend.ok("once"), client.send(GET).answer());
            assertEquals(Backend.ok("once"), client.send(GET).answer());
            assertEquals(2, backend.connections());
            assertEquals(1, traffic.resent.sum());
        }
    }

    @Test
    void oneThatMayNotIsAnsweredWithTheFailure() throws IOException {
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say(Backend.ok("once"));
                    with.request();
                });
                Client client = proxied(backend)) {
            String post = GET.replace("GET", "POST");
            client.send(GET).answer();
            assertTrue(client.send(post).answer().startsWith("HTTP/1.1 503 "));
            assertEquals(1, backend.connections());
        }
    }

    @Test
    void anApplicationThatIsNotThereIsA503WithTheReason() throws IOException {
        Backend backend = new Backend(Backend.always(Backend.ok("")));
        try (Client client = proxied(backend)) {
            backend.close();
            String answer = client.send(GET).answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 Service Unavailable\r\n"), answer);
            assertTrue(answer.contains("Connection refused"), answer);
            assertTrue(client.send(GET).answer().startsWith("HTTP/1.1 503 "), "the client's connection is kept");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n"
            })
    void anAnswerThatCanBeReadInTwoWaysIsNone(String answer) throws IOException {
        try (Backend backend = new Backend(Backend.always(answer));
                Client client = proxied(backend)) {
            assertTrue(client.send(GET).answer().startsWith("HTTP/1.1 503 "));
        }
    }

    @Test
    void anAnswerThatBreaksOffIsSeenToBreakOff() throws IOException {
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                });
                Client client = proxied(backend)) {
            client.send(GET).head();
            assertEquals("half", client.rest());
        }
    }

    @Test
    void whatFollowsAnAnswerUnaskedIsNobodys() throws IOException {
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say(Backend.ok("one") + Backend.ok("poison"));
                    with.request();
                });
                Client client = proxied(backend)) {
            assertEquals(Backend.ok("one"), client.send(GET).answer());
            assertEquals(Backend.ok("one"), client.send(GET).answer());
            assertEquals(2, backend.connections());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n"})
    void aChunkThatIsWrongNeverArrivesWithWhatIsBehindIt(String chunks) throws IOException {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client client = proxied(backend)) {
            client.send("POST / HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + GET);
            assertTrue(client.rest().startsWith("HTTP/1.1 400 Bad Request\r\n"));
            assertFalse(backend.received().contains("hello"), backend.received());
            assertFalse(backend.received().contains("GET"), backend.received());
        }
    }

    @Test
    void aRefusedRequestNeverArrivesAndNothingBehindItIsRead() throws IOException {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client client = proxied(backend)) {
            String wrong = "POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n";
            String answer = client.send(wrong + "0\r\n\r\n" + GET).rest();
            assertEquals(answer.indexOf("HTTP/1.1 400"), answer.lastIndexOf("HTTP/1.1 "));
            assertTrue(answer.contains("connection: close"), answer);
            assertEquals("", backend.received());
            assertEquals(1, traffic.malformed.sum());
        }
    }

    @Test
    void anOldClientGetsAnAnswerThatEndsWithItsConnection() throws IOException {
        try (Backend backend = new Backend(with -> with.say(with.request() == null ? "" : Backend.ok("old")));
                Client client = proxied(backend)) {
            String answer = client.send("GET / HTTP/1.0\r\n\r\n").rest();
            assertTrue(answer.endsWith("connection: close\r\n\r\nold"), answer);
            assertEquals("GET / HTTP/1.0\r\n\r\n", backend.received());
        }
    }

    @Test
    void whoAsksToCloseIsClosed() throws IOException {
        try (Backend backend = new Backend(Backend.always(Backend.ok("bye")));
                Client client = proxied(backend)) {
            String answer = client.send("GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n")
                    .rest();
            assertTrue(answer.endsWith("connection: close\r\n\r\nbye"), answer);
        }
    }

    @Test
    void anAnswerBeforeTheBodyIsOverEndsTheConnection() throws IOException {
        try (Backend backend = new Backend(with -> {
                    StringBuilder head = new StringBuilder();
                    while (head.indexOf("\r\n\r\n") < 0) {
                        head.append((char) with.read());
                    }
                    with.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
                    while (with.read() >= 0) {}
                });
                Client client = proxied(backend)) {
            client.send("POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 1000000\r\n\r\nsome");
            assertTrue(client.rest().startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void aHeadThatTakesTooLongIsA408() throws IOException {
        Http1Limits limits =
                new Http1Limits(HeadLimits.DEFAULT, 100_000_000L, Long.MAX_VALUE / 4, 1L << 60, 1L << 40, 0);
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client client = proxied(backend, Sockets.best(), limits)) {
            assertTrue(client.send("GET / HT").rest().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        Http1Limits limits = new Http1Limits(HeadLimits.DEFAULT, 1L << 40, 50_000_000L, 1L << 50, 1L << 40, 0);
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client first = proxied(backend, Sockets.best(), limits)) {
            assertEquals(Backend.ok(""), answerAndEnd(first));
        }
    }

    /**
     * All that comes over a connection on which something is asked. On a machine that is busy it may be idle for too long
     * before, and then another one asks.
     */
    private String answerAndEnd(Client first) throws IOException {
        String said = rest(first);
        for (int i = 0; i < 100 && !said.startsWith("HTTP/1.1 "); i++) {
            try (Client other = client()) {
                said = rest(other);
            }
        }
        return said;
    }

    private static String rest(Client asking) throws IOException {
        try {
            return asking.send(GET).rest();
        } catch (SocketException closed) {
            return "";
        }
    }

    @Test
    void aRequestOnWhichNothingMovesIsA504() throws IOException {
        Http1Limits limits = new Http1Limits(HeadLimits.DEFAULT, 1L << 40, 50_000_000L, 50_000_000L, 1L << 40, 0);
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.read();
                });
                Client first = proxied(backend, Sockets.best(), limits)) {
            assertTrue(answerAndEnd(first).startsWith("HTTP/1.1 504 "));
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAndThePlaceOfAnotherIsFree() throws IOException {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client first = proxied(backend)) {
            Client[] more = new Client[9];
            first.send(GET).answer();
            for (int i = 0; i < more.length; i++) {
                more[i] = client();
                more[i].send(GET).answer();
            }
            try (Client last = client()) {
                assertTrue(last.rest().isEmpty());
                assertEquals(1, traffic.overLimit.sum());
            }
            for (Client one : more) {
                one.close();
            }
        }
    }

    @Test
    void aProcessThatDrainsAnswersWhatIsUnderWayAndThenCloses() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Backend backend = new Backend(with -> {
                    with.request();
                    arrived.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    with.say(Backend.ok("last"));
                });
                Client client = proxied(backend);
                Client idle = client()) {
            client.send(GET);
            assertTrue(arrived.await(60, TimeUnit.SECONDS));
            draining.set(true);
            listener.drain(Downstream.DRAIN);
            assertEquals("", idle.rest());
            go.countDown();
            String answer = client.rest();
            assertTrue(answer.endsWith("connection: close\r\n\r\nlast"), answer);
            client.close();
            assertTrue(listener.await(60_000));
        }
    }

    @Test
    void aRequestThatIsHereWhenTheProcessDrainsIsTheLastThatIsAnswered() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    with.say("half");
                    with.request();
                    with.say(Backend.ok("last"));
                });
                Client client = proxied(backend)) {
            client.send(GET + GET).head();
            assertEquals("half", client.read(4));
            draining.set(true);
            listener.drain(Downstream.DRAIN);
            go.countDown();
            String rest = client.rest();
            assertTrue(rest.startsWith("halfHTTP/1.1 200 OK\r\n"), rest);
            assertTrue(rest.endsWith("connection: close\r\n\r\nlast"), rest);
        }
    }

    /** Sizes around what may stand before a writer: with some of them it is the last part that is too much. */
    @Test
    void whoHasUploadedMuchIsReadAgain() throws IOException {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client client = proxied(backend)) {
            for (int size = 66_000; size < 200_000; size += 4_000) {
                client.send("POST / HTTP/1.1\r\nHost: app\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size));
                assertEquals(Backend.ok(""), client.answer(), size + " bytes");
                assertEquals(Backend.ok(""), client.send(GET).answer(), "after " + size + " bytes");
            }
            assertEquals(1, backend.connections());
        }
    }

    @Test
    void whatAClientWritesLastIntoATunnelArrives() throws Exception {
        int size = 16 << 20; // more than the sockets hold
        CompletableFuture<Integer> arrived = new CompletableFuture<>();
        try (Backend backend = new Backend(with -> {
            with.request();
            with.say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n");
            int octets = 0;
            try {
                while (with.read() >= 0) { // byte by byte: slower than what comes
                    octets++;
                }
            } finally {
                arrived.complete(octets);
            }
        })) {
            try (Client client = proxied(backend)) {
                client.send("GET / HTTP/1.1\r\nHost: app\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
                client.head();
                client.send("x".repeat(size));
            }
            assertEquals(size, arrived.get(180, TimeUnit.SECONDS));
        }
    }

    @Test
    void aResetIsNoEndOfAnAnswerThatEndsWithItsConnection() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\n\r\nsome");
                    try {
                        seen.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    with.reset();
                });
                Client client = proxied(backend)) {
            client.send(GET).head();
            assertEquals("some", client.read(4));
            seen.countDown();
            assertEquals("<reset>", client.rest());
        }
    }

    @Test
    void interimAnswersWithoutEndAreNotKeptForAClientThatDoesNotRead() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: <" + "a".repeat(8_000) + ">\r\n\r\n";
        CountDownLatch closed = new CountDownLatch(1);
        try (Backend backend = new Backend(with -> {
                    with.request();
                    try {
                        while (true) {
                            with.say(interim);
                        }
                    } finally {
                        closed.countDown();
                    }
                });
                Client client = proxied(backend)) {
            client.send(GET);
            assertTrue(closed.await(60, TimeUnit.SECONDS));
        }
    }
}
