package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.weft.engine.Call;
import dev.weft.engine.adapt.Peers;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.telemetry.Calls.Manner;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Istio's standard metrics, counted from real calls of the engine. */
class MeshMetricsTest {
    static final Origin FRONT = new Origin(() -> "front", "shop", "v7", Map.of(), "i", "1");

    private final MeshMetrics metrics = new MeshMetrics(100);
    private final Calls calls = new Calls(metrics);

    private Map<String, Double> read(MeshMetrics of, Exposition.Format format) {
        Exposition out = new Exposition(format);
        of.write(FRONT, out);
        of.writeClusters(out);
        return format == Exposition.Format.PROMETHEUS
                ? PrometheusText.read(out.toString())
                : OpenMetricsText.read(out.toString());
    }

    /** Samples of a family by the labels that this test looks at. */
    private static Map<String, Double> by(Map<String, Double> samples, String family, String... labels) {
        return samples.entrySet().stream()
                .filter(sample -> sample.getKey().startsWith(family + "|"))
                .collect(Collectors.toMap(
                        sample -> List.of(labels).stream()
                                .map(label -> value(sample.getKey(), label))
                                .collect(Collectors.joining(" ")),
                        Map.Entry::getValue));
    }

    private static String value(String key, String label) {
        return List.of(key.split("\\|(?=[a-z_]+=)")).stream()
                .filter(part -> part.startsWith(label + "="))
                .map(part -> part.substring(label.length() + 1))
                .collect(Collectors.joining());
    }

    @Test
    void requestsAreCountedByWhatBecameOfThem() {
        calls.to(Manner.ANSWERS).get("/");
        calls.get("/again");
        calls.status(503).retries(0).to(Manner.ANSWERS).get("/");
        calls.to().get("/");
        Map<String, Double> samples = read(metrics, Exposition.Format.PROMETHEUS);
        assertEquals(
                Map.of("200 - v1", 2.0, "503 - v1", 1.0, "503 UH unknown", 1.0),
                by(samples, "istio_requests_total", "response_code", "response_flags", "destination_version"));
    }

    @Test
    void everyLabelSaysWhoCalledWhom() {
        calls.to(Manner.ANSWERS).get("/");
        String key =
                read(metrics, Exposition.Format.PROMETHEUS).keySet().iterator().next();
        assertEquals("source", value(key, "reporter"));
        assertEquals("front", value(key, "source_workload"));
        assertEquals("shop", value(key, "source_workload_namespace"));
        assertEquals("v7", value(key, "source_version"));
        assertEquals("order.shop.svc.cluster.local", value(key, "destination_service"));
        assertEquals("order", value(key, "destination_service_name"));
        assertEquals("shop", value(key, "destination_service_namespace"));
        assertEquals("order", value(key, "destination_workload"));
        assertEquals("http", value(key, "request_protocol"));
        assertEquals("unknown", value(key, "connection_security_policy"));
    }

    @Test
    void durationsFallIntoIstiosBuckets() {
        calls.retries(1).to(Manner.REFUSES, Manner.ANSWERS).get("/");
        Map<String, Double> samples = read(metrics, Exposition.Format.PROMETHEUS);
        Map<String, Double> buckets = by(samples, "istio_request_duration_milliseconds_bucket", "le");
        assertEquals(0, buckets.get("1"));
        assertEquals(1, buckets.get("5"));
        assertEquals(1, buckets.get("+Inf"));
        double sum = by(samples, "istio_request_duration_milliseconds_sum", "reporter")
                .get("source");
        assertTrue(sum >= 3 && sum < 5, "three milliseconds and a backoff: " + sum);
    }

    @Test
    void subsetsAndPortsOfAServiceAreOneDestination() {
        calls.to("outbound|80|v1|order.shop.svc.cluster.local", Manner.ANSWERS).get("/");
        calls.to("outbound|80||order.shop.svc.cluster.local", Manner.ANSWERS).get("/");
        assertEquals(
                Map.of("order.shop.svc.cluster.local", 2.0),
                by(read(metrics, Exposition.Format.PROMETHEUS), "istio_requests_total", "destination_service"));
    }

    @Test
    void servedRequestsAreReportedByTheDestination() {
        ServerSide server = new ServerSide(
                calls.ambient,
                calls.random,
                () -> calls.now,
                new Epoch(() -> calls.now, () -> calls.now),
                span -> {},
                metrics,
                null);
        server.begin("GET", "/", Headers.NONE).end(200, Outcome.SUCCESS, null);
        server.begin("GET", "/", Headers.NONE).end(0, Outcome.CANCELLED, null);
        Map<String, Double> samples = read(metrics, Exposition.Format.PROMETHEUS);
        assertEquals(
                Map.of("destination 200 -", 1.0, "destination 0 DC", 1.0),
                by(samples, "istio_requests_total", "reporter", "response_code", "response_flags"));
    }

    @Test
    void whatHasNoRoomIsCountedInOneSeriesThatSaysSo() {
        MeshMetrics small = new MeshMetrics(2);
        Calls few = new Calls(small).to(Manner.ANSWERS);
        for (int status : new int[] {200, 201, 202, 203, 200}) {
            few.status(status).get("/");
        }
        few.to("another", Manner.ANSWERS).get("/");
        Map<String, Double> samples = read(small, Exposition.Format.PROMETHEUS);
        assertEquals(
                Map.of("200 ", 2.0, "201 ", 1.0, " true", 3.0),
                by(samples, "istio_requests_total", "response_code", "otel_metric_overflow"));
    }

    @Test
    void noSeriesIsLostWhenManyThreadsMakeThem() throws InterruptedException {
        MeshMetrics small = new MeshMetrics(50);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int n = 0; n < 8000; n++) {
                    small.served(Peers.UNKNOWN, 200 + n % 80, GrpcCalls.NONE, 0, 1_000_000);
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        Map<String, Double> counts = by(
                read(small, Exposition.Format.PROMETHEUS),
                "istio_requests_total",
                "response_code",
                "otel_metric_overflow");
        assertEquals(51, counts.size());
        assertEquals(
                32_000,
                counts.values().stream().mapToDouble(Double::doubleValue).sum());
    }

    @Test
    void attemptsAreCountedByCluster() {
        calls.retries(1).to(Manner.REFUSES, Manner.ANSWERS).get("/");
        Map<String, Double> samples = read(metrics, Exposition.Format.PROMETHEUS);
        assertEquals(
                1,
                by(samples, "weft_cluster_upstream_rq_xx", "response_code_class")
                        .get("2"));
        assertEquals(
                0,
                by(samples, "weft_cluster_upstream_rq_xx", "response_code_class")
                        .get("5"));
        assertEquals(
                2,
                by(samples, "weft_cluster_upstream_rq_time_count", "cluster_name")
                        .get(Calls.CLUSTER));
    }

    @Test
    void whatRetriesCameToIsCountedByCall() {
        calls.retries(1).to(Manner.REFUSES, Manner.ANSWERS).get("/");
        assertEquals(List.of(1.0, 0.0), retried());
        calls.to(Manner.ANSWERS).get("/");
        assertEquals(List.of(1.0, 0.0), retried(), "nothing was sent again");
        calls.retries(1).to(Manner.FAILS, Manner.FAILS).get("/");
        assertEquals(List.of(1.0, 1.0), retried());
    }

    /** Successes, and calls that had no attempt left. */
    private List<Double> retried() {
        Map<String, Double> samples = read(metrics, Exposition.Format.PROMETHEUS);
        return List.of(
                samples.get("weft_cluster_upstream_rq_retry_success|cluster_name=" + Calls.CLUSTER),
                samples.get("weft_cluster_upstream_rq_retry_limit_exceeded|cluster_name=" + Calls.CLUSTER));
    }

    @Test
    void openMetricsSaysTheSame() {
        calls.to(Manner.ANSWERS).get("/");
        assertEquals(
                read(metrics, Exposition.Format.PROMETHEUS).values().stream()
                        .sorted()
                        .toList(),
                read(metrics, Exposition.Format.OPEN_METRICS).values().stream()
                        .sorted()
                        .toList());
    }

    @Test
    void countingAllocatesNothing() {
        Call call = calls.to(Manner.ANSWERS).get("/");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 20_000;
        record(call, rounds);
        long before = threads.getCurrentThreadAllocatedBytes();
        record(call, rounds);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < rounds, bytes + " bytes for " + rounds + " calls");
    }

    private void record(Call call, int rounds) {
        var delivered = call.delivered();
        for (int i = 0; i < rounds; i++) {
            metrics.record(call, delivered, calls.now, 200, 0);
        }
    }
}
