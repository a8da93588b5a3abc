package dev.weft.adapters.urlconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.CacheRequest;
import java.net.CacheResponse;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.ResponseCache;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.Test;

/** One object is the request, the connection and the answer, and its methods come in many orders. */
final class UrlConnectionOrdersTest extends Rigged {
    @Test
    void whicheverMethodAsksFirstMakesTheCallAndTheOthersReadWhatCameOfIt() throws Exception {
        try (var well =
                Peer.plain((request, out) -> out.header("X-Says", "well").text(200, "well"))) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), well.endpoint()).retrying()));
            for (int i = 0; i < 2; i++) {
                HttpURLConnection connection = open(ORDERS);
                connection.connect();
                connection.connect();
                assertEquals("well", connection.getHeaderField("x-says"));
                assertEquals(200, connection.getResponseCode());
                assertEquals("Said", connection.getResponseMessage());
                assertEquals(List.of("well"), connection.getHeaderFields().get("X-Says"));
                assertEquals(4, connection.getContentLength());
                InputStream body = connection.getInputStream();
                assertSame(body, connection.getInputStream());
                assertNull(connection.getErrorStream());
                assertEquals("well", text(body));
                assertEquals(200, connection.getResponseCode());
            }
            assertEquals(2, well.received().size());
            rig.awaitFinished(2);
        }
        rig.assertHealthy();
    }

    @Test
    void anErrorIsThrownOnceMoreToWhoeverAsksAndItsBodyCanBeRead() throws Exception {
        try (var peer = Peer.plain((request, out) -> out.text(request.target().equals("/gone") ? 404 : 503, "sorry"))) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying()));
            HttpURLConnection gone = open(ORDERS + "gone");
            assertThrows(FileNotFoundException.class, gone::getInputStream);
            assertThrows(FileNotFoundException.class, gone::getInputStream);
            assertEquals(404, gone.getResponseCode());
            assertEquals("sorry", text(gone.getErrorStream()));
            assertEquals(1, peer.received().size());

            HttpURLConnection busy = open(ORDERS);
            assertEquals(503, busy.getResponseCode());
            assertEquals("sorry", text(busy.getErrorStream()));
            assertEquals(4, peer.received().size());
            rig.awaitFinished(2);
        }
        rig.assertHealthy();
    }

    @Test
    void aFailureIsRememberedAndNotTriedAgainByTheNextMethod() throws Exception {
        rig.publish(Rules.snapshot(Rules.of(Peer.dead())));
        HttpURLConnection connection = open(ORDERS);
        assertThrows(ConnectException.class, connection::getResponseCode);
        assertThrows(ConnectException.class, connection::getInputStream);
        assertNull(connection.getHeaderField("x-says"));
        assertEquals(-1, connection.getContentLength());
        rig.awaitFinished(1);

        rig.publish(Rules.snapshot(Rules.of()));
        HttpURLConnection refused = open(ORDERS);
        assertThrows(ConnectException.class, refused::getInputStream);
        assertThrows(ConnectException.class, refused::getInputStream);
        rig.assertHealthy();
    }

    @Test
    void aBufferedBodyMayBeAskedForAnyNumberOfTimesAndIsSentOnce() throws Exception {
        try (var peer = Peer.plain((request, out) -> out.text(200, request.method() + " " + request.text()))) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), peer.endpoint()).retrying()));
            for (int i = 0; i < 2; i++) {
                HttpURLConnection connection = open(ORDERS);
                assertThrows(ProtocolException.class, connection::getOutputStream);
                connection = open(ORDERS);
                connection.setDoOutput(true);
                OutputStream out = connection.getOutputStream();
                assertSame(out, connection.getOutputStream());
                connection.connect();
                out.write("one ".getBytes(StandardCharsets.UTF_8));
                connection.getOutputStream().write("two".getBytes(StandardCharsets.UTF_8));
                assertEquals("POST one two", text(connection.getInputStream()));
                assertThrows(ProtocolException.class, connection::getOutputStream);
            }
            assertEquals(2, peer.received().size());
        }
        rig.assertHealthy();
    }

    @Test
    void aStreamedBodyIsSentOnceAndTheRecordOfTheCallKnowsItsStatus() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, request.method() + " " + request.text()))) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), sick.endpoint()).retryingAll()));
            for (int i = 1; i <= 4; i++) {
                HttpURLConnection connection = open(ORDERS);
                connection.setDoOutput(true);
                connection.setFixedLengthStreamingMode(3);
                connection.connect();
                try (OutputStream out = connection.getOutputStream()) {
                    out.write("one".getBytes(StandardCharsets.UTF_8));
                }
                assertEquals(503, connection.getResponseCode());
                assertEquals("POST one", text(connection.getErrorStream()));
                rig.awaitFinished(i);
                var attempts = rig.finished().get(i - 1).attempts();
                var end = attempts.get(attempts.size() - 1).end();
                assertNotNull(end);
                assertEquals(503, end.code());
            }
            assertEquals(4, sick.received().size());
        }
        rig.assertHealthy();
    }

    @Test
    void aStreamedBodyIsAnsweredByARuleToo() throws Exception {
        try (var peer = Peer.saying("never asked")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).answering(418, "no coffee")));
            HttpURLConnection connection = open(ORDERS);
            connection.setDoOutput(true);
            connection.setChunkedStreamingMode(0);
            try (OutputStream out = connection.getOutputStream()) {
                out.write("one".getBytes(StandardCharsets.UTF_8));
            }
            assertEquals(418, connection.getResponseCode());
            assertEquals("no coffee", text(connection.getErrorStream()));
            assertEquals(0, peer.accepted());
            rig.awaitFinished(1);
        }
        rig.assertHealthy();
    }

    @Test
    void theTlsSessionCanBeSeenAfterConnectingAndBelongsToTheConnectionThatIsUsed() throws Exception {
        var trusting = Papers.context(null, Papers.SHOP).getSocketFactory();
        try (var peer = Peer.tls(Papers.context(Papers.SHOP), false, (request, out) -> out.text(200, "safe"))) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), peer.endpoint()).retrying()));
            for (int i = 0; i < 2; i++) {
                var connection = (HttpsURLConnection) open("https://" + Rig.NAME + "/");
                connection.setSSLSocketFactory(trusting);
                assertThrows(IllegalStateException.class, connection::getCipherSuite);
                connection.connect();
                assertEquals(1, connection.getServerCertificates().length);
                assertNotNull(connection.getCipherSuite());
                assertTrue(connection.getSSLSession().isPresent());
                assertEquals("safe", text(connection.getInputStream()));
            }
            rig.awaitFinished(2);
            assertEquals(2, peer.received().size());
            assertEquals(1, peer.accepted(), "connections are kept");
        }
        rig.assertHealthy();
    }

    @Test
    void whatTheApplicationsOwnCacheHasIsNotAskedOfAnyPeer() throws Exception {
        ResponseCache.setDefault(new Cached("from the cache"));
        try (var peer = Peer.saying("from the peer")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            HttpURLConnection connection = open(ORDERS);
            assertEquals(200, connection.getResponseCode());
            assertEquals("yes", connection.getHeaderField("x-cached"));
            assertEquals("from the cache", text(connection.getInputStream()));
            assertEquals(0, peer.received().size());
            rig.awaitFinished(1);
        } finally {
            ResponseCache.setDefault(null);
        }
        rig.assertHealthy();
    }

    /** A cache that has everything. */
    private static final class Cached extends ResponseCache {
        private final String text;

        Cached(String text) {
            this.text = text;
        }

        @Override
        public CacheResponse get(URI uri, String method, Map<String, List<String>> headers) {
            Map<String, List<String>> said = new HashMap<>();
            said.put(null, List.of("HTTP/1.1 200 OK"));
            said.put("X-Cached", List.of("yes"));
            return new CacheResponse() {
                @Override
                public Map<String, List<String>> getHeaders() {
                    return said;
                }

                @Override
                public InputStream getBody() {
                    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
                }
            };
        }

        @Override
        public CacheRequest put(URI uri, URLConnection connection) {
            throw new AssertionError("nothing came from a peer");
        }
    }

    @Test
    void disconnectingClosesTheIdleConnection() throws Exception {
        try (var peer = Peer.saying("hi")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            HttpURLConnection connection = open(ORDERS);
            byte[] two = new byte[2];
            assertEquals(2, connection.getInputStream().readNBytes(two, 0, 2));
            connection.disconnect();
            Rig.await("the connection is closed", () -> peer.open() == 0);
            rig.awaitFinished(1);
        }
        rig.assertHealthy();
    }

    @Test
    void headAndEmptyAnswersAreOverAtOnce() throws Exception {
        try (var peer = Peer.plain((request, out) -> out.text(204, ""))) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            HttpURLConnection head = open(ORDERS);
            head.setRequestMethod("HEAD");
            assertEquals(204, head.getResponseCode());
            rig.awaitFinished(1);
            assertEquals(204, open(ORDERS).getResponseCode());
            rig.awaitFinished(2);
            assertEquals(1, peer.accepted());
        }
        rig.assertHealthy();
    }

    @Test
    void aCallWhoseBodyIsDroppedIsOverWhenTheCollectorHasFoundIt() throws Exception {
        try (var peer = Peer.plain((request, out) -> {
            try (OutputStream body = out.open(200)) {
                body.write("never read".getBytes(StandardCharsets.UTF_8));
            }
        })) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            dropped();
            // What was dropped is found when the next call is made; that one is read.
            for (int nudges = 1; rig.finished().size() < 4 + nudges - 1; nudges++) {
                assertTrue(nudges < 1000, "calls that were dropped are never over");
                System.gc();
                text(open(ORDERS).getInputStream());
            }
        }
        rig.assertHealthy();
    }

    private static void dropped() throws IOException {
        for (int i = 0; i < 2; i++) {
            HttpURLConnection status = open(ORDERS);
            assertEquals(200, status.getResponseCode());
            HttpURLConnection streamed = open(ORDERS);
            streamed.setDoOutput(true);
            streamed.setChunkedStreamingMode(0);
            streamed.getOutputStream().write(1);
        }
    }
}
