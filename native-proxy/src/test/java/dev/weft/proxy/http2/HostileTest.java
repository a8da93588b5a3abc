package dev.weft.proxy.http2;

import static dev.weft.proxy.http2.Frames.ENHANCE_YOUR_CALM;
import static dev.weft.proxy.http2.Frames.FLOW_CONTROL_ERROR;
import static dev.weft.proxy.http2.Frames.PROTOCOL_ERROR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Protocol;
import dev.weft.proxy.Backend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that mean harm, frame by frame. After each of them, another one is served. */
class HostileTest {
    private static final int MANY = 20_000;
    private static final int STREAMS = 4_000;

    private Served proxy;
    private Backend backend;

    @BeforeEach
    void start() throws Exception {
        proxy = new Served();
        backend = new Backend(Backend.always(Backend.ok("fine")));
        proxy.publish(Protocol.UNSAID, backend.address());
    }

    @AfterEach
    void anotherIsServed() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            client.get(1);
            assertEquals("200", status(client, client.await(Frames.HEADERS)));
        }
        backend.close();
        proxy.close();
    }

    private static String status(Frames client, Frames.Frame frame) throws Exception {
        return client.fields(frame).status().toString();
    }

    private interface Flood {
        void send() throws IOException;
    }

    /** Lets it come, and reads what is answered meanwhile; how the connection ends. */
    private static int endOf(Frames client, Flood flood) {
        CompletableFuture<Integer> end = CompletableFuture.supplyAsync(client::end);
        try {
            flood.send();
            client.askWhetherStillThere();
        } catch (IOException enough) {
            return end.join();
        }
        return end.join();
    }

    /** Sends the same again and again until the other side has had enough; how the connection ends. */
    private static int flood(Frames client, int times, byte[] octets) {
        byte[] many = new byte[octets.length * 100];
        for (int i = 0; i < 100; i++) {
            System.arraycopy(octets, 0, many, i * octets.length, octets.length);
        }
        return endOf(client, () -> {
            for (int i = 0; i < times / 100; i++) {
                client.write(many);
            }
        });
    }

    /** Whether it was told why, or its last bytes were lost with the reset of a connection that it still wrote to. */
    private static void assertCalmed(int error) {
        assertTrue(error == ENHANCE_YOUR_CALM || error == -1, "error " + error);
    }

    private void assertOutOfPatience(int error) {
        assertCalmed(error);
        assertEquals(1, proxy.traffic.floods.sum());
    }

    @Test
    void streamsThatAreResetAtOnceEndTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            assertOutOfPatience(endOf(client, () -> {
                for (int stream = 1; stream < STREAMS; stream += 2) {
                    client.get(stream).send(Frames.RST_STREAM, 0, stream, Frames.number(8));
                }
            }));
            assertTrue(backend.connections() < 1000, "the backend got " + backend.connections() + " connections");
        }
    }

    @Test
    void streamsThatMakeUsResetThemEndTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            assertOutOfPatience(endOf(client, () -> {
                for (int stream = 1; stream < STREAMS; stream += 2) {
                    client.get(stream).send(Frames.WINDOW_UPDATE, 0, stream, Frames.number(0));
                }
            }));
        }
    }

    @Test
    void aFloodOfSettingsEndsTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            assertOutOfPatience(flood(client, MANY, Frames.frame(Frames.SETTINGS, 0, 0, new byte[0])));
        }
    }

    @Test
    void aFloodOfPingsEndsTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            assertOutOfPatience(flood(client, MANY, Frames.frame(Frames.PING, 0, 0, new byte[8])));
        }
    }

    @Test
    void aFloodOfPrioritiesEndsTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            assertOutOfPatience(flood(client, MANY, Frames.frame(Frames.PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 16})));
        }
    }

    @Test
    void aWindowThatGrowsByLittleForEverEndsTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            assertOutOfPatience(flood(client, MANY, Frames.frame(Frames.WINDOW_UPDATE, 0, 0, Frames.number(1))));
        }
    }

    @Test
    void dataWithoutDataEndsTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            client.headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x");
            assertCalmed(flood(client, MANY, Frames.frame(Frames.DATA, 0, 1, new byte[0])));
        }
    }

    @Test
    void aHeadWithoutEndEndsTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            client.send(Frames.HEADERS, 0, 1, client.block(":method", "GET"));
            assertCalmed(flood(client, MANY, Frames.frame(Frames.CONTINUATION, 0, 1, new byte[0])));
        }
    }

    @Test
    void aHeadOfAMillionFieldsEndsTheConnection() throws Exception {
        byte[] fields = new byte[5 * 3_200];
        byte[] one = {0, 1, 'x', 1, 'y'}; // not to be remembered (RFC 7541, section 6.2.2)
        for (int i = 0; i < fields.length; i++) {
            fields[i] = one[i % one.length];
        }
        try (Frames client = new Frames(proxy.address())) {
            int error = endOf(client, () -> {
                client.send(Frames.HEADERS, 0, 1, client.block(":method", "GET"));
                for (int i = 0; i < 1_000_000 / 3_200; i++) {
                    client.send(Frames.CONTINUATION, 0, 1, fields);
                }
                client.send(Frames.CONTINUATION, Frames.END_HEADERS, 1, new byte[0]);
            });
            assertTrue(error == PROTOCOL_ERROR || error == -1, "error " + error);
        }
        assertEquals("", backend.received());
    }

    @Test
    void aLargeHeadIsRefusedAndABombEndsTheConnection() throws Exception {
        String large = "x".repeat(3_900);
        try (Frames client = new Frames(proxy.address())) {
            // One large field goes into the table, and is named again and again by one byte each.
            byte[] first = client.block(
                    ":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/x", "x-large", large);
            byte[] again = client.block("x-large", large);
            assertEquals(1, again.length, "the field is in the table");
            ByteBuffer bomb = ByteBuffer.allocate(first.length + 10_000).put(first);
            for (int i = 0; i < 10_000; i++) {
                bomb.put(again);
            }
            client.send(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 1, bomb.array());
            Frames.Frame answer = client.read();
            while (answer.type() != Frames.HEADERS && answer.type() != Frames.GOAWAY && answer.type() >= 0) {
                answer = client.read();
            }
            assertTrue(
                    answer.type() == Frames.GOAWAY || status(client, answer).equals("431"),
                    "frame of type " + answer.type());
        }
        assertEquals("", backend.received());
    }

    @Test
    void aWindowThatOverflowsEndsTheConnection() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            client.send(Frames.WINDOW_UPDATE, 0, 0, Frames.number(Integer.MAX_VALUE));
            assertEquals(FLOW_CONTROL_ERROR, client.end());
        }
    }

    @Test
    void whoSendsMoreThanItsWindowIsStopped() throws Exception {
        Semaphore over = new Semaphore(0);
        try (Backend deaf = new Backend(with -> {
                    with.read();
                    over.acquireUninterruptibly();
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, deaf.address());
            client.headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x");
            // Its stream is reset (FLOW_CONTROL_ERROR), and then what it sends on is too much.
            assertOutOfPatience(flood(client, 5_000, Frames.frame(Frames.DATA, 0, 1, new byte[16_384])));
            over.release();
            proxy.publish(Protocol.UNSAID, backend.address());
        }
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws Exception {
        try (Backend mute = new Backend(with -> {
                    while (with.request() != null) {
                        // never answers
                    }
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.UNSAID, mute.address());
            for (int i = 0; i <= Http2Limits.DEFAULT.streams(); i++) {
                client.get(2 * i + 1);
            }
            Frames.Frame refused = client.await(Frames.RST_STREAM);
            assertEquals(2 * Http2Limits.DEFAULT.streams() + 1, refused.stream());
            assertEquals(7, refused.number(), "REFUSED_STREAM");
            proxy.publish(Protocol.UNSAID, backend.address());
        }
    }

    private void assertMalformed(String... fields) throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            client.headers(1, true, fields);
            Frames.Frame end = client.read();
            while (end.type() != Frames.RST_STREAM && end.type() != Frames.HEADERS && end.type() >= 0) {
                assertNotEquals(Frames.GOAWAY, end.type());
                end = client.read();
            }
            if (end.type() == Frames.HEADERS) {
                assertEquals('4', client.fields(end).status().charAt(0), String.join(" ", fields));
            } else {
                assertEquals(Frames.RST_STREAM, end.type(), String.join(" ", fields));
                assertEquals(Frames.PROTOCOL_ERROR, end.number());
            }
        }
        assertEquals("", backend.received(), String.join(" ", fields));
    }

    private static String[] with(String... more) {
        String[] all = new String[8 + more.length];
        String[] usual = {":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/x"};
        System.arraycopy(usual, 0, all, 0, 8);
        System.arraycopy(more, 0, all, 8, more.length);
        return all;
    }

    @Test
    void headsThatCouldBeReadDifferentlyReachNobody() throws Exception {
        assertMalformed(with("X-Upper", "a"));
        assertMalformed(with("x-lines", "a\r\nx-more: b"));
        assertMalformed(with("x-lines", "a\nx-more: b"));
        assertMalformed(with("x-nul", "a\0b"));
        assertMalformed(with("x-name: a\r\nx-more", "b"));
        assertMalformed(with("x:name", "b"));
        assertMalformed(with("x name", "b"));
        assertMalformed(with("", "b"));
        assertMalformed(with("x-space", " b"));
        assertMalformed(with("connection", "close"));
        assertMalformed(with("transfer-encoding", "chunked"));
        assertMalformed(with("upgrade", "websocket"));
        assertMalformed(with("te", "gzip"));
        assertMalformed(with("host", "other"));
        assertMalformed(with("content-length", "5"));
        assertMalformed(with("content-length", "+0"));
        assertMalformed(with(":path", "/y"));
        assertMalformed(":method", "GET", ":scheme", "http", ":authority", "shop");
        assertMalformed(":method", "GET", ":scheme", "http", ":path", "/x");
        assertMalformed(":method", "GET", ":authority", "shop", ":path", "/x");
        assertMalformed(":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "http://shop/x");
        assertMalformed(":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/x y");
        assertMalformed(":method", "GET /y HTTP/1.1\r\n", ":scheme", "http", ":authority", "shop", ":path", "/x");
        assertMalformed(":method", "GET", ":scheme", "http", ":authority", "me@shop", ":path", "/x");
        assertMalformed(":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/x", ":other", "x");
        assertMalformed(":method", "CONNECT", ":authority", "shop:80");
        assertMalformed(":method", "TRACE", ":scheme", "http", ":authority", "shop", ":path", "/x");
    }

    @Test
    void aBodyOfAnotherLengthThanSaidIsNeverWhole() throws Exception {
        for (String part : new String[] {"1234", "123456"}) {
            try (Frames client = new Frames(proxy.address())) {
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
                client.send(Frames.DATA, Frames.END_STREAM, 1, part.getBytes(StandardCharsets.US_ASCII));
                assertEquals(
                        Frames.PROTOCOL_ERROR, client.await(Frames.RST_STREAM).number());
            }
        }
        assertTrue(!backend.received().contains("12345"), backend.received());
    }
}
