package dev.weft.adapters.jdkhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.contract.Http2Peer;
import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What only this client has: body handlers, pushed answers, WebSockets, its exceptions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JdkHttpOwnTest {
    private static final URI URL = URI.create("http://" + Rig.NAME + "/");

    private Rig rig;
    private HttpClient client;

    @BeforeAll
    void weave() {
        rig = new Rig(new JdkClient(true));
    }

    @AfterAll
    void unweave() {
        rig.close();
    }

    @BeforeEach
    void reset() {
        rig.reset();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
    }

    private static HttpRequest get() {
        return HttpRequest.newBuilder(URL).build();
    }

    private static BodyHandler<String> counting(AtomicInteger calls) {
        return info -> {
            calls.incrementAndGet();
            return BodySubscribers.ofString(StandardCharsets.UTF_8);
        };
    }

    @Test
    void theBodyHandlerIsAskedOnceAndNeverForADroppedAnswer() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, "sick"));
                var well = Peer.saying("well")) {
            rig.publish(
                    Rules.snapshot(Rules.of(sick.endpoint(), well.endpoint()).retrying()));
            var asked = new AtomicInteger();
            for (int i = 1; i <= 6; i++) {
                assertEquals("well", client.send(get(), counting(asked)).body());
                assertEquals(i, asked.get());
            }
            assertTrue(sick.received().size() > 0, "no answer was dropped");
        }
        rig.assertHealthy();
    }

    /** As the library promises it of {@code sendAsync}: of what is made of its future too, and only to interrupt. */
    @Test
    void whatIsMadeOfAnAnswerToComeGivesTheCallUp() throws Exception {
        try (var slow = Peer.plain((request, out) -> out.hang())) {
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint())));
            var whole = client.sendAsync(get(), BodyHandlers.ofString());
            Rig.await("the request arrives", () -> slow.received().size() == 1);
            assertTrue(whole.thenApply(HttpResponse::body).cancel(false));
            assertFalse(whole.isDone());
            assertTrue(whole.thenApply(HttpResponse::body)
                    .thenApply(String::length)
                    .cancel(true));
            Rig.await("the connection is closed", () -> slow.open() == 0);
            rig.awaitFinished(1);
            assertTrue(whole.isCancelled());
        }
        rig.assertHealthy();
    }

    @Test
    void aDroppedAnswerWhoseBodyDoesNotComeKeepsNoConnection() throws Exception {
        try (var sick = Peer.plain((request, out) -> {
                    out.header("Content-Length", "10").open(503);
                    out.hang();
                });
                var well = Peer.saying("well")) {
            rig.publish(
                    Rules.snapshot(Rules.of(sick.endpoint(), well.endpoint()).retrying()));
            while (sick.received().isEmpty()) {
                assertEquals("well", client.send(get(), BodyHandlers.ofString()).body());
            }
            Rig.await("its connection is closed", () -> sick.open() == 0);
        }
        rig.assertHealthy();
    }

    @Test
    void aBodyThatCanBeReadOnceIsNotSentAgainByARefusedStreamThatHasTakenOfIt() throws Exception {
        try (var peer = Http2Peer.refusingBodies("hi")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying()));
            var both = HttpClient.newHttpClient();
            assertEquals("hi", both.send(get(), BodyHandlers.ofString()).body()); // by upgrade from HTTP/1.1
            var body = new ByteArrayInputStream("order".getBytes(StandardCharsets.UTF_8));
            assertEquals(1, attempts(both, BodyPublishers.ofInputStream(() -> body)));
            assertEquals(3, attempts(both, BodyPublishers.ofString("order")));
        }
        rig.assertHealthy();
    }

    /** Of a POST that fails. */
    private int attempts(HttpClient by, HttpRequest.BodyPublisher body) {
        int before = rig.finished().size();
        var post = HttpRequest.newBuilder(URL).POST(body).build();
        assertThrows(IOException.class, () -> by.send(post, BodyHandlers.ofString()));
        rig.awaitFinished(before + 1);
        return rig.finished().get(before).attempts().size();
    }

    @Test
    void headersThatARuleSetsAreWrittenOnceBesideOrInsteadOfTheOthers() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URL)
                .header("x-own", "application")
                .header("x-secret", "application")
                .build();
        var lane = new HeaderEdits.Entry("x-lane", "blue");
        var fresh = new HeaderEdits(List.of("x-absent"), List.of(lane), List.of());
        var both = new HeaderEdits(
                List.of("x-secret"),
                List.of(lane, new HeaderEdits.Entry("X-Own", "rule"), new HeaderEdits.Entry("user-agent", "rule")),
                List.of(new HeaderEdits.Entry("x-lane", "green")));
        var outer = new HeaderEdits(List.of("x-hop"), List.of(new HeaderEdits.Entry("X-Lane", "red")), List.of());
        var inner = new HeaderEdits(List.of(), List.of(lane, new HeaderEdits.Entry("x-hop", "one")), List.of());
        try (var peer = Peer.saying("hi")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).editing(fresh)));
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            assertEquals(request.headers().map(), answer.request().headers().map());
            Map<String, List<String>> sent = peer.received().get(0).headers();
            assertEquals(List.of("blue"), sent.get("x-lane"));
            assertEquals(List.of("application"), sent.get("x-own"));
            assertEquals(List.of("application"), sent.get("x-secret"));
            assertEquals(1, sent.get("traceparent").size());

            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).editing(both)));
            client.send(request, BodyHandlers.ofString());
            sent = peer.received().get(1).headers();
            assertEquals(List.of("blue", "green"), sent.get("x-lane"));
            assertEquals(List.of("rule"), sent.get("x-own"));
            assertEquals(List.of("rule"), sent.get("user-agent"));
            assertNull(sent.get("x-secret"));
            assertEquals(1, sent.get("traceparent").size());

            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).editing(inner.then(outer))));
            client.send(request, BodyHandlers.ofString());
            sent = peer.received().get(2).headers();
            assertEquals(List.of("red"), sent.get("x-lane"));
            assertNull(sent.get("x-hop"));
        }
        rig.assertHealthy();
    }

    @Test
    void aBodyHandlerThatBlocksWhileItMapsGetsItsBody() throws Exception {
        try (var peer = Peer.plain((request, out) -> out.large(1 << 20))) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            BodyHandler<Integer> length =
                    info -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), JdkHttpOwnTest::count);
            assertEquals(1 << 20, client.send(get(), length).body());
            assertEquals(
                    1 << 20,
                    client.sendAsync(get(), length).get(90, TimeUnit.SECONDS).body());
        }
        rig.assertHealthy();
    }

    private static int count(InputStream body) {
        try (body) {
            return body.readAllBytes().length;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void aBodyHandlerThatThrowsFailsTheCallAsWithoutUs() throws Exception {
        try (var peer = Peer.saying("hi")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying()));
            BodyHandler<String> theirs = info -> {
                throw new IllegalStateException("theirs");
            };
            assertThrows(IOException.class, () -> client.send(get(), theirs));
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).answering(403, "no")));
            var failed = assertThrows(
                    CompletionException.class,
                    () -> client.sendAsync(get(), theirs).join());
            assertEquals("theirs", failed.getCause().getMessage());
            assertEquals(1, peer.received().size());
            rig.awaitFinished(2);
        }
        rig.assertHealthy();
    }

    @Test
    void refusalsAreTheLibrarysOwnExceptions() throws Exception {
        rig.publish(Rules.snapshot(Rules.of()));
        var none = assertThrows(ConnectException.class, () -> client.send(get(), BodyHandlers.ofString()));
        assertTrue(none.getMessage().contains("no endpoint"), none.getMessage());
        try (var slow = Peer.plain((request, out) -> out.hang())) {
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint()).within(Duration.ofMillis(200))));
            assertThrows(HttpTimeoutException.class, () -> client.send(get(), BodyHandlers.ofString()));
            var failed = assertThrows(
                    CompletionException.class,
                    () -> client.sendAsync(get(), BodyHandlers.ofString()).join());
            assertInstanceOf(HttpTimeoutException.class, failed.getCause());
        }
        rig.assertHealthy();
    }

    @Test
    void theRoutesTimeLimitBreaksOffABodyThatTakesLonger() throws Exception {
        var never = new CountDownLatch(1);
        try (var peer = Peer.plain((request, out) -> {
            try (var body = out.open(200)) {
                body.write('.');
                body.flush();
                never.await(90, TimeUnit.SECONDS);
            }
        })) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).within(Duration.ofMillis(500))));
            assertThrows(IOException.class, () -> client.send(get(), BodyHandlers.ofString()));
            rig.awaitFinished(1);
        } finally {
            never.countDown();
        }
        rig.assertHealthy();
    }

    @Test
    void aPostThatWasAnsweredByARedirectIsNotSentAgainWhenTheNextHopFails() throws Exception {
        var self = new AtomicInteger();
        try (var peer = Peer.plain((request, out) -> {
            if (self.incrementAndGet() == 1) {
                out.header("Location", "/done").header("Connection", "close").text(303, "");
            } else {
                throw new IOException("gone"); // the connection of the second hop breaks
            }
        })) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying()));
            var post = HttpRequest.newBuilder(URL)
                    .POST(BodyPublishers.ofString("order"))
                    .build();
            assertThrows(IOException.class, () -> client.send(post, BodyHandlers.ofString()));
            long posts = peer.received().stream()
                    .filter(r -> r.method().equals("POST"))
                    .count();
            assertEquals(1, posts);
        }
        rig.assertHealthy();
    }

    @Test
    void pushedAnswersAndWebSocketsAreLeftAlone() throws Exception {
        try (var real = Peer.saying("real");
                var endpoint = Peer.saying("endpoint")) {
            rig.publish(Rules.snapshot(Rules.named("localhost:" + real.port(), endpoint.endpoint())));
            var url = "localhost:" + real.port() + "/";
            var pushed =
                    HttpResponse.PushPromiseHandler.of(request -> BodyHandlers.ofString(), new ConcurrentHashMap<>());
            var answer = client.sendAsync(
                            HttpRequest.newBuilder(URI.create("http://" + url)).build(),
                            BodyHandlers.ofString(),
                            pushed)
                    .get(90, TimeUnit.SECONDS);
            assertEquals("real", answer.body());
            var refused =
                    client.newWebSocketBuilder().buildAsync(URI.create("ws://" + url), new WebSocket.Listener() {});
            assertThrows(CompletionException.class, refused::join);
            assertEquals(
                    List.of("GET", "GET"),
                    real.received().stream().map(r -> r.method()).toList());
            assertEquals(0, endpoint.received().size());
        }
        rig.assertHealthy();
    }

    @Test
    void aClientThatNobodyHoldsStillRetries() throws Exception {
        try (var well = Peer.saying("well")) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), well.endpoint()).retrying()));
            for (int i = 0; i < 3; i++) {
                var sent = HttpClient.newHttpClient().sendAsync(get(), BodyHandlers.ofString());
                System.gc();
                assertEquals("well", sent.get(90, TimeUnit.SECONDS).body());
            }
        }
        rig.assertHealthy();
    }

    @Test
    void credentialsGoToTheEndpointThatAskedForThem() throws Exception {
        Peer.Script script = (request, out) -> {
            if (request.header("authorization") == null) {
                out.header("WWW-Authenticate", "Basic realm=\"shop\"").text(401, "who?");
            } else {
                out.text(200, "welcome");
            }
        };
        try (var one = Peer.plain(script);
                var other = Peer.plain(script)) {
            rig.publish(Rules.snapshot(Rules.of(one.endpoint(), other.endpoint())));
            var known = HttpClient.newBuilder()
                    .authenticator(new Authenticator() {
                        @Override
                        protected PasswordAuthentication getPasswordAuthentication() {
                            return new PasswordAuthentication("me", "secret".toCharArray());
                        }
                    })
                    .build();
            assertEquals("welcome", known.send(get(), BodyHandlers.ofString()).body());
            assertEquals(2, Math.max(one.received().size(), other.received().size()));
            assertEquals(0, Math.min(one.received().size(), other.received().size()));
        }
        rig.assertHealthy();
    }

    @Test
    void theMeshsTlsFallsBackToHttp1WhereThePeerSpeaksNothingElse() throws Exception {
        var tls = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of());
        var ours = Papers.context(Papers.WORKLOAD, Papers.CLIENT);
        try (var peer = Peer.tls(ours, true, (request, out) -> out.text(200, "safe"))) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).over(tls)));
            var both = HttpClient.newHttpClient(); // prefers HTTP/2
            for (int i = 0; i < 3; i++) {
                assertEquals("safe", both.send(get(), BodyHandlers.ofString()).body());
            }
            assertNull(peer.received().get(0).sni());
            assertEquals("CN=client", peer.received().get(0).client());
        }
        rig.assertHealthy();
    }
}
