package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.TokenBucket;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.Propagation;
import dev.weft.engine.trace.TraceContext;
import dev.weft.telemetry.Calls.Manner;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExplainSamplerTest {
    private final List<Span> spans = new ArrayList<>();
    private long clock = 1_000;
    private long cost;

    private Calls calls(ExplainSampler sampler) {
        ClientSpans recorder = new ClientSpans(new Epoch(() -> 1, () -> 1), span -> spans.add(span.span()));
        return new Calls(new Ambient(() -> false), sampler, recorder);
    }

    private ExplainSampler sampler(double share) {
        return new ExplainSampler(share, Calls.random(), () -> clock += cost);
    }

    @Test
    void aCallIsExplainedAsItStoodWhenItWasDecided() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler);
        Endpoint sick = new Endpoint(
                new InetSocketAddress("127.0.0.1", 9), Endpoint.Health.UNHEALTHY, 1, Endpoint.Locality.NONE, Map.of());
        calls.publish("c", List.of(Endpoint.of(new InetSocketAddress("127.0.0.1", 1)), sick), Match.ANY);
        calls.get("/a?secret");
        calls.publish("c", List.of(), Match.ANY);
        Explanation explanation = sampler.of(spans.get(0));
        assertNotNull(explanation);
        assertEquals("c", explanation.cluster());
        assertEquals("/a", explanation.path());
        assertEquals(
                List.of("127.0.0.1:1 null", "127.0.0.1:9 unhealthy"),
                explanation.candidates().stream()
                        .map(one -> one.address() + " " + one.removedBy())
                        .toList());
        assertEquals("sent to one of the candidates, chosen by round robin", explanation.conclusion());
        Json json = new Json();
        RecentSpans.write("t", spans, sampler, json);
        assertTrue(json.toString().contains("\"removedBy\":\"unhealthy\""), json.toString());
    }

    @Test
    void aCallThatWasRetriedIsExplainedAttemptByAttempt() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler).to(Manner.FAILS, Manner.ANSWERS);
        calls.get("/first"); // by turns, and it may be the good one's
        Span retried = spans.get(0).attempts().size() == 2 ? spans.get(0) : afterAnother(calls);

        Explanation explanation = sampler.of(retried);

        assertNotNull(explanation);
        assertEquals(
                List.of(
                        new Explanation.Attempt(1, "127.0.0.1:1", Outcome.UNAVAILABLE, 503, 1_000_000, ""),
                        new Explanation.Attempt(
                                2,
                                "127.0.0.1:2",
                                Outcome.SUCCESS,
                                200,
                                2_000_000,
                                "sent because of attempt 1: 503, the peer can't take calls")),
                explanation.attempts());
        assertTrue(explanation.text().endsWith("""
                          sent to one of the candidates, chosen by round robin
                            attempt 1 to 127.0.0.1:1: 503, the peer can't take calls after 1.0 ms
                            attempt 2 to 127.0.0.1:2: 200, answered after 2.0 ms; sent because of attempt 1: 503, the \
                        peer can't take calls
                        """), explanation.text());
        Json json = new Json();
        RecentSpans.write("t", List.of(retried), sampler, json);
        assertTrue(
                json.toString().contains("\"scored\":\"50.0 % of the calls\"")
                        && json.toString().contains("\"attempts\":[{\"number\":1,\"address\":\"127.0.0.1:1\","),
                json.toString());
    }

    private Span afterAnother(Calls calls) {
        calls.get("/second");
        return spans.get(1);
    }

    private static LocalRateLimit once() {
        TokenBucket bucket = new TokenBucket(1, 1, Long.MAX_VALUE);
        LocalRateLimit.Answer answer = LocalRateLimit.Answer.DEFAULT;
        return new LocalRateLimit("r", bucket, List.of(), List.of(), true, 1_000_000, 1_000_000, answer);
    }

    private static Action forward(Calls calls) {
        return calls.engine.snapshot().hosts().get(0).routes().get(0).action();
    }

    private static void rule(Calls calls, Action action, Guard... guards) {
        Snapshot now = calls.engine.snapshot();
        Route route = new Route("all", Match.ANY, action, List.of(guards));
        VirtualHost host = new VirtualHost("order", List.of("order"), List.of(route));
        calls.engine.publish(new Snapshot("2", now.directory(), List.of(host), now.clusters()));
    }

    /** The newest call as the ring tells of it. */
    private Explanation newest(ExplainSampler sampler) {
        Explanation explanation = sampler.of(spans.get(spans.size() - 1));
        assertNotNull(explanation);
        return explanation;
    }

    @Test
    void aCallThatAGuardRefusedIsExplainedWithWhatTheGuardHadCounted() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler).to(Manner.ANSWERS);
        rule(calls, forward(calls), once());
        calls.get("/");
        calls.get("/a?secret");

        assertEquals(2, spans.size());
        Explanation explanation = newest(sampler);
        assertEquals("answered here with status 429: rate limit of r", explanation.conclusion());
        assertEquals(new Explanation.Refused(429, "rate limit of r"), explanation.refused());
        assertTrue(
                explanation.guards().get(0).startsWith("rate limit (r): 0 of 1 tokens are there"), explanation::text);
        assertEquals(1, explanation.candidates().size());
        assertEquals(List.of(), explanation.attempts());
        assertEquals("/a", explanation.path());
        Json json = new Json();
        RecentSpans.write("t", spans, sampler, json);
        assertTrue(
                json.toString().contains("\"refused\":{\"status\":429,\"why\":\"rate limit of r\"}"), json.toString());
    }

    @Test
    void aCallThatTheClusterRefusedIsExplainedByThat() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler).to();
        cost = 1_000; // so that after the explanation of its way in there is no time for another
        calls.get("/");
        assertEquals(
                "refused with status 503: order:80: cluster " + Calls.CLUSTER + " has no endpoint",
                newest(sampler).conclusion());
        cost = 0;
        calls.now = clock += 1_000_000_000;
        calls.to(Manner.ANSWERS);
        Snapshot now = calls.engine.snapshot();
        Cluster cluster = now.clusters().get(Calls.CLUSTER);
        Cluster none = new Cluster(
                cluster.name(),
                cluster.balancer(),
                cluster.endpoints(),
                cluster.transport(),
                null,
                0,
                cluster.budget(),
                Long.MAX_VALUE,
                cluster.sharing(),
                new Limits(0, List.of()));
        calls.engine.publish(new Snapshot("2", now.directory(), now.hosts(), Map.of(Calls.CLUSTER, none)));
        calls.get("/");
        assertTrue(newest(sampler).conclusion().contains("overflow: "), newest(sampler)::text);
        assertNull(newest(sampler).picked());
    }

    @Test
    void aCallWhoseTimeWasOverIsExplainedByThatWithItsAttempts() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler).retries(0).to(Manner.SILENT);
        calls.get("/");
        assertEquals(
                "refused with status 504: order:80: no answer within the time limit of the call",
                newest(sampler).conclusion());
        assertEquals(1, newest(sampler).attempts().size());
    }

    @Test
    void whatTheRouteAnswersIsExplainedWithoutTheQuery() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler).to(Manner.ANSWERS);
        rule(calls, new Action.Redirected(new Redirect(null, "elsewhere", 0, null, null, false, 301), List.of()));
        calls.get("/a?secret");
        assertEquals("redirected with status 301", newest(sampler).conclusion());
        assertNull(newest(sampler).refused());
        rule(calls, new Action.DirectResponse(204, "", List.of()));
        calls.get("/");
        assertEquals("answered here with status 204", newest(sampler).conclusion());
    }

    @Test
    void aCallWithoutARouteIsExplainedRouteByRoute() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler);
        calls.publish(Calls.CLUSTER, List.of(), new Match(new Match.PathMatch.Exact("/only"), List.of()));
        calls.get("/else");
        Explanation explanation = newest(sampler);
        assertNotNull(explanation.routes().get(0).mismatch());
        assertEquals("refused with status 404: order:80: no route of order matches", explanation.conclusion());
    }

    @Test
    void whatIsRefusedIsNotExplainedWhereNobodyTraces() {
        ExplainSampler sampler = sampler(1);
        Calls calls = new Calls(new Ambient(() -> false, Propagation.W3C, 0), sampler).to(Manner.ANSWERS);
        rule(calls, forward(calls), once());
        cost = 1;
        long before = clock;
        calls.get("/");
        calls.get("/");
        assertEquals(before, clock, "no explanation began");
    }

    @Test
    void theShareIsOneOfTracesSoThatAllAgentsExplainTheSame() {
        ExplainSampler one = sampler(0.25);
        ExplainSampler other = sampler(0.25);
        Random ids = new Random(3);
        for (int i = 0; i < 200; i++) {
            TraceContext trace = new TraceContext(1, ids.nextLong(), 5, true, "");
            assertEquals(explains(one, trace), explains(other, trace));
        }
    }

    private boolean explains(ExplainSampler sampler, TraceContext trace) {
        Calls calls = calls(sampler).to(Manner.ANSWERS);
        calls.ambient.set(trace);
        calls.get("/");
        return sampler.of(spans.get(spans.size() - 1)) != null;
    }

    @Test
    void theShareIsOneOfTheSampledTraces() {
        ExplainSampler sampler = sampler(0.1);
        Ambient ambient = new Ambient(() -> false, Propagation.W3C, 0.1);
        Random ids = new Random(3);
        int sampled = 0;
        int explained = 0;
        while (sampled < 1_000) {
            TraceContext trace = new TraceContext(1, ids.nextLong(), 5, true, "");
            if (ambient.samples(trace.traceLow())) {
                sampled++;
                explained += explains(sampler, trace) ? 1 : 0;
            }
        }
        assertEquals(100, explained, 40);
    }

    @Test
    void whatNobodyTracesIsNotExplained() {
        ExplainSampler sampler = sampler(1);
        Calls calls = new Calls(new Ambient(() -> false, Propagation.W3C, 0), sampler).to(Manner.ANSWERS);
        cost = 1;
        long before = clock;
        calls.get("/");
        assertEquals(before, clock, "no explanation began");
    }

    @Test
    void anExplanationThatTookLongIsFollowedByFiftyTimesAsLongWithout() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler).to(Manner.ANSWERS);
        cost = 1_000_000;
        calls.now = clock;
        calls.get("/");
        cost = 0;
        long over = clock;
        calls.now = over + 50 * 1_000_000 - 1;
        calls.get("/");
        calls.now = over + 50 * 1_000_000;
        calls.get("/");
        assertNotNull(sampler.of(spans.get(0)));
        assertNull(sampler.of(spans.get(1)));
        assertNotNull(sampler.of(spans.get(2)));
    }

    @Test
    void theNewestAreKept() {
        ExplainSampler sampler = sampler(1);
        Calls calls = calls(sampler).to(Manner.ANSWERS);
        for (int i = 0; i < 300; i++) {
            calls.get("/");
        }
        assertNull(sampler.of(spans.get(0)));
        assertNotNull(sampler.of(spans.get(299)));
    }

    @Test
    void ofALargeClusterAPartIsShown() {
        ExplainSampler sampler = sampler(1);
        List<Endpoint> many = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            many.add(Endpoint.of(new InetSocketAddress("127.0.0.1", i)));
        }
        calls(sampler).publish("c", many, Match.ANY).get("/");
        Explanation explanation = sampler.of(spans.get(0));
        assertNotNull(explanation);
        assertEquals(64, explanation.candidates().size());
        assertTrue(explanation.conclusion().endsWith("(64 of 200 are shown)"), explanation.conclusion());
    }

    @Test
    void aShareOutsideOfItsRangeIsRefused() {
        for (double share : new double[] {0, -1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> sampler(share));
        }
    }
}
