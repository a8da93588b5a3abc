package dev.weft.adapters.urlconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.ProtocolException;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.Test;

/** Where requests go when something is in the way: redirects, credentials, old connections, limits, missing hooks. */
final class UrlConnectionPlacesTest extends Rigged {
    private static String post(String url) throws IOException {
        HttpURLConnection connection = open(url);
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write("order".getBytes(StandardCharsets.UTF_8));
        }
        return text(connection.getInputStream());
    }

    @Test
    void aPostThatIsRedirectedElsewhereBecomesAGetThereAndItsSecretsStay() throws Exception {
        try (var users = Peer.plain((request, out) -> out.text(200, request.method() + " " + request.target()));
                var orders = Peer.plain((request, out) ->
                        out.header("Location", "http://users.weft.test/them").text(302, "gone"))) {
            rig.publish(Rules.snapshot(
                    Rules.of(orders.endpoint()),
                    Rules.named("users.weft.test", Peer.dead(), users.endpoint())
                            .retrying()));
            for (int i = 0; i < 4; i++) {
                HttpURLConnection connection = open(ORDERS);
                connection.setRequestProperty("X-App", "kept");
                connection.setDoOutput(true);
                connection.getOutputStream().write(1);
                assertEquals("GET /them", text(connection.getInputStream()));
                assertEquals("users.weft.test", connection.getURL().getHost());
                assertEquals(200, connection.getResponseCode());
            }
            assertEquals(4, users.received().size());
            assertEquals("users.weft.test", users.received().get(0).header("host"));
            assertNull(users.received().get(0).header("content-length"));

            HttpURLConnection get = open(ORDERS);
            get.setRequestProperty("X-App", "kept");
            get.setRequestProperty("Authorization", "secret");
            assertEquals("GET /them", text(get.getInputStream()));
            var got = users.received().get(4);
            assertEquals("kept", got.header("x-app"));
            assertEquals(List.of("users.weft.test"), got.headers().get("host"));
            assertEquals(1, got.headers().get("traceparent").size());
        }
        rig.assertHealthy();
    }

    @Test
    void redirectsInACircleEndAsTheLibraryEndsThem() throws Exception {
        try (var users = Peer.plain(
                        (request, out) -> out.header("Location", ORDERS).text(302, "gone"));
                var orders = Peer.plain((request, out) ->
                        out.header("Location", "http://users.weft.test/").text(302, "gone"))) {
            rig.publish(Rules.snapshot(Rules.of(orders.endpoint()), Rules.named("users.weft.test", users.endpoint())));
            var thrown =
                    assertThrows(ProtocolException.class, () -> open(ORDERS).getInputStream());
            assertTrue(String.valueOf(thrown.getMessage()).contains("redirected too many times"));
        }
        rig.assertHealthy();
    }

    @Test
    void credentialsAreAskedForByTheLogicalNameAndSentToTheSameEndpoint() throws Exception {
        try (var peer = Peer.plain((request, out) -> {
            if (request.header("authorization") == null) {
                out.header("WWW-Authenticate", "Basic realm=\"shop\"").text(401, "who?");
            } else {
                out.text(200, request.method() + " " + request.text());
            }
        })) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            HttpURLConnection connection = open(ORDERS);
            connection.setAuthenticator(new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    return Rig.NAME.equals(getRequestingHost())
                            ? new PasswordAuthentication("me", "mine".toCharArray())
                            : null;
                }
            });
            connection.setDoOutput(true);
            connection.getOutputStream().write("order".getBytes(StandardCharsets.UTF_8));
            assertEquals("POST order", text(connection.getInputStream()));
            assertEquals(2, peer.received().size());
            assertNotNull(peer.received().get(1).header("traceparent"));
        }
        rig.assertHealthy();
    }

    @Test
    void aPostIsNeitherLostNorSentTwiceWhenItsKeptConnectionIsGone() throws Exception {
        keptIsGone(Peer.saying("stays"), Peer.saying("dies"), Transport.PLAINTEXT);
        rig.reset();
        var workload = Papers.context(Papers.WORKLOAD, Papers.CLIENT);
        keptIsGone(
                Peer.tls(workload, true, (request, out) -> out.text(200, "stays")),
                Peer.tls(workload, true, (request, out) -> out.text(200, "dies")),
                new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of()));
    }

    private void keptIsGone(Peer stays, Peer dies, Transport over) throws Exception {
        try (stays;
                dies) {
            rig.publish(Rules.snapshot(
                    Rules.of(stays.endpoint(), dies.endpoint()).over(over).retrying()));
            for (int i = 0; i < 4; i++) {
                post(ORDERS);
            }
            assertEquals(1, stays.accepted(), "connections are kept");
            dies.close();
            Rig.await("its connections are closed", () -> dies.open() == 0);
            for (int i = 0; i < 4; i++) {
                assertEquals("stays", post(ORDERS));
            }
            assertEquals(6, stays.received().size());
        }
        rig.assertHealthy();
    }

    @Test
    void aPostThatBreaksAfterItWasSentIsNotSentAgainByTheLibrary() throws Exception {
        try (var breaks = Peer.plain((request, out) -> {
            throw new IOException("the peer breaks off");
        })) {
            rig.publish(Rules.snapshot(Rules.of(breaks.endpoint()).retrying()));
            assertThrows(IOException.class, () -> post(ORDERS));
            assertEquals(1, breaks.received().size());
            rig.awaitFinished(1);
        }
        rig.assertHealthy();
    }

    @Test
    void theLimitOfATryIsKeptOverTheApplicationsOwnTls() throws Exception {
        var first = new AtomicBoolean(true);
        Peer.Script script = (request, out) -> {
            if (first.getAndSet(false)) {
                out.hang();
            } else {
                out.text(200, "at last");
            }
        };
        var shop = Papers.context(Papers.SHOP);
        try (var prompt = Peer.tls(
                        shop,
                        false,
                        (request, out) -> out.header("Connection", "close").text(200, "prompt"));
                var one = Peer.tls(shop, false, script);
                var other = Peer.tls(shop, false, script)) {
            rig.publish(Rules.snapshot(Rules.of(prompt.endpoint())));
            Duration limit = Rig.ample(Duration.ofSeconds(1), UrlConnectionPlacesTest::secured);
            rig.publish(
                    Rules.snapshot(Rules.of(one.endpoint(), other.endpoint()).retryingAfter(limit)));
            assertEquals("at last", secured());
            assertEquals(1, one.received().size());
            assertEquals(1, other.received().size());
            Rig.await("one connection is left", () -> one.open() + other.open() == 1);
        }
        rig.assertHealthy();
    }

    private static String secured() throws IOException {
        var connection = (HttpsURLConnection) open("https://" + Rig.NAME + "/");
        connection.setSSLSocketFactory(Papers.context(null, Papers.SHOP).getSocketFactory());
        return text(connection.getInputStream());
    }

    @Test
    void theRoutesTimeLimitBreaksOffABodyThatTakesLonger() throws Exception {
        var never = new CountDownLatch(1);
        try (var prompt = Peer.saying("prompt");
                var peer = Peer.plain((request, out) -> {
                    try (var body = out.open(200)) {
                        body.write('.');
                        body.flush();
                        never.await(90, TimeUnit.SECONDS);
                    }
                })) {
            rig.publish(Rules.snapshot(Rules.of(prompt.endpoint())));
            Duration limit =
                    Rig.ample(Duration.ofMillis(500), () -> text(open(ORDERS).getInputStream()));
            rig.reset();
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).within(limit)));
            InputStream body = open(ORDERS).getInputStream();
            assertThrows(IOException.class, body::readAllBytes);
            rig.awaitFinished(1);

            // Also where nobody is reading when the time is over.
            InputStream later = open(ORDERS).getInputStream();
            assertEquals('.', later.read());
            long since = System.nanoTime();
            Rig.await("the limit has passed", () -> System.nanoTime() - since > limit.toNanos() * 3 / 2);
            assertThrows(SocketTimeoutException.class, later::read);
            rig.awaitFinished(2);
        } finally {
            never.countDown();
        }
        rig.assertHealthy();
    }

    @Test
    void theProxyOfTheJvmsSettingsDecidesWhereCallsGo() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        try (var proxy = Peer.saying("through the proxy");
                var endpoint = Peer.saying("endpoint")) {
            rig.publish(Rules.snapshot(Rules.of(endpoint.endpoint())));
            ProxySelector.setDefault(ProxySelector.of(proxy.address()));
            HttpURLConnection connection = open(ORDERS + "p");
            connection.connect();
            assertEquals("through the proxy", text(connection.getInputStream()));
            assertEquals("through the proxy", post(ORDERS + "q"));
            assertEquals(ORDERS + "p", proxy.received().get(0).target());
            assertTrue(connection.usingProxy());
            assertEquals(0, endpoint.accepted());
        } finally {
            ProxySelector.setDefault(before);
        }
        rig.assertHealthy();
    }

    @Test
    void theLimitForConnectingIsTheApplicationsOwn() throws Exception {
        try (var slow = Peer.plain((request, out) -> out.hang())) {
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint())));
            HttpURLConnection connection = open(ORDERS);
            connection.setConnectTimeout(20_000);
            connection.setReadTimeout(100);
            assertThrows(SocketTimeoutException.class, connection::getInputStream);
            Rig.await("the request has arrived", () -> slow.received().size() == 1);
            assertEquals(20_000, connection.getConnectTimeout());
            assertEquals(100, connection.getReadTimeout());
        }
        rig.assertHealthy();
    }
}
