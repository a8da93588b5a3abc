package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collector, a log and a scraper get of real applications with the real agent. */
class TelemetryTest {
    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Collector collector;
    private static Caller caller;
    private static Path log;

    private static Jvm exporting(Jvm jvm) {
        return jvm.agent("otlp.endpoint", collector.url())
                .agent("traces.delay", "50ms")
                .agent("metrics.interval", "100ms")
                .agent("propagators", "tracecontext;b3;baggage");
    }

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        collector = new Collector();
        log = folder.resolve("access.log");
        ControlPlane controlPlane = fleet.controlPlane();
        fleet.server("shop", "one", TelemetryTest::exporting);
        fleet.up(controlPlane, "shop", 1);
        caller = fleet.caller(
                "jdk",
                jvm -> exporting(jvm.agent("service", "front"))
                        .agent("access.log", log.toString())
                        .agent("explain.sample", "1"));
        caller.knows("http://shop/id");
    }

    @AfterAll
    static void stop() {
        fleet.close();
        collector.close();
    }

    private static Collector.Told span(Span.SpanKind kind, String path) {
        return Until.get(
                "a span of kind " + kind + " of " + path,
                () -> collector.spans.stream()
                        .filter(one -> one.span().getKind() == kind
                                && one.attribute("url.path").equals(path))
                        .findFirst()
                        .orElse(null));
    }

    @Test
    void bothSidesOfACallAreOneTraceAtTheCollector() throws Exception {
        assertEquals(200, caller.get("http://shop/headers?secret=1").status());
        Collector.Told client = span(Span.SpanKind.SPAN_KIND_CLIENT, "/headers");
        Collector.Told server = span(Span.SpanKind.SPAN_KIND_SERVER, "/headers");
        assertEquals("front", client.service());
        assertEquals("shop", server.service());
        assertEquals(client.traceId(), server.traceId());
        assertEquals(client.span().getSpanId(), server.span().getParentSpanId());
        assertEquals("http://shop/headers", client.attribute("url.full"));
        assertTrue(client.attribute("weft.cluster").contains("shop"), client.attribute("weft.cluster"));
        assertEquals(1, client.span().getEventsCount());
        assertEquals(List.of(), collector.traced, "the exporter's own requests are in no trace");
    }

    @Test
    void theTraceTravelsInEveryFormThatIsConfigured() throws Exception {
        String seen = caller.get("http://shop/headers").body();
        assertTrue(seen.contains("traceparent:"), seen);
        assertTrue(seen.contains("b3:"), seen);
    }

    @Test
    void istiosMetricsReachTheCollectorAndTheScraper() throws Exception {
        assertEquals(200, caller.get("http://shop/id").status());
        Metric requests = Until.get("numbers of calls", () -> {
            Metric metric = collector.metric("front", "istio_requests_total");
            return metric != null && metric.getSum().getDataPointsCount() > 0 ? metric : null;
        });
        assertEquals(
                "source", Collector.value(requests.getSum().getDataPoints(0).getAttributesList(), "reporter"));
        assertNotNull(Until.get("numbers of requests", () -> {
            Metric metric = collector.metric("shop", "istio_requests_total");
            return metric != null && metric.getSum().getDataPointsCount() > 0 ? metric : null;
        }));
        HttpResponse<String> scraped = Web.get(
                "http://" + caller.admin.address() + "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertEquals(
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                scraped.headers().firstValue("content-type").orElse(""));
        assertTrue(scraped.body().endsWith("# EOF\n"));
        assertTrue(scraped.body().contains("istio_requests_total{reporter=\"source\",source_workload=\"front\""));
    }

    @Test
    void theAccessLogHasALineForTheCall() throws Exception {
        caller.get("http://shop/logged?secret=1");
        String line = Until.get(
                "a line of the log",
                () -> Files.readAllLines(log).stream()
                        .filter(one -> one.contains("/logged"))
                        .findFirst()
                        .orElse(null));
        assertTrue(line.contains("\"GET /logged\" "), line);
        assertTrue(line.contains(" via_upstream "), line);
    }

    @Test
    void aCallThatHappenedIsExplained() throws Exception {
        // After an explanation that took long the next calls go without one.
        Until.so("a call is explained", () -> {
            caller.get("http://shop/explained");
            for (Collector.Told one : collector.spans) {
                boolean asked = one.span().getKind() == Span.SpanKind.SPAN_KIND_CLIENT
                        && one.attribute("url.path").equals("/explained");
                if (asked && candidates(one.traceId()) == 1) {
                    return true;
                }
            }
            return false;
        });
    }

    private static int candidates(String traceId) throws Exception {
        JsonNode spans = caller.admin.json("/traces/" + traceId).path("spans");
        return spans.path(0).path("explanation").path("candidates").size();
    }

    @Test
    void detachSendsWhatWaitsAndEndsTheWorkers() throws Exception {
        boolean sent = false;
        // Two seconds are few for who has sent nothing before, on a machine that is busy: then another one leaves.
        for (int i = 0; i < 3 && !sent; i++) {
            sent = sendsWhatWaits("leaving-" + i);
        }
        assertTrue(sent, "the span and the numbers of the call");
    }

    private static boolean sendsWhatWaits(String service) throws Exception {
        Caller leaving = fleet.caller(
                "jdk",
                jvm -> jvm.agent("service", service)
                        .agent("otlp.endpoint", collector.url())
                        .agent("traces.delay", "10m")
                        .agent("metrics.interval", "10m"));
        leaving.knows("http://shop/left");
        assertEquals(0, spansOf(service).size(), "nothing is sent before");
        leaving.admin.post("/detach");
        Until.so("the agent has taken back its word", () -> !leaving.admin.leavesWord());
        assertEquals("", leaving.running.errors());
        spansOf(service).forEach(told -> assertEquals("/left", told.attribute("url.path")));
        return !spansOf(service).isEmpty() && collector.metric(service, "istio_requests_total") != null;
    }

    private static List<Collector.Told> spansOf(String service) {
        return collector.spans.stream()
                .filter(one -> one.service().equals(service))
                .toList();
    }
}
