package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.StreamReset;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.Ports;
import dev.weft.proxy.Tools;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One protocol on one side, the other on the other. */
class CrossingTest {
    private static final String CHUNKED =
            "POST /x HTTP/1.1\r\nHost: shop\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n";

    private Served proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new Served();
    }

    @AfterEach
    void end() {
        proxy.close();
    }

    private static String body(Frames client) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Frames.Frame frame = client.read(); frame.type() >= 0; frame = client.read()) {
            if (frame.type() == Frames.DATA) {
                body.write(frame.payload());
            }
            if (frame.end()) {
                return body.toString(StandardCharsets.US_ASCII);
            }
        }
        throw new IOException("closed after '" + body.toString(StandardCharsets.US_ASCII) + "'");
    }

    // ---- HTTP/2 to HTTP/2

    @Test
    void anAnswerThatIsThereWaitsForAClientThatReadsLater() throws Exception {
        byte[] narrow = ByteBuffer.allocate(6).putShort((short) 4).putInt(10).array();
        try (Http2Backend backend = new Http2Backend();
                Frames client = new Frames(proxy.address(), narrow)) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x");
            client.send(Frames.DATA, 0, 1, "a".repeat(16_000).getBytes(StandardCharsets.US_ASCII));
            client.send(Frames.DATA, 0, 1, "b".repeat(16_000).getBytes(StandardCharsets.US_ASCII));
            client.headers(1, true, "x-trailer", "t");
            client.fields(client.await(Frames.HEADERS));
            assertEquals(10, client.await(Frames.DATA).payload().length);
            // The answer to another over the same connection: all of the first one has come before it.
            client.get(3);
            client.fields(client.await(Frames.HEADERS));
            assertTrue(client.read().end());
            client.send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(100_000));
            int octets = 10;
            Frames.Frame frame = client.read();
            for (; !frame.end(); frame = client.read()) {
                octets += frame.type() == Frames.DATA ? frame.payload().length : 0;
            }
            assertEquals(32_000, octets);
            assertEquals("t", client.fields(frame).get("x-trailer").toString());
        }
    }

    // ---- HTTP/1.1 to HTTP/2

    @Test
    void aRequestOfHttp1GoesToAnEndpointOfHttp2() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            String answer = client.send(
                            "POST /a?b=c HTTP/1.1\r\nHost: shop\r\nX-Mixed: Case\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                                    + "Content-Length: 5\r\n\r\nhello")
                    .head();
            assertTrue(answer.startsWith("HTTP/1.1 200 \r\nx-backend: two\r\n"), answer);
            assertTrue(answer.contains("transfer-encoding: chunked\r\n"), answer);
            assertEquals("5\r\nhello\r\n0\r\n\r\n", client.read(15));
            Http2Headers head = backend.heads.get(0);
            assertEquals("POST", head.method().toString());
            assertEquals("/a?b=c", head.path().toString());
            assertEquals("shop", head.authority().toString());
            assertEquals("http", head.scheme().toString());
            assertEquals("Case", head.get("x-mixed").toString());
            assertEquals("5", head.get("content-length").toString());
            assertNull(head.get("host"));
            assertNull(head.get("x-hop"));
            assertNull(head.get("connection"));
            // The connection is kept for another.
            assertTrue(
                    client.send("GET /a HTTP/1.1\r\nHost: shop\r\n\r\n").head().startsWith("HTTP/1.1 200 "));
            assertEquals("0\r\n\r\n", client.read(5));
        }
    }

    @Test
    void theHeadersOfAnAnswerOfHttp2AreEdited() throws Exception {
        HeaderEdits edits =
                new HeaderEdits(List.of("x-backend"), List.of(), List.of(new HeaderEdits.Entry("x-added", "more")));
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(Action.Forward.to("shop").editingAnswers(edits), Protocol.HTTP2, backend.address());
            String answer = client.send("GET /a HTTP/1.1\r\nHost: shop\r\n\r\n").head();
            assertTrue(answer.contains("\r\nx-added: more\r\n"), answer);
            assertFalse(answer.contains("x-backend"), answer);
        }
    }

    @Test
    void chunksAndTheirTrailersAreTakenOffAndPutOn() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.send(CHUNKED);
            for (char octet : "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n".toCharArray()) {
                client.send(String.valueOf(octet));
            }
            String head = client.head();
            assertFalse(head.contains("content-length"), head);
            assertEquals("d\r\nabc0123456789\r\n0\r\nx-trailer: t\r\n\r\n", client.read(37));
            assertEquals("trailers", backend.heads.get(0).get("te").toString());
            assertNull(backend.heads.get(0).get("transfer-encoding"));
        }
    }

    @Test
    void aClientOfHttp10GetsTheBodyUpToTheEndOfItsConnection() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.send("POST /x HTTP/1.0\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhello");
            String head = client.head();
            assertFalse(head.contains("transfer-encoding"), head);
            assertTrue(head.contains("connection: close"), head);
            assertEquals("hello", client.rest());
        }
    }

    @Test
    void anUpgradeIsLeftOutWhereNobodyCanDoIt() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.send("GET /x HTTP/1.1\r\nHost: shop\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 200 "));
            assertNull(backend.heads.get(0).get("upgrade"));
        }
    }

    @Test
    void whatComesBeforeAnAnswerIsHandedOn() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.send("GET /hints HTTP/1.1\r\nHost: shop\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 103 "));
            assertTrue(client.head().startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotWholeToTheClient() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.send("GET /half HTTP/1.1\r\nHost: shop\r\n\r\n");
            String rest = client.head() + client.rest();
            assertFalse(rest.contains("\r\n0\r\n"), rest);
        }
    }

    @Test
    void anAnswerOfAnotherLengthThanItSaysNeverBecomesTwo() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client lied = new Client(proxy.address());
                Client nothing = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            String answer =
                    lied.send("GET /lies HTTP/1.1\r\nHost: shop\r\n\r\n").answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.endsWith("upstream: its body is not as long as it says\n"), answer);
            nothing.send("GET /nothing HTTP/1.1\r\nHost: shop\r\n\r\n");
            String head = nothing.head();
            assertTrue(head.startsWith("HTTP/1.1 204 "), head);
            assertFalse(head.contains("transfer-encoding"), head);
            assertEquals("", nothing.rest());
        }
    }

    @Test
    void aCopyGoesOverHttp2Too() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            Action action = new Action.Forward(
                    Action.Forward.to("shop").clusters(),
                    Long.MAX_VALUE,
                    null,
                    null,
                    List.of(new Action.Mirror("shop", 1_000_000)),
                    HeaderEdits.NONE);
            proxy.publish(action, Protocol.HTTP2, backend.address());
            assertTrue(
                    client.send("GET /x HTTP/1.1\r\nHost: shop\r\n\r\n").head().startsWith("HTTP/1.1 200 "));
            assertEquals(2, proxy.told().attempts());
            assertEquals(2, backend.heads.size());
        }
    }

    @Test
    void aResetIsAFailureAndARefusalIsTriedAgain() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Client client = new Client(proxy.address())) {
            RetryPolicy retry = new RetryPolicy(
                    Set.of(Condition.REFUSED_STREAM), Set.of(), 1, Long.MAX_VALUE, 1_000_000, 2_000_000, false);
            Action action = new Action.Forward(
                    Action.Forward.to("shop").clusters(), Long.MAX_VALUE, retry, null, List.of(), HeaderEdits.NONE);
            proxy.publish(action, Protocol.HTTP2, backend.address());
            String answer =
                    client.send("GET /reset HTTP/1.1\r\nHost: shop\r\n\r\n").answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.endsWith("upstream: reset: INTERNAL_ERROR\n"), answer);
            assertEquals(1, proxy.told().attempts());
            assertInstanceOf(StreamReset.class, proxy.broke());
            assertTrue(client.send("POST /refuse HTTP/1.1\r\nHost: shop\r\n\r\n")
                    .answer()
                    .startsWith("HTTP/1.1 503 "));
            assertEquals(2, proxy.told().attempts());
            assertInstanceOf(StreamReset.class, proxy.broke());
        }
    }

    @Test
    void anEndpointThatSpeaksHttp1AloneFailsBeforeAnythingWasSent() throws Exception {
        try (Backend backend = new Backend(Backend.always("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            String answer = client.send("GET /x HTTP/1.1\r\nHost: shop\r\n\r\n").answer();
            assertTrue(answer.endsWith("upstream: closed before it had agreed on HTTP/2\n"), answer);
        }
    }

    @Test
    void whatAnEndpointThatLeavesDidNotSeeGoesToAnotherConnection() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (Backend backend = new Backend(with -> {
                    boolean first = connections.incrementAndGet() == 1;
                    with.say(text(Frames.frame(Frames.SETTINGS, 0, 0, new byte[0])));
                    for (int i = 0; i < 24; i++) {
                        with.read();
                    }
                    int stream = awaitHead(with);
                    if (first) {
                        with.say(text(Frames.frame(Frames.GOAWAY, 0, 0, new byte[8])));
                    } else {
                        int whole = Frames.END_HEADERS | Frames.END_STREAM;
                        byte[] status = {(byte) 0x88}; // of HPACK's own table: 200
                        with.say(text(Frames.frame(Frames.HEADERS, whole, stream, status)));
                    }
                    while (with.read() >= 0) {
                        // until the proxy closes
                    }
                });
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.send("POST /x HTTP/1.1\r\nHost: shop\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 200 "));
            assertEquals(2, backend.connections());
            assertEquals(1, proxy.told().attempts());
        }
    }

    /** Reads frames up to the head of a request; its stream. */
    private static int awaitHead(Backend.Conversation with) throws IOException {
        while (true) {
            int length = with.read() << 16 | with.read() << 8 | with.read();
            int type = with.read();
            with.read();
            int stream = with.read() << 24 | with.read() << 16 | with.read() << 8 | with.read();
            for (int i = 0; i < length; i++) {
                with.read();
            }
            if (type == Frames.HEADERS || stream < 0) {
                return stream;
            }
        }
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    // ---- HTTP/2 to HTTP/1.1

    @Test
    void aStreamGoesToAnEndpointOfHttp1() throws Exception {
        try (Backend backend = new Backend(Backend.always("HTTP/1.1 200 OK\r\nX-Mixed: Case\r\nConnection: x-hop\r\n"
                        + "X-Hop: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: t\r\n\r\n"));
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, backend.address());
            client.headers(
                    1,
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":authority",
                    "shop",
                    ":path",
                    "/x?y",
                    "cookie",
                    "a=b",
                    "x-one",
                    "1",
                    "cookie",
                    "c=d");
            client.send(Frames.DATA, 0, 1, "hello".getBytes(StandardCharsets.US_ASCII));
            client.send(Frames.DATA, Frames.END_STREAM, 1, "there".getBytes(StandardCharsets.US_ASCII));
            Http2Headers head = client.fields(client.await(Frames.HEADERS));
            assertEquals("200", head.status().toString());
            assertEquals("Case", head.get("x-mixed").toString());
            assertNull(head.get("transfer-encoding"));
            assertNull(head.get("x-hop"));
            assertEquals("ok", new String(client.await(Frames.DATA).payload(), StandardCharsets.US_ASCII));
            Frames.Frame last = client.await(Frames.HEADERS);
            assertTrue(last.end());
            assertEquals("t", client.fields(last).get("x-trailer").toString());
            String sent = backend.received();
            assertTrue(sent.startsWith("POST /x?y HTTP/1.1\r\nhost: shop\r\nx-one: 1\r\ncookie: a=b; c=d\r\n"), sent);
            assertTrue(sent.endsWith("\r\n\r\n5\r\nhello\r\n5\r\nthere\r\n0\r\n\r\n"), sent);
        }
    }

    @Test
    void aLengthIsKeptAndTrailersBecomeThoseOfChunks() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("ok")));
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, backend.address());
            client.headers(
                    1,
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":authority",
                    "shop",
                    ":path",
                    "/x",
                    "content-length",
                    "5");
            client.send(Frames.DATA, Frames.END_STREAM, 1, "hello".getBytes(StandardCharsets.US_ASCII));
            assertEquals("ok", body(client));
            assertTrue(backend.received().endsWith("\r\n\r\nhello"), backend.received());
        }
        try (Backend backend = new Backend(with -> {
                    StringBuilder all = new StringBuilder();
                    while (all.indexOf("x-trailer: t\r\n\r\n") < 0) {
                        all.append((char) with.read());
                    }
                    with.say(Backend.ok("ok"));
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, backend.address());
            client.headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x");
            client.send(Frames.DATA, 0, 1, "hello".getBytes(StandardCharsets.US_ASCII));
            client.headers(1, true, "x-trailer", "t");
            assertEquals("ok", body(client));
            assertTrue(backend.received().endsWith("\r\n\r\n5\r\nhello\r\n0\r\nx-trailer: t\r\n\r\n"));
        }
    }

    @Test
    void anAnswerUpToTheEndOfItsConnectionEndsItsStream() throws Exception {
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\n\r\nto the end");
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, backend.address());
            client.get(1);
            assertEquals("to the end", body(client));
        }
    }

    @Test
    void anAnswerThatBreaksOffResetsItsStreamAlone() throws Exception {
        try (Backend backend = new Backend(with -> {
                    if (with.request().contains(" /x ")) {
                        with.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    } else {
                        with.say(Backend.ok("whole"));
                    }
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, backend.address());
            client.get(1);
            assertEquals(2, client.await(Frames.RST_STREAM).number(), "INTERNAL_ERROR");
            client.headers(3, true, ":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/y");
            assertEquals("whole", body(client));
        }
    }

    @Test
    void anEndpointIsHeldBackByAStreamThatDoesNotRead() throws Exception {
        int octets = 50_000_000;
        Semaphore writing = new Semaphore(0);
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\nContent-Length: " + octets + "\r\n\r\n");
                    String part = "x".repeat(100_000);
                    for (int i = 0; i < octets / 100_000; i++) {
                        with.say(part);
                        writing.release();
                    }
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, backend.address());
            client.get(1);
            client.await(Frames.DATA);
            // The stream's window is used up and stays so; others are served beside it.
            assertFalse(writing.tryAcquire(400, 1, TimeUnit.SECONDS), "40 MB have gone to nobody");
            client.send(Frames.WINDOW_UPDATE, 0, 0, Frames.number(octets));
            client.send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(octets));
            long read = 0;
            for (Frames.Frame frame = client.read(); !frame.end(); frame = client.read()) {
                read += frame.type() == Frames.DATA ? frame.payload().length : 0;
            }
            assertTrue(read > 49_900_000, read + " bytes");
        }
    }

    @Test
    void aHeadHasNoBodyAndAnEmptyOneIsOne() throws Exception {
        try (Backend backend = new Backend(with -> {
                    while (with.request() != null) {
                        with.say("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
                    }
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, backend.address());
            client.headers(1, true, ":method", "HEAD", ":scheme", "http", ":authority", "shop", ":path", "/x");
            Frames.Frame head = client.await(Frames.HEADERS);
            assertTrue(head.end());
            assertEquals("7", client.fields(head).get("content-length").toString());
        }
    }

    @Test
    void anEarlyAnswerEndsAStreamThatIsStillSent() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            client.headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/early");
            Frames.Frame head = client.await(Frames.HEADERS);
            assertEquals("413", client.fields(head).status().toString());
            assertEquals(0, client.await(Frames.RST_STREAM).number(), "NO_ERROR");
            client.headers(3, true, ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x");
            assertEquals("", body(client));
        }
    }

    @Test
    void aResetIsToGrpcWhatItsNumberSays() throws Exception {
        try (Http2Backend backend = new Http2Backend();
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            String[] grpc = {
                ":method",
                "POST",
                ":scheme",
                "http",
                ":authority",
                "shop",
                ":path",
                "/reset",
                "te",
                "trailers",
                "content-type",
                "application/grpc"
            };
            client.headers(1, true, grpc);
            Frames.Frame answer = client.await(Frames.HEADERS);
            assertTrue(answer.end());
            Http2Headers head = client.fields(answer);
            assertEquals("200", head.status().toString());
            assertEquals("13", head.get("grpc-status").toString());
            assertEquals(
                    "upstream: reset: INTERNAL_ERROR", head.get("grpc-message").toString());
            grpc[7] = "/refuse";
            client.headers(3, true, grpc);
            assertEquals(
                    "14",
                    client.fields(client.await(Frames.HEADERS))
                            .get("grpc-status")
                            .toString());
        }
    }

    // ---- who speaks what

    @Test
    void aHostThatNobodyKnowsIsSaidOnTheStream() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID);
            client.headers(1, true, ":method", "GET", ":scheme", "http", ":authority", "other", ":path", "/x");
            Http2Headers head = client.fields(client.await(Frames.HEADERS));
            assertEquals("404", head.status().toString());
            assertEquals("NR: other is not a service of the mesh\n", body(client));
        }
    }

    @Test
    void aPrefaceThatComesByteByByteIsOneAndOtherBeginningsAreHttp1() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("ok")))) {
            proxy.publish(Protocol.UNSAID, backend.address());
            for (String method : new String[] {"PUT", "PATCH", "PR", "GET"}) {
                try (Client client = new Client(proxy.address())) {
                    for (char octet : (method + " /x HTTP/1.1\r\nHost: shop\r\n\r\n").toCharArray()) {
                        client.send(String.valueOf(octet));
                    }
                    assertTrue(client.answer().endsWith("ok"), method);
                }
            }
            try (Client client = new Client(proxy.address())) {
                for (char octet : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".toCharArray()) {
                    client.send(String.valueOf(octet));
                }
                assertEquals(Frames.SETTINGS, client.read(9).charAt(3));
            }
        }
    }

    @Test
    void theJdksClientIsServedWithoutItsUpgrade() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("ok")))) {
            proxy.publish(Protocol.UNSAID, backend.address());
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_2)
                    .proxy(ProxySelector.of(proxy.address()))
                    .build();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://shop/x")).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals("ok", answer.body());
            assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
        }
    }

    @Test
    void curlWithPriorKnowledgeIsServed() throws Exception {
        Tools.need("curl");
        try (Backend backend = new Backend(Backend.always(Backend.ok("hello curl")))) {
            proxy.publish(Protocol.UNSAID, backend.address());
            String said = Tools.run(List.of(
                    "curl",
                    "-s",
                    "--http2-prior-knowledge",
                    "-w",
                    " over %{http_version}",
                    "--connect-to",
                    "shop:80:127.0.0.1:" + proxy.address().getPort(),
                    "--data",
                    "some form",
                    "http://shop/x"));
            assertEquals("hello curl over 2", said);
            assertTrue(backend.received().endsWith("some form"), backend.received());
        }
    }

    @Test
    void anEndpointThatNobodyListensOnIsAFailureInWords() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.HTTP2, Ports.nobody());
            client.get(1);
            assertEquals(
                    "503", client.fields(client.await(Frames.HEADERS)).status().toString());
            assertTrue(body(client).startsWith("upstream: "));
        }
    }
}
