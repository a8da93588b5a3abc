package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.trace.TraceContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentSpansTest {
    private static Span span(long trace, long id, long start, String name) {
        return new Span(
                new TraceContext(7, trace, id, true, ""),
                0,
                Span.Kind.SERVER,
                name,
                start,
                start + 10,
                List.of(),
                List.of(),
                false,
                "");
    }

    @Test
    void aTraceIsFoundInTheOrderItsSpansBegan() {
        RecentSpans spans = new RecentSpans(8);
        spans.accept(span(1, 2, 50, "late"));
        spans.accept(span(2, 9, 10, "other"));
        spans.accept(span(1, 1, 20, "early"));
        List<Span> found = spans.trace("00000000000000070000000000000001");
        assertEquals(List.of("early", "late"), found.stream().map(Span::name).toList());
        assertEquals(List.of(), spans.trace("nonsense"));
        assertEquals(List.of(), spans.trace("00000000000000000000000000000000"));
    }

    @Test
    void theOldestMakeRoomWhenTheCountRunsOver() {
        RecentSpans spans = new RecentSpans(4);
        for (int i = 1; i <= 10; i++) {
            spans.accept(span(1, i, i, "s"));
        }
        assertEquals(
                List.of(7L, 8L, 9L, 10L), spans.all().stream().map(Span::start).toList());
        assertEquals(10, spans.added());
    }

    @Test
    void underManyWritersTheBoundHoldsAndEverySlotIsUsed() throws InterruptedException {
        int writers = 8;
        RecentSpans spans = new RecentSpans(256);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < writers; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 1; i <= 20_000; i++) {
                    spans.accept(span(1, i, i, "s"));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(256, spans.all().size());
        assertEquals(writers * 20_000, spans.added());
    }

    @Test
    void aSpanIsWrittenWithItsAttemptsAndAttributes() {
        Span span = new Span(
                new TraceContext(0, 0xabc, 0xdef, true, ""),
                0x123,
                Span.Kind.CLIENT,
                "GET",
                1000,
                5000,
                List.of(new Attribute.Text("server.address", "order"), new Attribute.Count("code", 200)),
                List.of(new Span.Attempt(1, new InetSocketAddress("::1", 80), Outcome.CONNECT_FAILURE, 0, 1000, 2500)),
                true,
                "gave \"up\"");
        Json json = new Json();
        RecentSpans.write("t", List.of(span), null, json);
        assertEquals(
                "{\"traceId\":\"t\",\"spans\":[{\"traceId\":\"00000000000000000000000000000abc\","
                        + "\"spanId\":\"0000000000000def\",\"parentSpanId\":\"0000000000000123\",\"kind\":\"CLIENT\","
                        + "\"name\":\"GET\",\"startEpochNanos\":1000,\"durationNanos\":4000,"
                        + "\"attributes\":{\"server.address\":\"order\",\"code\":200},"
                        + "\"attempts\":[{\"number\":1,\"endpoint\":\"[0:0:0:0:0:0:0:1]:80\",\"outcome\":\"CONNECT_FAILURE\","
                        + "\"code\":0,\"met\":\"not reached, nothing was sent\",\"startEpochNanos\":1000,"
                        + "\"durationNanos\":1500}],"
                        + "\"error\":true,\"why\":\"gave \\\"up\\\"\"}]}",
                json.toString());
    }
}
