package dev.weft.adapters.httpclient5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.contract.LocalMesh;
import dev.weft.contract.Rig;
import dev.weft.contract.Shop;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HopsTest {
    private final LocalMesh mesh = new LocalMesh();
    private final PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();

    @AfterEach
    void nothingBrokeAndNothingLeaked() throws IOException {
        assertEquals(List.of(), mesh.bugs());
        mesh.weaver().assertWoven();
        mesh.close();
        assertEquals(0, pool.getTotalStats().getLeased());
        pool.close();
    }

    private CloseableHttpClient client() {
        return HttpClients.custom().setConnectionManager(pool).build();
    }

    static String text(CloseableHttpClient client, ClassicHttpRequest request) throws IOException {
        return client.execute(request, answer -> answer.getCode() + " " + EntityUtils.toString(answer.getEntity()));
    }

    @Test
    void aDeadEndpointAndABusyOneArePassedOverAndAPostIsReplayedByRule() throws Exception {
        try (var busy = Shop.saying(503, "busy");
                var good = Shop.saying(200, "good")) {
            mesh.knows("orders", Shop.deadPort(), busy.port(), good.port());
            for (int i = 0; i < 6; i++) {
                assertEquals("200 good", text(client(), new HttpGet("http://orders:8080/a?b=" + i)));
            }
            assertEquals("orders:8080", good.hosts().get(0));
        }
    }

    @Test
    void anUndeliveredPostGoesToTheNextEndpointWithItsBody() throws Exception {
        try (var good = Shop.saying(200, "good")) {
            mesh.knows("orders", Shop.deadPort(), good.port());
            for (int i = 0; i < 4; i++) {
                var post = new HttpPost("http://orders/order");
                post.setEntity(new StringEntity("one"));
                assertEquals("200 good", text(client(), post));
            }
            assertEquals(4, good.asked().size());
            assertEquals("POST /order one", good.asked().get(3));
        }
    }

    @Test
    void theLibrariesOwnRetriesAreOffForCallsOfTheMeshOnly() throws Exception {
        try (var busy = Shop.saying(503, "busy")) {
            mesh.knows("orders", busy.port());
            assertEquals("503 busy", text(client(), new HttpGet("http://orders/")));
            int inMesh = busy.asked().size();
            assertEquals("503 busy", text(client(), new HttpGet("http://127.0.0.1:" + busy.port() + "/")));
            assertEquals(3, inMesh);
            assertTrue(busy.asked().size() > 4, "the library retries by itself elsewhere");
        }
    }

    @Test
    void aClientWithoutRetriesIsInTheMeshToo() throws Exception {
        try (var good = Shop.saying(200, "good");
                var client = HttpClients.custom()
                        .disableAutomaticRetries()
                        .setConnectionManager(pool)
                        .setConnectionManagerShared(true)
                        .build()) {
            mesh.knows("orders", Shop.deadPort(), good.port());
            assertEquals("200 good", text(client, new HttpGet("http://orders/")));
            assertEquals("200 good", text(client, new HttpGet("http://orders/")));
        }
    }

    @Test
    void aRedirectToTheSameNameStaysInTheMeshAndOneToAnotherIsLookedUp() throws Exception {
        try (var users = Shop.saying(200, "user");
                var orders = new Shop(exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    exchange.getResponseHeaders().set("Location", path.equals("/a") ? "/b" : "http://users:8080/c");
                    Shop.say(exchange, 302, "");
                })) {
            mesh.knows("orders", orders.port());
            mesh.knows("users", Shop.deadPort(), users.port());
            assertEquals("200 user", text(client(), new HttpGet("http://orders/a")));
            assertEquals("200 user", text(client(), new HttpGet("http://orders/a")));
            assertEquals(List.of("GET /a ", "GET /b ", "GET /a ", "GET /b "), orders.asked());
            assertEquals("users:8080", users.hosts().get(0));
        }
    }

    @Test
    void aRedirectOutOfTheMeshGoesDirect() throws Exception {
        try (var outside = Shop.saying(200, "outside");
                var orders = new Shop(exchange -> {
                    exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + outside.port() + "/x");
                    Shop.say(exchange, 302, "");
                })) {
            mesh.knows("orders", orders.port());
            assertEquals("200 outside", text(client(), new HttpGet("http://orders/a")));
        }
    }

    @Test
    void credentialsAreAskedForByLogicalNameAndTheSecondRequestKeepsTheEdits() throws Exception {
        try (var shop = new Shop(exchange -> {
            if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"shop\"");
                Shop.say(exchange, 401, "who?");
            } else {
                Shop.say(
                        exchange,
                        200,
                        exchange.getRequestHeaders().getFirst("Host") + " "
                                + exchange.getRequestHeaders().getFirst("x-rule") + " "
                                + (exchange.getRequestHeaders().getFirst("traceparent") != null));
            }
        })) {
            var edits = new HeaderEdits(List.of(), List.of(new HeaderEdits.Entry("x-rule", "yes")), List.of());
            mesh.knows("orders", LocalMesh.retries(Long.MAX_VALUE), edits, Transport.PLAINTEXT, shop.port());
            var credentials = new BasicCredentialsProvider();
            credentials.setCredentials(
                    new AuthScope("orders", 8080), new UsernamePasswordCredentials("a", "b".toCharArray()));
            try (var client = HttpClients.custom()
                    .setConnectionManager(pool)
                    .setConnectionManagerShared(true)
                    .setDefaultCredentialsProvider(credentials)
                    .build()) {
                assertEquals("200 orders:8080 yes true", text(client, new HttpGet("http://orders:8080/")));
                assertEquals(2, shop.asked().size());
            }
        }
    }

    @Test
    void aPerTryTimeoutClosesTheAttemptAndLeavesTheRequestUsable() throws Exception {
        var silence = new CountDownLatch(1);
        try (var slow = new Shop(exchange -> {
                    try {
                        silence.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                });
                var good = Shop.saying(200, "good")) {
            mesh.knows("orders", good.port());
            long limit = Rig.ample(Duration.ofSeconds(1), () -> text(client(), new HttpGet("http://orders/")))
                    .toNanos();
            mesh.forgets("orders");
            mesh.knows(
                    "orders",
                    LocalMesh.retries(limit),
                    HeaderEdits.NONE,
                    Transport.PLAINTEXT,
                    slow.port(),
                    good.port());
            for (int i = 0; i < 2; i++) {
                assertEquals("200 good", text(client(), new HttpGet("http://orders/")));
            }
            assertTrue(slow.asked().size() > 0);
            silence.countDown();
        }
    }

    @Test
    void aPerTryTimeoutReachesAnAttemptThatWaitsForAConnection() throws Exception {
        try (var shop = Shop.saying(200, "some text")) {
            pool.setDefaultMaxPerRoute(1);
            long limit = Duration.ofMillis(200).toNanos();
            mesh.knows("orders", shop.port()); // however long the machine takes for the one that is to be answered
            try (var client = client();
                    var holdsTheConnection = client.execute(new HttpGet("http://orders/"))) {
                mesh.knows("orders", LocalMesh.retries(limit), HeaderEdits.NONE, Transport.PLAINTEXT, shop.port());
                var thrown =
                        assertThrows(SocketTimeoutException.class, () -> text(client, new HttpGet("http://orders/")));
                assertTrue(String.valueOf(thrown.getMessage()).contains("orders"), thrown::toString);
                assertEquals(1, shop.asked().size());
                assertEquals("some text", EntityUtils.toString(holdsTheConnection.getEntity()));
                mesh.knows("orders", shop.port());
                assertEquals("200 some text", text(client, new HttpGet("http://orders/")));
            }
        }
    }

    @Test
    void theApplicationCancelsItsRequestAndNothingIsSentAgain() throws Exception {
        var asked = new CountDownLatch(1);
        try (var slow = new Shop(exchange -> {
            asked.countDown();
            exchange.getRequestBody().transferTo(exchange.getResponseBody());
            hang();
        })) {
            mesh.knows("orders", slow.port(), slow.port());
            var get = new HttpGet("http://orders/");
            var canceller = new Thread(() -> {
                try {
                    asked.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
                get.cancel();
            });
            canceller.start();
            assertThrows(IOException.class, () -> text(client(), get));
            canceller.join();
            assertEquals(1, slow.asked().size());
        }
    }

    @Test
    void aCallIsOverWhenItsBodyIsReadClosedOrUnreadable() throws Exception {
        try (var shop = Shop.saying(200, "some text")) {
            mesh.knows("orders", shop.port());
            try (var client = client()) {
                var read = client.execute(new HttpGet("http://orders/"));
                assertEquals(0, mesh.finished().size());
                assertEquals("some text", EntityUtils.toString(read.getEntity()));
                assertEquals(1, mesh.finished().size());
                client.execute(new HttpGet("http://orders/")).close();
                assertEquals(2, mesh.finished().size());
                var written = new ByteArrayOutputStream();
                client.execute(new HttpGet("http://orders/")).getEntity().writeTo(written);
                assertEquals(3, mesh.finished().size());
                assertEquals("some text", written.toString(StandardCharsets.UTF_8));
                var cancelled = new HttpGet("http://orders/");
                assertEquals(200, client.execute(cancelled).getCode());
                assertEquals(3, mesh.finished().size());
                cancelled.cancel();
                assertEquals(4, mesh.finished().size());
            }
        }
    }

    @Test
    void aSmallRefusedAnswerLeavesItsConnectionInThePoolAndALargeOneDoesNot() throws Exception {
        var large = new AtomicBoolean();
        try (var busy = new Shop(exchange -> Shop.say(exchange, 503, large.get() ? "x".repeat(100_000) : "busy"));
                var good = Shop.saying(200, "good")) {
            mesh.knows("orders", busy.port(), good.port());
            for (int i = 0; i < 4; i++) {
                assertEquals("200 good", text(client(), new HttpGet("http://orders/")));
            }
            assertEquals(1, Set.copyOf(busy.callers()).size());
            large.set(true);
            for (int i = 0; i < 4; i++) {
                assertEquals("200 good", text(client(), new HttpGet("http://orders/")));
            }
            assertTrue(Set.copyOf(busy.callers()).size() > 1);
        }
    }

    @Test
    void aRuleAnswersWithoutAPeer() throws Exception {
        mesh.answers("orders", new Action.DirectResponse(418, "short and stout"));
        assertEquals("418 short and stout", text(client(), new HttpGet("http://orders/")));
    }

    @Test
    void aNameWithoutEndpointsFailsAsAHostThatCannotBeConnectedTo() {
        mesh.knows("orders");
        var thrown = assertThrows(HttpHostConnectException.class, () -> text(client(), new HttpGet("http://orders/")));
        assertTrue(String.valueOf(thrown.getMessage()).contains("orders"), thrown::toString);
    }

    @Test
    void theApplicationsOwnProxyIsLeftAlone() throws Exception {
        try (var proxy = Shop.saying(200, "proxied");
                var client = HttpClients.custom()
                        .setProxy(new HttpHost("127.0.0.1", proxy.port()))
                        .build()) {
            mesh.knows("orders", proxy.port());
            assertEquals("200 proxied", text(client, new HttpGet("http://orders/x")));
            assertEquals("GET http://orders/x ", proxy.asked().get(0));
            assertEquals(0, mesh.finished().size());
        }
    }

    @Test
    void anInterceptorOfTheApplicationThatThrowsBlamesNobodyAndIsNotRepeated() throws Exception {
        var times = new AtomicInteger();
        try (var shop = Shop.saying(200, "good");
                var client = HttpClients.custom()
                        .setConnectionManager(pool)
                        .setConnectionManagerShared(true)
                        .addRequestInterceptorFirst((request, entity, context) -> {
                            times.incrementAndGet();
                            throw new IOException("mine");
                        })
                        .build()) {
            mesh.knows("orders", shop.port());
            var thrown = assertThrows(IOException.class, () -> text(client, new HttpGet("http://orders/")));
            assertEquals("mine", thrown.getMessage());
            assertEquals(1, times.get());
        }
    }

    static void hang() {
        try {
            new CountDownLatch(1).await(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
