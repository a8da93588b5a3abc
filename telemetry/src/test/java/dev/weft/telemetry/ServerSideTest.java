package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.adapt.Inbound.Served;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.Handed;
import dev.weft.engine.trace.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerSideTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private long now = 1_000;
    private boolean otherTracer;
    private final Ambient ambient = new Ambient(() -> otherTracer);
    private final List<Span> spans = new ArrayList<>();
    private final Random seeded = new Random(42);
    private final ServerSide server = new ServerSide(
            ambient,
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
            () -> now,
            new Epoch(() -> now, () -> 5_000_000 + now),
            call -> spans.add(call.span()));

    private static Headers traceparent(String value) {
        return name -> name.equals("traceparent") ? value : null;
    }

    @Test
    void aCallersTraceIsContinued() {
        Served served = server.begin("GET", "/a", traceparent(PARENT));
        TraceContext current = ambient.current();
        assertNotNull(current);
        assertEquals("0af7651916cd43dd8448eb211c80319c", current.traceId());
        now += 300;
        served.detach();
        served.end(200, Outcome.SUCCESS, null);
        Span span = spans.get(0);
        assertEquals(current, span.context());
        assertEquals(0xb7ad6b7169203331L, span.parentId());
        assertNotEquals(span.parentId(), span.context().spanId());
        assertEquals(5_001_000, span.start());
        assertEquals(300, span.end() - span.start());
        assertFalse(span.failed());
    }

    @Test
    void aSpanHasTheIdOfItsRequest() {
        server.begin("GET", "/a", name -> name.equals("x-request-id") ? "one" : null)
                .end(200, Outcome.SUCCESS, null);
        server.begin("GET", "/a", Headers.NONE).end(200, Outcome.SUCCESS, null);
        assertTrue(spans.get(0).attributes().contains(new Attribute.Text("guid:x-request-id", "one")));
        assertTrue(spans.get(1).attributes().stream().noneMatch(a -> a.name().equals("guid:x-request-id")));
    }

    @Test
    void aRequestThatBringsATimeLimitIsServedUnderIt() {
        Served outer = server.begin("GET", "/a", name -> name.equals("x-envoy-expected-rq-timeout-ms") ? "250" : null);
        assertEquals(1_000 + 250_000_000L, ambient.deadline());
        Served inner = server.begin("GET", "/a", name -> name.equals("grpc-timeout") ? "10u" : null);
        assertEquals(1_000 + 10_000L, ambient.deadline());
        inner.detach();
        assertEquals(1_000 + 250_000_000L, ambient.deadline());
        outer.detach();
        assertEquals(Long.MAX_VALUE, ambient.deadline());
        now += 200;
        outer.attach();
        assertEquals(1_000 + 250_000_000L, ambient.deadline(), "on whichever thread goes on");
        outer.detach();
    }

    @Test
    void aRequestHandsDownHowOftenItWasTriedAndHowUrgentItIs() {
        Map<String, String> headers = Map.of("x-envoy-attempt-count", "3", "priority", "u=5");
        Served served = server.begin("GET", "/a", headers::get);
        assertEquals(Handed.of(2, 5), ambient.handed());
        Served inner = server.begin("GET", "/a", name -> null);
        assertEquals(Handed.NOTHING, ambient.handed());
        inner.detach();
        assertEquals(Handed.of(2, 5), ambient.handed());
        served.detach();
        assertEquals(Handed.NOTHING, ambient.handed());
    }

    @Test
    void aTimeLimitBeyondAllTimeIsNeverOver() {
        now = 2_000_000_000L;
        for (String millis : new String[] {"9223372036854", "9223372036855"}) {
            Served served =
                    server.begin("GET", "/a", name -> name.equals("x-envoy-expected-rq-timeout-ms") ? millis : null);
            assertEquals(Long.MAX_VALUE, ambient.deadline());
            served.detach();
        }
    }

    @Test
    void withoutACallersTraceOneIsStarted() {
        server.begin("GET", "/a", Headers.NONE).end(500, Outcome.SERVER_FAILURE, new IllegalStateException("boom"));
        Span span = spans.get(0);
        assertEquals(0, span.parentId());
        assertTrue(span.context().sampled());
        assertTrue(span.failed());
        assertEquals("java.lang.IllegalStateException: boom", span.why());
    }

    @Test
    void aBrokenTraceparentStartsANewTrace() {
        server.begin("GET", "/a", traceparent("00-zz-1-01")).end(200, Outcome.SUCCESS, null);
        assertEquals(0, spans.get(0).parentId());
    }

    @Test
    void anUnsampledTraceIsPassedOnButNotKept() {
        Served served = server.begin("GET", "/a", traceparent(PARENT.substring(0, 54) + "0"));
        TraceContext current = ambient.current();
        assertNotNull(current);
        assertFalse(current.sampled());
        served.detach();
        served.end(200, Outcome.SUCCESS, null);
        assertEquals(List.of(), spans);
    }

    @Test
    void withAnotherTracerRequestsAreCountedButNotTraced() {
        otherTracer = true;
        Served served = server.begin("GET", "/a", traceparent(PARENT));
        assertNull(ambient.current());
        assertEquals(1, server.inFlight());
        served.detach();
        served.end(404, Outcome.CALLER_FAULT, null);
        assertEquals(List.of(), spans);
        assertEquals(0, server.inFlight());
        assertEquals(1, server.ended(4));
    }

    @Test
    void theThreadGetsItsFormerTraceBack() {
        TraceContext before = new TraceContext(1, 2, 3, true, "");
        ambient.set(before);
        Served served = server.begin("GET", "/a", traceparent(PARENT));
        assertNotEquals(before, ambient.current());
        served.detach();
        assertEquals(before, ambient.current());
        served.attach();
        assertNotEquals(before, ambient.current());
        served.detach();
        assertEquals(before, ambient.current());
    }

    @Test
    void onlyTheFirstEndCounts() {
        Served served = server.begin("GET", "/a", Headers.NONE);
        served.end(200, Outcome.SUCCESS, null);
        served.end(500, Outcome.SERVER_FAILURE, null);
        assertEquals(0, server.inFlight());
        assertEquals(1, server.total());
        assertEquals(1, server.ended(2));
        assertEquals(0, server.ended(5));
        assertEquals(1, spans.size());
    }

    @Test
    void longPathsAreCutShort() {
        server.begin("GET", "/" + "x".repeat(100_000), Headers.NONE).end(200, Outcome.SUCCESS, null);
        assertTrue(spans.get(0).attributes().toString().length() < 500);
    }
}
