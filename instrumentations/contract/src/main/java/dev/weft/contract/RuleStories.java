package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.PathRewrite;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.StatefulSession;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.TraceContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Rules change and speak; traces go on. */
final class RuleStories {
    private static final int CALLS = 1000;
    private static final String URL = "http://" + Rig.NAME + "/";
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Rig rig;

    RuleStories(Rig rig) {
        this.rig = rig;
    }

    @Story(number = 20, tells = "a thousand concurrent calls during a rule change are all answered, each once")
    void concurrent() throws Exception {
        var answers = new CountDownLatch(1);
        try (var one = answering(answers, "one");
                var other = answering(answers, "other");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(one.endpoint())));
            List<ClientUnderTest.Sending> sendings = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                if (i == CALLS / 2) {
                    Rig.await(
                            "some calls have arrived, others are on their way",
                            () -> one.received().size() >= CALLS / 4);
                    rig.publish(Rules.snapshot(Rules.of(other.endpoint())));
                }
                sendings.add(client.start(Outgoing.post(URL + i, "order " + i)));
            }
            Rig.await(
                    "all have arrived and none is answered",
                    () -> one.received().size() + other.received().size() == CALLS);
            answers.countDown();
            for (var sending : sendings) {
                var answer = sending.await();
                assertEquals(200, answer.status());
                answer.text();
            }
            List<Received> all = new ArrayList<>(one.received());
            all.addAll(other.received());
            assertEquals(CALLS, all.size());
            assertEquals(CALLS, all.stream().map(Received::target).distinct().count());
            assertTrue(
                    all.stream()
                            .allMatch(r -> r.text().equals("order " + r.target().substring(1))),
                    "bodies");
            assertTrue(other.received().size() >= CALLS / 2, "the change never took effect");
            rig.awaitFinished(CALLS);
        } finally {
            answers.countDown();
        }
        rig.assertHealthy();
    }

    private static Peer answering(CountDownLatch when, String text) throws IOException {
        return Peer.plain((request, out) -> {
            when.await();
            out.text(200, text);
        });
    }

    @Story(number = 21, tells = "a trace is continued or begun, and left alone where somebody else traces")
    void traces() throws Exception {
        try (var peer = Peer.saying("hi");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            var begun = TraceContext.parse(sent(client, peer, null), null);
            assertNotNull(begun);

            TraceContext current = TraceContext.parse(TRACE, "vendor=1");
            rig.ambient().set(current);
            TraceContext continued;
            try {
                continued = TraceContext.parse(sent(client, peer, null), null);
            } finally {
                rig.ambient().set(null);
            }
            assertNotNull(current);
            assertNotNull(continued);
            assertEquals(current.traceId(), continued.traceId());
            assertFalse(current.spanId() == continued.spanId(), "the client span is not its own parent");
            assertEquals("vendor=1", last(peer).header("tracestate"));

            assertEquals(TRACE, sent(client, peer, TRACE));
            assertEquals(List.of(TRACE), last(peer).headers().get("traceparent"));

            rig.otherTracer(true);
            assertNull(sent(client, peer, null));
        }
        rig.assertHealthy();
    }

    private static @Nullable String sent(ClientUnderTest.Client client, Peer peer, @Nullable String header)
            throws Exception {
        var request = Outgoing.get(URL);
        client.send(header == null ? request : request.header("traceparent", header))
                .text();
        return last(peer).header("traceparent");
    }

    private static Received last(Peer peer) {
        return peer.received().get(peer.received().size() - 1);
    }

    @Story(number = 22, tells = "a local answer looks like one of the library's, a refusal like one of its failures")
    void localAnswers() throws Exception {
        try (var peer = Peer.saying("never asked");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).answering(418, "no coffee")));
            var answer = client.send(Outgoing.get(URL));
            assertEquals(418, answer.status());
            assertEquals("no coffee", answer.text());

            rig.publish(Rules.snapshot(Rules.of()));
            var refused = assertThrows(IOException.class, () -> client.send(Outgoing.get(URL)));
            assertTrue(String.valueOf(refused.getMessage()).contains(Rig.NAME), refused.toString());

            rig.publish(
                    Rules.snapshot(Rules.of(peer.endpoint()).over(new Transport.Unavailable("no certificate yet"))));
            var unsafe = assertThrows(IOException.class, () -> client.send(Outgoing.get(URL)));
            assertTrue(String.valueOf(unsafe.getMessage()).contains("no certificate yet"), unsafe.toString());

            rig.publish(breakingOff(Rules.snapshot(Rules.of(peer.endpoint()))));
            var reset = assertThrows(IOException.class, () -> client.send(Outgoing.get(URL)));
            assertTrue(String.valueOf(reset.getMessage()).startsWith("Connection reset"), reset.toString());
            assertEquals(0, peer.accepted());
        }
        rig.assertHealthy();
    }

    private static Snapshot breakingOff(Snapshot plain) {
        var fault = Fault.resetting("story", new Fault.Share(100, 100), List.of());
        var route = new Route("story", Match.ANY, Action.Forward.to(Rig.NAME), List.of(fault));
        return new Snapshot(
                "reset",
                plain.directory(),
                List.of(new VirtualHost(Rig.NAME, List.of(Rig.NAME), List.of(route))),
                plain.clusters());
    }

    @Story(number = 26, tells = "a rule's path is what every attempt asks for", needs = ClientUnderTest.Feature.REWRITE)
    void rewrites() throws Exception {
        var calls = new AtomicInteger();
        try (var peer = Peer.plain((request, out) ->
                        out.text(calls.incrementAndGet() == 1 ? 503 : 200, "you asked for " + request.target()));
                var client = rig.open(Knobs.PLAIN)) {
            var prefix = new PathRewrite.Prefix("/new/");
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying().rewriting(prefix)));
            String target = "/new/a%20b?q=%C3%A4&r";
            assertEquals(
                    "you asked for " + target,
                    client.send(Outgoing.get(URL + "a%20b?q=%C3%A4&r")).text());
            assertEquals(
                    List.of(target, target),
                    peer.received().stream().map(Received::target).toList());
            assertEquals(Rig.NAME, peer.received().get(1).header("host"));
        }
        rig.assertHealthy();
    }

    @Story(number = 33, tells = "a rule's host is what every attempt names, and the application's own is where it goes")
    void hosts() throws Exception {
        var calls = new AtomicInteger();
        try (var peer = Peer.plain((request, out) ->
                        out.text(calls.incrementAndGet() == 1 ? 503 : 200, "you asked " + request.header("host")));
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(naming(Rules.of(peer.endpoint()).retrying()));
            assertEquals(
                    "you asked inner.example:8080",
                    client.send(Outgoing.get(URL)).text());
            assertEquals("inner.example:8080", peer.received().get(0).header("host"), "of the first attempt");
        }
        rig.assertHealthy();
    }

    @Story(
            number = 34,
            tells = "a rule's host is what requests of HTTP/2 name too",
            needs = ClientUnderTest.Feature.HTTP2)
    void hostsOverHttp2() throws Exception {
        try (var peer = Http2Peer.plain("inner");
                var client = rig.open(Knobs.PLAIN.speakingHttp2())) {
            rig.publish(naming(Rules.of(peer.endpoint())));
            for (int i = 0; i < 2; i++) {
                client.send(Outgoing.post(URL, "body")).text();
            }
            assertEquals(List.of("inner.example:8080", "inner.example:8080"), List.copyOf(peer.authorities()));
        }
        rig.assertHealthy();
    }

    private static Snapshot naming(Rules rules) {
        Snapshot plain = Rules.snapshot(rules);
        var forward = (Action.Forward) plain.hosts().get(0).routes().get(0).action();
        var route = new Route("story", Match.ANY, forward.naming(new HostRewrite.Literal("inner.example:8080")));
        return new Snapshot(
                "host",
                plain.directory(),
                List.of(new VirtualHost(Rig.NAME, List.of(Rig.NAME), List.of(route))),
                plain.clusters());
    }

    @Story(
            number = 37,
            tells = "who is named before the host is no part of it",
            needs = ClientUnderTest.Feature.USER_INFO)
    void userInfo() throws Exception {
        try (var peer = Peer.saying("hi");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            assertEquals(
                    "hi",
                    client.send(Outgoing.get("http://me@" + Rig.NAME + "/a")).text());
            assertEquals("/a", last(peer).target());
            assertEquals(Rig.NAME, last(peer).header("host"));
        }
        rig.assertHealthy();
    }

    @Story(number = 27, tells = "a rule's redirect is followed like a server's, by who follows redirects")
    void redirects() throws Exception {
        try (var orders = Peer.saying("orders");
                var users = Peer.plain((request, out) -> out.text(200, request.method() + " " + request.target()));
                var patient = rig.open(Knobs.PLAIN);
                var client = rig.open(Knobs.PLAIN.followingRedirects())) {
            var there = new Redirect(null, "users.weft.test", 0, "/them", null, false, 302);
            rig.publish(Rules.snapshot(
                    Rules.of(orders.endpoint()).redirecting(there), Rules.named("users.weft.test", users.endpoint())));
            var told = patient.send(Outgoing.get(URL + "x?y"));
            assertEquals(302, told.status());
            assertEquals("http://users.weft.test/them?y", told.headers().apply("location"));
            told.text();
            assertEquals("GET /them?y", client.send(Outgoing.get(URL + "x?y")).text());
            assertEquals(0, orders.accepted());
        }
        rig.assertHealthy();
    }

    @Story(number = 28, tells = "a condition on a header sees all of its values, in whatever case it is written")
    void conditions() throws Exception {
        try (var both = Peer.saying("both");
                var others = Peer.saying("others");
                var client = rig.open(Knobs.PLAIN)) {
            var plain = Rules.snapshot(Rules.of(others.endpoint()), Rules.named("both.weft.test", both.endpoint()));
            var values = new Match.StringMatch.Regex(Pattern.compile("1, ?2|2, ?1"));
            var wanted =
                    new Match(new Match.PathMatch.Prefix("/"), List.of(new Match.HeaderMatch("x-team", values, false)));
            var routes = List.of(
                    new Route("both", wanted, Action.Forward.to("both.weft.test")),
                    new Route("others", Match.ANY, Action.Forward.to(Rig.NAME)));
            rig.publish(new Snapshot(
                    "conditions",
                    plain.directory(),
                    List.of(new VirtualHost(Rig.NAME, List.of(Rig.NAME), routes)),
                    plain.clusters()));
            assertEquals(
                    "both",
                    client.send(Outgoing.get(URL).header("x-team", "1").header("X-Team", "2"))
                            .text());
            assertEquals(
                    "others",
                    client.send(Outgoing.get(URL).header("X-Team", "2")).text());
            assertEquals("others", client.send(Outgoing.get(URL)).text());
        }
        rig.assertHealthy();
    }

    @Story(number = 29, tells = "whoever records calls sees the application's own headers, and no edit of the mesh")
    void recorded() throws Exception {
        try (var peer = Peer.saying("hi");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            Map<String, String> seen = new ConcurrentHashMap<>();
            rig.witness((engine, call, now) -> call.request()
                    .headers((name, value) -> seen.merge(name.toLowerCase(Locale.ROOT), value, String::concat)));
            try {
                client.send(Outgoing.get(URL).header("x-team", "1").header("X-Team", "2"))
                        .text();
            } finally {
                rig.witness(null);
            }
            assertTrue(List.of("12", "21").contains(seen.get("x-team")), seen.toString());
            assertNotNull(last(peer).header("traceparent"));
            if (!rig.besideAnother()) {
                assertNull(seen.get("traceparent"));
            }
        }
        rig.assertHealthy();
    }

    @Story(
            number = 30,
            tells = "an answer says which endpoint it came from, and who brings that along meets it again",
            needs = ClientUnderTest.Feature.ANSWER_HEADERS)
    void sessions() throws Exception {
        try (var one = Peer.saying("one");
                var other = Peer.saying("other");
                var client = rig.open(Knobs.PLAIN)) {
            var plain = Rules.snapshot(Rules.of(one.endpoint(), other.endpoint()));
            var session = new StatefulSession("story", new StatefulSession.Key.Header("x-session"), false);
            var route = new Route("kept", Match.ANY, Action.Forward.to(Rig.NAME), List.of(session));
            rig.publish(new Snapshot(
                    "sessions",
                    plain.directory(),
                    List.of(new VirtualHost(Rig.NAME, List.of(Rig.NAME), List.of(route))),
                    plain.clusters()));
            var first = client.send(Outgoing.get(URL));
            String kept = first.headers().apply("x-session");
            assertNotNull(kept);
            String met = first.text();
            for (int i = 0; i < 4; i++) {
                var next = client.send(Outgoing.get(URL).header("x-session", kept));
                assertNull(next.headers().apply("x-session"));
                assertEquals(met, next.text());
            }
        }
        rig.assertHealthy();
    }

    @Story(
            number = 36,
            tells = "the headers of an answer are what a rule makes of them",
            needs = ClientUnderTest.Feature.ANSWER_HEADERS)
    void answerHeaders() throws Exception {
        try (var peer = Peer.plain((request, out) -> out.header("x-old", "1")
                        .header("x-kept", "2")
                        .header("x-set", "3")
                        .text(200, "hi"));
                var client = rig.open(Knobs.PLAIN)) {
            Snapshot plain = Rules.snapshot(Rules.of(peer.endpoint()));
            var edits = new HeaderEdits(
                    List.of("X-Old"),
                    List.of(new HeaderEdits.Entry("x-set", "4")),
                    List.of(new HeaderEdits.Entry("x-added", "5")));
            var route =
                    new Route("edited", Match.ANY, Action.Forward.to(Rig.NAME).editingAnswers(edits));
            rig.publish(new Snapshot(
                    "edits",
                    plain.directory(),
                    List.of(new VirtualHost(Rig.NAME, List.of(Rig.NAME), List.of(route))),
                    plain.clusters()));
            var answer = client.send(Outgoing.get(URL));
            assertNull(answer.headers().apply("x-old"));
            assertEquals("2", answer.headers().apply("x-kept"));
            assertEquals("4", answer.headers().apply("x-set"));
            assertEquals("5", answer.headers().apply("x-added"));
            assertEquals("hi", answer.text());
        }
        rig.assertHealthy();
    }

    @Story(
            number = 32,
            tells = "a load that an endpoint reports behind a body is told with the end of the answer",
            needs = ClientUnderTest.Feature.TRAILERS)
    void trailers() throws Exception {
        String load = "TEXT cpu_utilization=0.5,rps_fractional=9";
        try (var peer = Peer.plain((request, out) -> out.chunked("hi", "endpoint-load-metrics", load));
                var client = rig.open(Knobs.PLAIN)) {
            var plain = Rules.snapshot(Rules.of(peer.endpoint()));
            rig.publish(plain);
            assertEquals("hi", client.send(Outgoing.get(URL)).text());
            rig.awaitFinished(1);
            assertNull(reported(0), "nobody asks, and nothing is looked up");

            var heeding = new Balancer.ClientSideWeighted(0, 60_000_000_000L, 1_000_000_000L, 1);
            var to = Objects.requireNonNull(plain.clusters().get(Rig.NAME));
            var cluster = new Cluster(
                    Rig.NAME,
                    heeding,
                    to.endpoints(),
                    to.transport(),
                    to.outlier(),
                    to.panicThreshold(),
                    to.budget(),
                    to.connectTimeoutNanos());
            rig.publish(new Snapshot("trailers", plain.directory(), plain.hosts(), Map.of(Rig.NAME, cluster)));
            assertEquals("hi", client.send(Outgoing.get(URL)).text());
            rig.awaitFinished(2);
            assertEquals(load, reported(1));
        }
        rig.assertHealthy();
    }

    private @Nullable String reported(int call) {
        var end = rig.finished().get(call).attempts().get(0).end();
        return end == null ? null : end.trailers().first("endpoint-load-metrics");
    }
}
