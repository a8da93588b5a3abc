package dev.weft.telemetry.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.telemetry.Calls;
import dev.weft.telemetry.Calls.Manner;
import dev.weft.telemetry.ClusterMetrics;
import dev.weft.telemetry.Exposition;
import dev.weft.telemetry.MeshMetrics;
import dev.weft.telemetry.MetricWriter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricExporterTest {
    private final Wiring wiring = new Wiring();
    private final MeshMetrics metrics = new MeshMetrics(100);
    private final Calls calls = new Calls(metrics);

    @AfterEach
    void close() {
        wiring.close();
        assertEquals(List.of(), wiring.bugs);
    }

    private void write(MetricWriter out) {
        metrics.write(Wiring.FRONT, out);
        metrics.writeClusters(out);
        ClusterMetrics.write(calls.engine.live().clusters().values(), calls.now, out);
    }

    private MetricExporter exporter(Collector collector, long interval) {
        return new MetricExporter(
                this::write, Wiring.target(collector.url("/v1/metrics")), interval, Wiring.FRONT, wiring.means);
    }

    private static Map<String, Metric> read(Collector.Received got) throws Exception {
        return ExportMetricsServiceRequest.parseFrom(got.body())
                .getResourceMetrics(0)
                .getScopeMetrics(0)
                .getMetricsList()
                .stream()
                .collect(Collectors.toMap(Metric::getName, metric -> metric));
    }

    @Test
    void anErrorCostsOneSendingAndNotTheNext() throws Exception {
        try (Collector collector = Collector.start()) {
            AtomicInteger turns = new AtomicInteger();
            MetricExporter exporter = new MetricExporter(
                    out -> {
                        if (turns.getAndIncrement() == 0) {
                            throw new InternalError("once");
                        }
                        write(out);
                    },
                    Wiring.target(collector.url("/")),
                    TimeUnit.MILLISECONDS.toNanos(1),
                    Wiring.FRONT,
                    wiring.means);
            exporter.begin();
            collector.next();
            exporter.close(Wiring.ENOUGH);
            assertEquals("once", wiring.bugs.remove(0).getMessage());
        }
    }

    @Test
    void everyNumberOfTheExpositionIsSent() throws Exception {
        try (Collector collector = Collector.start()) {
            calls.to(Manner.ANSWERS).get("/");
            MetricExporter exporter = exporter(collector, TimeUnit.MILLISECONDS.toNanos(1));
            exporter.begin();
            Collector.Received got = collector.next();
            exporter.close(Wiring.ENOUGH);
            assertEquals("/v1/metrics", got.path());
            Map<String, Metric> all = read(got);
            Exposition text = new Exposition();
            write(text);
            long families = text.toString()
                    .lines()
                    .filter(line -> line.startsWith("# TYPE "))
                    .count();
            assertEquals(families, all.size());

            Metric requests = all.get("istio_requests_total");
            assertTrue(requests.getSum().getIsMonotonic());
            assertEquals(
                    AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE,
                    requests.getSum().getAggregationTemporality());
            NumberDataPoint point = requests.getSum().getDataPoints(0);
            assertEquals(1, point.getAsDouble());
            assertTrue(point.getStartTimeUnixNano() <= point.getTimeUnixNano() && point.getStartTimeUnixNano() > 0);
            assertTrue(point.getAttributesList().stream()
                    .anyMatch(one -> one.getKey().equals("source_workload")
                            && one.getValue().getStringValue().equals("front")));

            Metric durations = all.get("istio_request_duration_milliseconds");
            assertEquals("ms", durations.getUnit());
            HistogramDataPoint histogram = durations.getHistogram().getDataPoints(0);
            assertEquals(1, histogram.getCount());
            assertEquals(2.0, histogram.getSum());
            assertEquals(histogram.getExplicitBoundsCount() + 1, histogram.getBucketCountsCount());
            assertEquals(
                    1,
                    histogram.getBucketCounts(histogram.getExplicitBoundsList().indexOf(5.0)));
            assertEquals(
                    1,
                    all.get("weft_cluster_membership_total")
                            .getGauge()
                            .getDataPoints(0)
                            .getAsDouble());
        }
    }

    @Test
    void theEndSendsTheNumbersOnceMore() throws Exception {
        try (Collector collector = Collector.start()) {
            MetricExporter exporter = exporter(collector, TimeUnit.HOURS.toNanos(1));
            exporter.begin();
            exporter.begin();
            calls.to(Manner.ANSWERS).get("/");
            exporter.close(Wiring.ENOUGH);
            assertTrue(read(collector.next()).containsKey("istio_requests_total"));
            assertEquals(0, collector.waiting());
            assertEquals(1, wiring.threads.size());
            assertFalse(wiring.threads.get(0).isAlive());
        }
    }

    @Test
    void closedBeforeItBeganItNeverBegins() throws Exception {
        try (Collector collector = Collector.start()) {
            MetricExporter exporter = exporter(collector, 1);
            exporter.close(Wiring.ENOUGH);
            exporter.begin();
            assertEquals(List.of(), wiring.threads);
        }
    }

    @Test
    void aLostBatchIsSaidAndTheNextOneIsSent() throws Exception {
        try (Collector collector = Collector.start().answers(503)) {
            MetricExporter exporter = exporter(collector, TimeUnit.MILLISECONDS.toNanos(1));
            exporter.begin();
            collector.next();
            collector.next();
            exporter.close(Wiring.ENOUGH);
            assertTrue(wiring.failures.get(0).contains("503"), wiring.failures.get(0));
        }
    }
}
