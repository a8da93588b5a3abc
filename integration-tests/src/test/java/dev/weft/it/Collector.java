package dev.weft.it;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An OTLP collector over HTTP that keeps what it is sent. */
final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final List<Told> spans = new CopyOnWriteArrayList<>();
    private final List<ResourceMetrics> metrics = new CopyOnWriteArrayList<>();
    /** Headers of requests that a tracer would have added. */
    final List<String> traced = new CopyOnWriteArrayList<>();

    /** A span and whose it is. */
    record Told(String service, Span span) {
        String traceId() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        String id() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        String attribute(String name) {
            return value(span.getAttributesList(), name);
        }
    }

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String traceparent = exchange.getRequestHeaders().getFirst("traceparent");
            if (traceparent != null) {
                traced.add(traceparent);
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/v1/traces" ->
                    ExportTraceServiceRequest.parseFrom(body)
                            .getResourceSpansList()
                            .forEach(this::keep);
                case "/v1/metrics" ->
                    metrics.addAll(ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList());
                default -> throw new AssertionError(exchange.getRequestURI());
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    private void keep(ResourceSpans resource) {
        String service = value(resource.getResource().getAttributesList(), "service.name");
        resource.getScopeSpansList()
                .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(new Told(service, span))));
    }

    /**
     * A span and its ancestors, the first of all first, each as service and kind; null until all of them have come.
     *
     * @param spanId 16 hexadecimal digits
     */
    @Nullable
    List<String> line(String traceId, String spanId) {
        List<String> line = new ArrayList<>();
        for (String id = spanId; !id.isEmpty(); ) {
            String wanted = id;
            Told told = spans.stream()
                    .filter(one -> one.traceId().equals(traceId) && one.id().equals(wanted))
                    .findFirst()
                    .orElse(null);
            if (told == null) {
                return null;
            }
            String kind = told.span().getKind().name().substring("SPAN_KIND_".length());
            line.add(0, told.service() + " " + kind);
            id = HexFormat.of().formatHex(told.span().getParentSpanId().toByteArray());
        }
        return line;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The newest numbers of a family that a service has sent; null for none yet. */
    @Nullable
    Metric metric(String service, String name) {
        Metric newest = null;
        for (ResourceMetrics one : metrics) {
            if (value(one.getResource().getAttributesList(), "service.name").equals(service)) {
                for (Metric metric : one.getScopeMetrics(0).getMetricsList()) {
                    newest = metric.getName().equals(name) ? metric : newest;
                }
            }
        }
        return newest;
    }

    static String value(List<KeyValue> attributes, String name) {
        return attributes.stream()
                .filter(one -> one.getKey().equals(name))
                .map(one -> one.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
