package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.TraceContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Client spans and cluster numbers, made from real calls of the engine in virtual time. */
class ClientSideTest {
    private static final InetSocketAddress DEAD = new InetSocketAddress("127.0.0.1", 1);
    private static final InetSocketAddress ALIVE = new InetSocketAddress("127.0.0.1", 2);
    private static final long SECOND = 1_000_000_000L;

    private long now = 1_000;
    private boolean otherTracer;
    private Outcome refusal = Outcome.UNSENT;
    private final Ambient ambient = new Ambient(() -> otherTracer);
    private final List<Span> spans = new ArrayList<>();
    private final List<Span> known = new ArrayList<>();
    private Map<String, String> sent = Map.of();
    private final Random seeded = new Random(1);
    private final ClientSide client = new ClientSide(
            () -> now,
            new ClientSpans(
                    new Epoch(() -> now, () -> 7_000_000 + now),
                    call -> spans.add(call.span()),
                    call -> known.add(call.span())));
    private final Engine engine = new Engine(
            new RandomSource() {
                @Override
                public int below(int bound) {
                    return seeded.nextInt(bound);
                }

                @Override
                public long bits() {
                    return seeded.nextLong();
                }
            },
            ambient,
            client,
            bug -> {
                throw new AssertionError(bug);
            });

    private record Get(String host, String path, String method, Map<String, String> headers) implements Request {
        @Override
        public int port() {
            return 80;
        }

        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }

    private void publish(InetSocketAddress... addresses) {
        RetryPolicy retry = new RetryPolicy(
                Set.of(RetryPolicy.Condition.CONNECT_FAILURE), Set.of(), 2, Long.MAX_VALUE, 1000, 10_000, false);
        Action.Forward forward = new Action.Forward(
                List.of(new Action.WeightedCluster("c\"1", 1, HeaderEdits.NONE)),
                Long.MAX_VALUE,
                retry,
                null,
                List.of(),
                HeaderEdits.NONE);
        Cluster cluster = new Cluster(
                "c\"1",
                Balancer.ROUND_ROBIN,
                List.of(addresses).stream().map(Endpoint::of).toList(),
                Transport.PLAINTEXT,
                new OutlierPolicy(1, SECOND, 30 * SECOND, 300 * SECOND, 50),
                0,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE);
        engine.publish(new Snapshot(
                "1",
                new Directory(Directory.State.KNOWN, Map.of("order", new Directory.Entry("order", Set.of()))),
                List.of(new VirtualHost("order", List.of("order"), List.of(new Route("all", Match.ANY, forward)))),
                Map.of("c\"1", cluster)));
    }

    /** Runs a call to its end: the dead endpoint refuses, the other answers with this status. */
    private void run(String method, int status) {
        Call call = engine.call(new Get("order", "/orders/1?token=secret", method, sent), false);
        call.start(now);
        for (Step step = call.next(now); !(step instanceof Step.Deliver || step instanceof Step.Reply); ) {
            if (step instanceof Step.Send send) {
                answer(call, send.attempt(), status);
            } else {
                now = assertInstanceOf(Step.Idle.class, step).wakeAt();
            }
            step = call.next(now);
        }
    }

    private void answer(Call call, Attempt attempt, int status) {
        now += 100;
        if (attempt.endpoint().address().equals(DEAD)) {
            call.end(attempt, End.failed(refusal, new IOException("refused")), now);
        } else {
            call.head(attempt, Head.http(status, Headers.NONE), now);
            now += 50;
            call.end(attempt, End.COMPLETE, now);
        }
    }

    @Test
    void oneSpanTellsWhatEachAttemptMet() {
        publish(DEAD, ALIVE);
        TraceContext server = new TraceContext(1, 2, 3, true, "");
        ambient.set(server);
        run("GET", 200);
        Span span = spans.get(0);
        assertEquals(Span.Kind.CLIENT, span.kind());
        assertEquals(server.traceId(), span.context().traceId());
        assertEquals(3, span.parentId());
        assertNotEquals(3, span.context().spanId());
        assertFalse(span.failed());
        assertEquals(7_001_000, span.start());
        assertEquals(now - 1_000, span.end() - span.start());
        assertEquals(
                List.of(Outcome.UNSENT, Outcome.SUCCESS),
                span.attempts().stream().map(Span.Attempt::outcome).toList());
        assertEquals(
                List.of(0, 200),
                span.attempts().stream().map(Span.Attempt::code).toList());
        assertEquals(
                List.of(DEAD, ALIVE),
                span.attempts().stream().map(Span.Attempt::endpoint).toList());
        assertTrue(span.attributes().contains(new Attribute.Text("url.path", "/orders/1")), "and no query");
        assertTrue(span.attributes().contains(new Attribute.Text("weft.route", "all")));
        assertTrue(span.attributes().contains(new Attribute.Count("http.response.status_code", 200)));
    }

    @Test
    void aRefusedCallSaysWhy() {
        publish();
        run("GET", 200);
        Span span = spans.get(0);
        assertTrue(span.failed());
        assertEquals(List.of(), span.attempts());
        assertTrue(span.why().contains("has no endpoint"), span.why());
    }

    @Test
    void anErrorOfThePeerIsAnErrorOfTheSpan() {
        publish(ALIVE);
        run("POST", 404);
        assertTrue(spans.get(0).failed());
    }

    @Test
    void withAnotherTracerThereIsNoSpan() {
        otherTracer = true;
        publish(ALIVE);
        run("GET", 200);
        assertEquals(List.of(), spans);
        assertEquals(List.of(), known, "nor anything to know it by");
    }

    @Test
    void aCallOfAnotherTracersSpanIsKnownByIt() {
        otherTracer = true;
        publish(DEAD, ALIVE);
        TraceContext place = new TraceContext(0xA, 0xB, 0xC, true, "");
        sent = Map.of("traceparent", place.traceparent());
        run("GET", 200);
        Span call = known.get(0);
        assertEquals(place, call.context());
        assertEquals(0, call.parentId());
        assertEquals(2, call.attempts().size());
        sent = Map.of("b3", "000000000000000a000000000000000b-000000000000000c-1");
        run("GET", 200);
        assertEquals(place, known.get(1).context());
        assertEquals(List.of(), spans, "it is not ours to tell");
    }

    @Test
    void aCallThatTheApplicationHasGivenItsPlaceIsKnownByIt() {
        publish(ALIVE);
        TraceContext place = new TraceContext(0xA, 0xB, 0xC, true, "");
        sent = Map.of("traceparent", place.traceparent());
        run("GET", 200);
        assertEquals(place, known.get(0).context());
        assertEquals(List.of(), spans);
    }

    @Test
    void anUnsampledTraceLeavesNoSpan() {
        publish(ALIVE);
        ambient.set(new TraceContext(1, 2, 3, false, ""));
        run("GET", 200);
        assertEquals(List.of(), spans);
        assertEquals(List.of(), known);
    }

    @Test
    void whatWentWrongIsKnownThoughNobodySampledIt() {
        publish(DEAD, ALIVE);
        ambient.set(new TraceContext(1, 2, 3, false, ""));
        run("GET", 200);
        run("GET", 503);
        assertEquals(
                List.of(2, 1),
                known.stream().map(call -> call.attempts().size()).toList());
        assertEquals(2, known.get(0).context().traceLow());
        assertEquals(List.of(), spans);
    }

    @Test
    void clustersAndEndpointsAreCounted() {
        publish(DEAD, ALIVE);
        run("GET", 200);
        Map<String, Double> samples = metrics();
        assertEquals(2, samples.get("weft_cluster_upstream_rq_total|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_upstream_rq_error|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_upstream_rq_retry|cluster_name=c\"1"));
        assertEquals(0, samples.get("weft_cluster_upstream_rq_active|cluster_name=c\"1"));
        assertEquals(2, samples.get("weft_cluster_membership_total|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_membership_healthy|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_outlier_detection_ejections_active|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_endpoint_ejected|cluster_name=c\"1|endpoint_address=127.0.0.1:1"));
        assertEquals(1, samples.get("weft_cluster_endpoint_rq_success|cluster_name=c\"1|endpoint_address=127.0.0.1:2"));
    }

    @Test
    void ejectionsAreCountedByTheirRule() {
        publish(DEAD, ALIVE);
        run("GET", 503);
        Map<String, Double> samples = metrics();
        String ejections = "weft_cluster_outlier_detection_ejections_";
        assertEquals(1, samples.get(ejections + "enforced_consecutive_5xx|cluster_name=c\"1"));
        assertEquals(0, samples.get(ejections + "enforced_success_rate|cluster_name=c\"1"));
        assertEquals(1, samples.get(ejections + "overflow|cluster_name=c\"1"), "half of two are out already");
    }

    @Test
    void whoIsNotReachedIsCountedApartFromWhoIsEjected() {
        refusal = Outcome.CONNECT_FAILURE;
        publish(DEAD, ALIVE);
        run("GET", 200);
        Map<String, Double> samples = metrics();
        assertEquals(1, samples.get("weft_cluster_upstream_cx_connect_fail|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_membership_healthy|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_membership_unreached|cluster_name=c\"1"));
        assertEquals(0, samples.get("weft_cluster_outlier_detection_ejections_active|cluster_name=c\"1"));
        assertEquals(
                1, samples.get("weft_cluster_endpoint_cx_connect_fail|cluster_name=c\"1|endpoint_address=127.0.0.1:1"));
    }

    @Test
    void theSumsOfAClusterNeverFallWhenAnEndpointLeaves() {
        publish(DEAD, ALIVE);
        run("GET", 200);
        publish(ALIVE);
        Map<String, Double> samples = metrics();
        assertEquals(2, samples.get("weft_cluster_upstream_rq_total|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_outlier_detection_ejections_enforced_total|cluster_name=c\"1"));
        assertEquals(1, samples.get("weft_cluster_membership_total|cluster_name=c\"1"));
    }

    @Test
    void theWholePageIsWellFormed() {
        publish(DEAD, ALIVE);
        ServerSide server = new ServerSide(
                ambient,
                new RandomSource() {
                    @Override
                    public int below(int bound) {
                        return 0;
                    }

                    @Override
                    public long bits() {
                        return 5;
                    }
                },
                () -> now,
                new Epoch(() -> now, () -> now),
                call -> spans.add(call.span()));
        server.begin("GET", "/", Headers.NONE).end(204, Outcome.SUCCESS, null);
        server.begin("GET", "/", Headers.NONE);
        Exposition out = new Exposition();
        server.write(out);
        ClusterMetrics.write(engine.live().clusters().values(), now, out);
        Map<String, Double> samples = PrometheusText.read(out.toString());
        assertEquals(2, samples.get("weft_http_downstream_rq_total"));
        assertEquals(1, samples.get("weft_http_downstream_rq_active"));
        assertEquals(1, samples.get("weft_http_downstream_rq_xx|response_code_class=2"));
    }

    private Map<String, Double> metrics() {
        Exposition out = new Exposition();
        ClusterMetrics.write(engine.live().clusters().values(), now, out);
        return PrometheusText.read(out.toString());
    }
}
