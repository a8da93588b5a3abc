package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.Ports;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.listen.Sockets;
import dev.weft.proxy.tls.Certified;
import dev.weft.proxy.tls.Speaker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine's rules on the way out, over real sockets. */
class OutboundTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: shop\r\n\r\n";
    private static final String BUSY = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
    private static final long MILLI = 1_000_000;

    /** What is told of a call when it is over. */
    private record Told(String method, String path, int attempts, boolean delivered) {}

    private final Traffic traffic = new Traffic();
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final List<Throwable> bugs = new ArrayList<>();
    private final Engine engine = new Engine(new ThreadRandom(), new Ambient(() -> false), this::tell, bugs::add);
    private final Names names = new Names();
    private boolean passThrough;
    private Meant meant;
    private Loops<Worker> loops;
    private Listener listener;

    private void tell(Call call) {
        told.add(new Told(
                call.request().method(), call.request().path(), call.attemptCount(), call.delivered() != null));
    }

    private Told told() throws InterruptedException {
        return told.poll(60, TimeUnit.SECONDS);
    }

    private Client proxied() throws IOException {
        loops = new Loops<>(
                Sockets.best(),
                1,
                loop -> new Worker(loop, System::nanoTime, traffic, Http2.streams(Http2Limits.DEFAULT)));
        LoopDriver driver = new LoopDriver(engine, System::nanoTime, Outside.NONE);
        Unrouted unrouted = new Unrouted(
                passThrough, names, to -> to.getPort() == listener.address().getPort());
        listener = Listener.open(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                100,
                traffic,
                Http1.connections(Http1Limits.DEFAULT, Courses.outbound(engine, driver, unrouted, meant), () -> false));
        listener.resume();
        return new Client(listener.address());
    }

    @AfterEach
    void end() {
        listener.close();
        loops.close();
        names.close();
        assertEquals(List.of(), bugs);
    }

    private void publish(Action action, Backend... backends) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (Backend backend : backends) {
            endpoints.add(Endpoint.of(backend.address()));
        }
        publish(action, Map.of("shop", roundRobin("shop", endpoints)));
    }

    private void publish(Action action, Map<String, Cluster> clusters) {
        publish("shop", action, clusters);
    }

    private void publish(String service, Action action, Map<String, Cluster> clusters) {
        Route route = new Route("all", Match.ANY, action);
        VirtualHost host = new VirtualHost("shop", List.of(service), List.of(route));
        engine.publish(new Snapshot("1", new Directory(Directory.State.KNOWN, Map.of()), List.of(host), clusters));
    }

    private static Cluster roundRobin(String name, List<Endpoint> endpoints) {
        Cluster plain = Cluster.of(name, endpoints);
        return new Cluster(
                name,
                Balancer.ROUND_ROBIN,
                endpoints,
                plain.transport(),
                null,
                plain.panicThreshold(),
                plain.budget(),
                plain.connectTimeoutNanos(),
                plain.sharing(),
                plain.limits());
    }

    private static RetryPolicy retry(long perTry, boolean inWriting) {
        return retry(2, perTry, inWriting);
    }

    private static RetryPolicy retry(int times, long perTry, boolean inWriting) {
        Set<Condition> on = Set.of(
                Condition.CONNECT_FAILURE, Condition.RESET, Condition.RETRIABLE_STATUS_CODES, Condition.SERVER_ERROR);
        return new RetryPolicy(on, Set.of(503), times, perTry, MILLI, 2 * MILLI, inWriting);
    }

    private static Action.Forward forward(RetryPolicy retry, HeaderEdits edits) {
        return new Action.Forward(Action.Forward.to("shop").clusters(), Long.MAX_VALUE, retry, null, List.of(), edits);
    }

    private static Action.Forward retried() {
        return forward(retry(Long.MAX_VALUE, false), HeaderEdits.NONE);
    }

    @Test
    void aNameIsBalancedOverItsEndpointsAndTheCallIsTold() throws Exception {
        try (Backend one = new Backend(Backend.always(Backend.ok("1")));
                Backend two = new Backend(Backend.always(Backend.ok("2")))) {
            publish(Action.Forward.to("shop"), one, two);
            try (Client client = proxied()) {
                StringBuilder answers = new StringBuilder();
                for (int i = 0; i < 4; i++) {
                    String answer = client.send(GET).answer();
                    answers.append(answer.charAt(answer.length() - 1));
                }
                assertTrue(
                        answers.toString().contains("12") && answers.toString().contains("21"), answers.toString());
                assertEquals(new Told("GET", "/x", 1, true), told());
            }
        }
    }

    @Test
    void headersAreEditedAndATraceGoesAlong() throws Exception {
        HeaderEdits edits = new HeaderEdits(
                List.of("x-secret"),
                List.of(new HeaderEdits.Entry("x-set", "new")),
                List.of(new HeaderEdits.Entry("x-added", "more")));
        try (Backend backend = new Backend(Backend.always(Backend.ok("")))) {
            publish(forward(null, edits), backend);
            try (Client client = proxied()) {
                client.send(
                                "GET http://shop/x?y=z HTTP/1.1\r\nHost: shop\r\nX-Secret: a\r\nX-Set: old\r\nX-Set: older\r\n"
                                        + "X-Added: some\r\n\r\n")
                        .answer();
                String sent = backend.received();
                assertTrue(
                        sent.startsWith(
                                "GET /x?y=z HTTP/1.1\r\nHost: shop\r\nX-Added: some\r\nx-set: new\r\nx-added: more\r\n"),
                        sent);
                assertTrue(sent.contains("\r\ntraceparent: 00-"), sent);
            }
        }
    }

    @Test
    void theHeadersOfAnAnswerAreEditedAndItsLengthIsNot() throws Exception {
        HeaderEdits edits = new HeaderEdits(
                List.of("server", "content-length"),
                List.of(new HeaderEdits.Entry("x-set", "new")),
                List.of(new HeaderEdits.Entry("x-added", "more")));
        String came = "HTTP/1.1 200 OK\r\nServer: secret\r\nX-Set: old\r\nX-Set: older\r\nContent-Length: 2\r\n\r\nhi";
        try (Backend backend = new Backend(Backend.always(came))) {
            publish(Action.Forward.to("shop").editingAnswers(edits), backend);
            try (Client client = proxied()) {
                for (int i = 0; i < 2; i++) {
                    assertEquals(
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-set: new\r\nx-added: more\r\n\r\nhi",
                            client.send(GET).answer());
                }
            }
        }
    }

    @Test
    void theApplicationsOwnTraceIsContinued() throws Exception {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        try (Backend backend = new Backend(Backend.always(Backend.ok("")))) {
            publish(Action.Forward.to("shop"), backend);
            try (Client client = proxied()) {
                String own = "00-" + trace + "-b7ad6b7169203331-01";
                client.send(GET.replace("\r\n\r\n", "\r\ntraceparent: " + own + "\r\n\r\n"))
                        .answer();
                String sent = backend.received();
                assertTrue(sent.contains("traceparent: 00-" + trace + "-"), sent);
                assertFalse(sent.contains("b7ad6b7169203331"), "the call is a span of its own");
                client.send(GET).answer();
                assertEquals(sent.indexOf(trace), backend.received().lastIndexOf(trace), "the next one isn't of it");
            }
        }
    }

    @Test
    void aFailedGetIsSentElsewhere() throws Exception {
        try (Backend one = new Backend(Backend.always(BUSY));
                Backend two = new Backend(Backend.always(Backend.ok("fine")))) {
            publish(retried(), one, two);
            try (Client client = proxied()) {
                for (int i = 0; i < 4; i++) {
                    assertEquals(Backend.ok("fine"), client.send(GET).answer());
                }
                assertEquals(1, one.connections(), "what was answered whole is drained and its connection kept");
            }
        }
    }

    @Test
    void aBodyThatIsSmallIsSentAgainWhereTheRuleSaysSo() throws Exception {
        try (Backend one = new Backend(Backend.always(BUSY));
                Backend two = new Backend(Backend.always(Backend.ok("fine")))) {
            publish(forward(retry(Long.MAX_VALUE, true), HeaderEdits.NONE), one, two);
            try (Client client = proxied()) {
                for (int i = 0; i < 2; i++) {
                    String post = "POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nbod" + i;
                    assertEquals(Backend.ok("fine"), client.send(post).answer());
                }
                assertTrue(two.received().contains("bod0") && two.received().contains("bod1"), two.received());
                assertTrue(one.received().contains("bod"), one.received());
            }
        }
    }

    @Test
    void oneThatIsNotKeptWholeIsSentOnce() throws Exception {
        int size = 1 << 20;
        try (Backend one = new Backend(Backend.always(BUSY))) {
            publish(forward(retry(Long.MAX_VALUE, true), HeaderEdits.NONE), one);
            try (Client client = proxied()) {
                String post = "POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: " + size + "\r\n\r\n";
                assertEquals(BUSY, client.send(post + "x".repeat(size)).answer());
                assertEquals(1, told().attempts());
            }
        }
    }

    @Test
    void aPostIsNotSentTwiceUnlessNothingOfItArrived() throws Exception {
        try (Backend breaks = new Backend(with -> with.request());
                Backend well = new Backend(Backend.always(Backend.ok("fine")))) {
            List<Endpoint> endpoints = List.of(Endpoint.of(Ports.nobody()), Endpoint.of(well.address()));
            publish(retried(), Map.of("shop", roundRobin("shop", endpoints)));
            String post = "POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nbody";
            try (Client client = proxied()) {
                assertEquals(Backend.ok("fine"), client.send(post).answer());
                assertEquals(Backend.ok("fine"), client.send(post).answer());
                publish(retried(), breaks);
                assertTrue(client.send(post).answer().startsWith("HTTP/1.1 503 "));
                assertEquals(1, breaks.connections());
            }
        }
    }

    @Test
    void anAttemptThatHangsIsBrokenOffAndAnotherAnswers() throws Exception {
        try (Backend hangs = new Backend(with -> {
                    while (with.read() >= 0) {}
                });
                Backend well = new Backend(Backend.always(Backend.ok("fine")))) {
            // Often enough that the one that is well answers in time once, however busy the machine is.
            publish(forward(retry(100, 100 * MILLI, false), HeaderEdits.NONE), hangs, well);
            try (Client client = proxied()) {
                assertEquals(Backend.ok("fine"), client.send(GET).answer());
                assertEquals(Backend.ok("fine"), client.send(GET).answer());
            }
        }
    }

    @Test
    void theTimeLimitOfTheRouteIsA504() throws Exception {
        Action.Forward plain = Action.Forward.to("shop");
        try (Backend hangs = new Backend(with -> {
            while (with.read() >= 0) {}
        })) {
            publish(new Action.Forward(plain.clusters(), 100 * MILLI, null, null, List.of(), HeaderEdits.NONE), hangs);
            try (Client client = proxied()) {
                assertTrue(client.send(GET).answer().startsWith("HTTP/1.1 504 Gateway Timeout\r\n"));
                assertEquals(new Told("GET", "/x", 1, false), told());
            }
        }
    }

    @Test
    void aHedgeAnswersWhereTheFirstIsSlow() throws Exception {
        Action.Forward plain = Action.Forward.to("shop");
        CountDownLatch end = new CountDownLatch(1);
        try (Backend slow = new Backend(with -> {
                    with.request();
                    with.read();
                    end.countDown();
                });
                Backend well = new Backend(Backend.always(Backend.ok("fine")))) {
            Action hedged = new Action.Forward(
                    plain.clusters(),
                    Long.MAX_VALUE,
                    null,
                    new HedgePolicy(2, 20 * MILLI),
                    List.of(),
                    HeaderEdits.NONE);
            publish(hedged, slow, well);
            try (Client client = proxied()) {
                assertEquals(Backend.ok("fine"), client.send(GET).answer());
                assertEquals(Backend.ok("fine"), client.send(GET).answer());
                assertTrue(end.await(60, TimeUnit.SECONDS), "the one that lost is closed");
            }
        }
    }

    @Test
    void aCopyIsSentBesideAndMayOutliveItsCall() throws Exception {
        Action.Forward plain = Action.Forward.to("shop");
        CountDownLatch copied = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        try (Backend well = new Backend(Backend.always(Backend.ok("fine")));
                Backend mirror = new Backend(with -> {
                    with.request();
                    copied.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    with.say(Backend.ok("nobody's"));
                    with.read();
                })) {
            Action mirrored = new Action.Forward(
                    plain.clusters(),
                    Long.MAX_VALUE,
                    null,
                    null,
                    List.of(new Action.Mirror("copy", 1_000_000)),
                    HeaderEdits.NONE);
            publish(
                    mirrored,
                    Map.of(
                            "shop", roundRobin("shop", List.of(Endpoint.of(well.address()))),
                            "copy", roundRobin("copy", List.of(Endpoint.of(mirror.address())))));
            try (Client client = proxied()) {
                assertEquals(
                        Backend.ok("fine"), client.send(GET.replace("/x", "/1")).answer());
                assertEquals(
                        Backend.ok("fine"), client.send(GET.replace("/x", "/2")).answer());
                assertTrue(copied.await(60, TimeUnit.SECONDS));
                go.countDown();
                Set<String> paths = Set.of(told().path(), told().path());
                assertEquals(Set.of("/1", "/2"), paths, "each is told with its own path");
            }
        }
    }

    @Test
    void whatMustBeSecuredIsNeverSentInTheClear() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")))) {
            publish(Action.Forward.to("shop"), secured(backend, new Transport.Unavailable("no certificate")));
            try (Client client = proxied()) {
                String answer = client.send(GET).answer();
                assertTrue(answer.startsWith("HTTP/1.1 503 ") && answer.contains("no certificate"), answer);
                engine.pause(true);
                assertTrue(client.send(GET).answer().startsWith("HTTP/1.1 503 "));
                assertEquals(0, backend.connections());
            }
        }
    }

    private static Map<String, Cluster> secured(Backend backend, Transport transport) {
        Cluster plain = roundRobin("shop", List.of(Endpoint.of(backend.address())));
        return Map.of(
                "shop",
                new Cluster(
                        "shop",
                        plain.balancer(),
                        plain.endpoints(),
                        transport,
                        null,
                        plain.panicThreshold(),
                        plain.budget(),
                        plain.connectTimeoutNanos(),
                        plain.sharing(),
                        plain.limits()));
    }

    @ParameterizedTest
    @EnumSource
    void whereTheRuleAsksForTlsItIsSpoken(Speaker speaker, @TempDir Path folder) throws Exception {
        Certified certified = new Certified(folder);
        Transport.Tls tls = new Transport.Tls(certified.context(speaker), "shop", List.of());
        try (Backend backend = new Backend(certified.server(), Backend.always(Backend.ok("secret")));
                Backend plain = new Backend(with -> with.read())) {
            publish(Action.Forward.to("shop"), secured(backend, tls));
            try (Client client = proxied()) {
                assertEquals(Backend.ok("secret"), client.send(GET).answer());
                assertEquals(Backend.ok("secret"), client.send(GET).answer());
                assertEquals(1, backend.connections(), "the connection is kept");
                publish(Action.Forward.to("shop"), secured(plain, tls));
                assertTrue(client.send(GET).answer().startsWith("HTTP/1.1 503 "));
                assertFalse(plain.received().contains("GET"), "nothing in the clear where TLS is not spoken");
            }
        }
    }

    @Test
    void overTlsTheEndOfTheConnectionAloneIsNoEndOfAnAnswer(@TempDir Path folder) throws Exception {
        Certified certified = new Certified(folder);
        proxied().close();
        for (Speaker speaker : Speaker.values()) {
            Transport.Tls tls = new Transport.Tls(certified.context(speaker), "shop", List.of());
            for (Certified.Ending ending : Certified.Ending.values()) {
                try (Backend backend = certified.saying("HTTP/1.1 200 OK\r\n\r\nhalf", 4, ending);
                        Client client = new Client(listener.address())) {
                    publish(Action.Forward.to("shop"), secured(backend, tls));
                    String answer = client.send(GET).rest();
                    boolean reset = answer.endsWith("<reset>");
                    assertEquals(ending == Certified.Ending.CUT, reset, speaker + ": " + answer);
                    assertTrue(reset || answer.endsWith("\r\n\r\nhalf"), answer);
                }
            }
        }
    }

    @Test
    void aHandshakeThatIsNotAnsweredInTimeIsNotWaitedFor() throws Exception {
        Transport.Tls tls = new Transport.Tls(SSLContext.getDefault(), "shop", List.of());
        try (Backend silent = new Backend(with -> {
            while (with.read() >= 0) {}
        })) {
            Cluster secured = secured(silent, tls).get("shop");
            Cluster soon = new Cluster(
                    "shop",
                    secured.balancer(),
                    secured.endpoints(),
                    tls,
                    null,
                    secured.panicThreshold(),
                    secured.budget(),
                    100 * MILLI,
                    secured.sharing(),
                    secured.limits());
            publish(Action.Forward.to("shop"), Map.of("shop", soon));
            try (Client client = proxied()) {
                String answer = client.send(GET).answer();
                assertTrue(answer.endsWith("upstream: handshake timed out after 100ms\n"), answer);
            }
        }
    }

    @Test
    void aRuleAnswersHere() throws Exception {
        publish(new Action.DirectResponse(418, "teapot"));
        try (Client client = proxied()) {
            String answer = client.send(GET).answer();
            assertTrue(answer.startsWith("HTTP/1.1 418 ") && answer.endsWith("\r\n\r\nteapot"), answer);
            assertFalse(client.send(GET.replace("GET", "HEAD")).head().contains("teapot"));
            assertTrue(client.send(GET).answer().endsWith("teapot"));
        }
    }

    @Test
    void aHostThatNobodyKnowsIsNotRouted() throws Exception {
        passThrough = true;
        publish(new Action.DirectResponse(200, ""));
        try (Client client = proxied()) {
            String answer = client.send(GET.replace("shop", "elsewhere")).answer();
            assertTrue(answer.startsWith("HTTP/1.1 404 Not Found\r\n") && answer.contains("NR: elsewhere"), answer);
            assertEquals(1, traffic.unknownHosts.sum());
        }
    }

    @Test
    void aClientThatKnowsItTalksToAProxyGetsWhatDnsSays() throws Exception {
        passThrough = true;
        publish(new Action.DirectResponse(200, ""));
        try (Backend backend = new Backend(Backend.always(Backend.ok("outside")))) {
            String authority = "127.0.0.1:" + backend.address().getPort();
            String request = "GET http://" + authority + "/x HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
            try (Client client = proxied()) {
                assertEquals(Backend.ok("outside"), client.send(request).answer());
                assertEquals("GET /x HTTP/1.1\r\nHost: " + authority + "\r\n\r\n", backend.received());
                assertEquals(1, traffic.passed.sum());
                String own = "127.0.0.1:" + listener.address().getPort();
                String round = "GET http://" + own + "/ HTTP/1.1\r\nHost: " + own + "\r\n\r\n";
                assertTrue(client.send(round).answer().startsWith("HTTP/1.1 508 "));
            }
        }
    }

    private static String to(String host) {
        return GET.replace("shop", host);
    }

    /** Over a connection of its own. */
    private String answer(String request) throws IOException {
        try (Client other = new Client(listener.address())) {
            return other.send(request).answer();
        }
    }

    @Test
    void whileTheMeshIsPausedItsNamesAreDnsAgain() throws Exception {
        try (Backend meshed = new Backend(Backend.always(Backend.ok("mesh")));
                Backend plain = new Backend(Backend.always(Backend.ok("without")))) {
            Cluster cluster = roundRobin("shop", List.of(Endpoint.of(meshed.address())));
            publish("localhost", Action.Forward.to("shop"), Map.of("shop", cluster));
            String request = to("localhost:" + plain.address().getPort());
            try (Client client = proxied()) {
                assertEquals(Backend.ok("mesh"), client.send(request).answer());
                engine.pause(true);
                assertEquals(Backend.ok("without"), client.send(request).answer());
                assertEquals(request, plain.received(), "nothing of the mesh is added");
                String round = answer(to("localhost:" + listener.address().getPort()));
                assertTrue(round.startsWith("HTTP/1.1 508 "), round);
                engine.pause(false);
                assertEquals(Backend.ok("mesh"), client.send(request).answer());
            }
        }
    }

    @Test
    void whatTheMeshAloneKnowsIsNowhereWhileItIsPaused() throws Exception {
        Endpoint nobody = Endpoint.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        Map<String, Cluster> clusters = Map.of("shop", roundRobin("shop", List.of(nobody)));
        publish("shop.invalid", Action.Forward.to("shop"), clusters);
        engine.pause(true);
        try (Client client = proxied()) {
            String answer = client.send(to("shop.invalid")).answer();
            assertTrue(answer.startsWith("HTTP/1.1 502 "), answer);
            assertTrue(answer.contains("DNS has no address for shop.invalid, and the mesh is paused"), answer);
            String stranger = answer(to("elsewhere.invalid"));
            assertTrue(stranger.startsWith("HTTP/1.1 404 "), "a pause makes nobody an open proxy: " + stranger);
        }
    }

    @Test
    void whatMustBeSecuredIsRefusedWhileTheMeshIsPaused(@TempDir Path folder) throws Exception {
        Certified certified = new Certified(folder);
        Transport.Tls tls = new Transport.Tls(certified.context(Speaker.JDK), "shop", List.of());
        try (Backend backend = new Backend(certified.server(), Backend.always(Backend.ok("secret")));
                Backend plain = new Backend(Backend.always(Backend.ok("in the clear")))) {
            publish("localhost", Action.Forward.to("shop"), secured(backend, tls));
            engine.pause(true);
            try (Client client = proxied()) {
                String answer = client.send(to("localhost:" + plain.address().getPort()))
                        .answer();
                assertTrue(answer.startsWith("HTTP/1.1 503 ") && answer.contains("the mesh is paused"), answer);
                assertEquals(0, plain.connections());
            }
        }
    }

    @Test
    void whatWasLedHereGoesWhereItWasGoingWhileTheMeshIsPaused() throws Exception {
        try (Backend meshed = new Backend(Backend.always(Backend.ok("mesh")));
                Backend meantFor = new Backend(Backend.always(Backend.ok("there")))) {
            publish(Action.Forward.to("shop"), meshed);
            InetSocketAddress going = meantFor.address();
            meant = new Meant("shop", going.getPort(), "shop"::equals, going);
            try (Client client = proxied()) {
                assertEquals(Backend.ok("mesh"), client.send(GET).answer());
                engine.pause(true);
                assertEquals(Backend.ok("there"), client.send(GET).answer());
                assertEquals(
                        Backend.ok("there"),
                        client.send(to("elsewhere.invalid")).answer(),
                        "the host is not asked");
                engine.pause(false);
                assertEquals(Backend.ok("mesh"), client.send(GET).answer());
            }
        }
    }

    @Test
    void whatWasLedHereFromAnAddressOfTheMeshsOwnGoesWhereDnsSaysWhileItIsPaused() throws Exception {
        try (Backend meshed = new Backend(Backend.always(Backend.ok("mesh")));
                Backend plain = new Backend(Backend.always(Backend.ok("without")))) {
            Cluster cluster = roundRobin("shop", List.of(Endpoint.of(meshed.address())));
            publish("localhost", Action.Forward.to("shop"), Map.of("shop", cluster));
            meant = new Meant("localhost", plain.address().getPort(), "localhost"::equals, null);
            engine.pause(true);
            try (Client client = proxied()) {
                assertEquals(Backend.ok("without"), client.send(to("whatever")).answer());
            }
        }
    }

    @Test
    void aClientThatGoesGivesEverythingBack() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (Backend backend = new Backend(with -> {
            with.request();
            arrived.countDown();
            with.read();
            gone.countDown();
        })) {
            publish(retried(), backend);
            try (Client client = proxied()) {
                client.send(GET);
                assertTrue(arrived.await(60, TimeUnit.SECONDS));
            }
            assertTrue(gone.await(60, TimeUnit.SECONDS));
            assertEquals(new Told("GET", "/x", 1, false), told());
            assertEquals(0, engine.underWay());
        }
    }

    @Test
    void aConnectionThatStillAwaitsABodyGetsNoOtherRequest() throws Exception {
        CountDownLatch again = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        try (Backend backend = new Backend(with -> {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\nsome") < 0) {
                head.append((char) with.read());
            }
            if (first.getAndSet(false)) {
                with.say(BUSY);
                while (with.read() >= 0) {}
            } else {
                again.countDown();
                for (int i = 0; i < 4; i++) {
                    with.read();
                }
                with.say(Backend.ok("fine"));
                with.read();
            }
        })) {
            publish(forward(retry(Long.MAX_VALUE, true), HeaderEdits.NONE), backend);
            try (Client client = proxied()) {
                client.send("PUT /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 8\r\n\r\nsome");
                assertTrue(again.await(60, TimeUnit.SECONDS), "the second goes where nothing is missing");
                assertEquals(Backend.ok("fine"), client.send("more").answer());
                assertEquals(2, backend.connections());
            }
        }
    }

    @Test
    void noRuleChangesWhereARequestEnds() throws Exception {
        HeaderEdits edits = new HeaderEdits(
                List.of("content-length", "transfer-encoding"),
                List.of(new HeaderEdits.Entry("Content-Length", "0")),
                List.of(new HeaderEdits.Entry("transfer-encoding", "chunked"), new HeaderEdits.Entry("x-added", "y")));
        String lines = "POST /x HTTP/1.1\r\nHost: shop\r\n";
        try (Backend backend = new Backend(Backend.always(Backend.ok("")))) {
            publish(forward(null, edits), backend);
            try (Client client = proxied()) {
                client.send(lines + "Content-Length: 4\r\n\r\nbody").answer();
                String sent = backend.received();
                assertTrue(sent.startsWith(lines + "Content-Length: 4\r\nx-added: y\r\n"), sent);
                assertTrue(sent.endsWith("\r\n\r\nbody"), sent);
                assertFalse(sent.contains("transfer-encoding") || sent.contains("Content-Length: 0"), sent);
                client.send(lines + "Transfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n0\r\n\r\n")
                        .answer();
                sent = backend.received().substring(sent.length());
                assertTrue(sent.startsWith(lines + "Transfer-Encoding: chunked\r\nx-added: y\r\n"), sent);
                assertTrue(sent.endsWith("\r\n\r\n4\r\nmore\r\n0\r\n\r\n"), sent);
                assertFalse(sent.contains("transfer-encoding") || sent.contains("Content-Length"), sent);
            }
        }
    }

    /** One endpoint, which is out with its first failure, and no other for the retry. */
    private static Map<String, Cluster> outWithTheFirstFailure(Backend backend) {
        OutlierPolicy first = new OutlierPolicy(1, 10_000 * MILLI, 30_000 * MILLI, 300_000 * MILLI, 100);
        Cluster plain = roundRobin("shop", List.of(Endpoint.of(backend.address())));
        return Map.of(
                "shop",
                new Cluster(
                        "shop",
                        plain.balancer(),
                        plain.endpoints(),
                        plain.transport(),
                        first,
                        0,
                        plain.budget(),
                        plain.connectTimeoutNanos()));
    }

    @Test
    void anAnswerThatWasKeptForWantOfABetterOneArrivesWhole() throws Exception {
        int size = 2 << 20;
        try (Backend backend = new Backend(with -> {
            with.request();
            with.say("HTTP/1.1 503 Service Unavailable\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size));
            with.read();
        })) {
            publish(retried(), outWithTheFirstFailure(backend));
            try (Client client = proxied()) {
                assertTrue(client.send(GET).head().startsWith("HTTP/1.1 503 "));
                assertEquals("x".repeat(size), client.read(size));
                assertEquals(1, told().attempts());
            }
        }
    }

    @Test
    void aResetIsNoEndOfAnAnswerThatWasKept() throws Exception {
        RetryPolicy slowly = new RetryPolicy(
                Set.of(Condition.RETRIABLE_STATUS_CODES),
                Set.of(503),
                1,
                Long.MAX_VALUE,
                200 * MILLI,
                200 * MILLI,
                false);
        try (Backend backend = new Backend(with -> {
            with.request();
            with.say("HTTP/1.1 503 Service Unavailable\r\n\r\nsome");
            with.reset();
        })) {
            publish(forward(slowly, HeaderEdits.NONE), outWithTheFirstFailure(backend));
            try (Client client = proxied()) {
                String answer = client.send(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
                        .rest();
                // Which of both depends on when the transport tells of the reset.
                assertTrue(answer.contains("\r\n\r\nupstream: ") || answer.endsWith("<reset>"), answer);
                assertEquals(1, told().attempts());
            }
        }
    }

    @Test
    void aBodyIsSentAgainByteForByte() throws Exception {
        StringBuilder body = new StringBuilder();
        while (body.length() < 30_000) {
            body.append(body.length()).append(' ');
        }
        String head = "POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: " + body.length() + "\r\n";
        try (Backend one = new Backend(Backend.always(BUSY));
                Backend two = new Backend(Backend.always(Backend.ok("fine")))) {
            publish(forward(retry(Long.MAX_VALUE, true), HeaderEdits.NONE), one, two);
            try (Client client = proxied()) {
                for (int i = 0; i < 2; i++) { // one of both goes to the first
                    client.send(head + "\r\n");
                    for (int at = 0; at < body.length(); at += 7_000) {
                        client.send(body.substring(at, Math.min(body.length(), at + 7_000)));
                    }
                    assertEquals(Backend.ok("fine"), client.answer());
                }
                assertTrue(one.received().endsWith("\r\n\r\n" + body), "first");
                assertEquals(2, two.received().split(body.toString(), -1).length - 1, "again");
            }
        }
    }
}
