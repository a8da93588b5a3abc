package dev.weft.telemetry.export;

import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as an {@code ExportMetricsServiceRequest} (opentelemetry-proto: collector/metrics/v1, metrics/v1), cumulative
 * since the workload began.
 */
final class OtlpMetrics implements MetricWriter {
    private static final int CUMULATIVE = 2;
    private static final int GAUGE = 5;
    private static final int SUM = 7;
    private static final int HISTOGRAM = 9;

    private final long start;
    private final long now;
    private final ProtoWriter scope;
    private @Nullable ProtoWriter metric;
    private ProtoWriter points = new ProtoWriter();
    private Type type = Type.GAUGE;
    private boolean empty = true;

    /**
     * @param start when counting began, in nanoseconds since 1970
     * @param now as well
     */
    OtlpMetrics(Origin origin, long start, long now) {
        this.start = start;
        this.now = now;
        this.scope = new ProtoWriter().message(1, Otlp.scope(origin));
    }

    @Override
    public OtlpMetrics family(String name, Type kind, String help) {
        close();
        metric = new ProtoWriter().text(1, name).text(2, help).text(3, kind == Type.HISTOGRAM ? "ms" : "");
        points = new ProtoWriter();
        type = kind;
        empty = true;
        return this;
    }

    @Override
    public OtlpMetrics sample(double value, String... labels) {
        ProtoWriter point = new ProtoWriter();
        if (type == Type.COUNTER) {
            point.fixed64(2, start);
        }
        point.fixed64(3, now).real(4, value);
        return point(point, 7, labels);
    }

    @Override
    public OtlpMetrics histogram(double[] limits, long[] counts, double sum, String... labels) {
        long count = 0;
        for (long one : counts) {
            count += one;
        }
        long[] bounds = new long[limits.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Double.doubleToRawLongBits(limits[i]);
        }
        ProtoWriter point = new ProtoWriter().fixed64(2, start).fixed64(3, now);
        point.fixed64(4, count).real(5, sum).packed(6, counts).packed(7, bounds);
        return point(point, 9, labels);
    }

    private OtlpMetrics point(ProtoWriter point, int attributes, String... labels) {
        for (int i = 0; i < labels.length; i += 2) {
            point.message(attributes, Otlp.text(labels[i], labels[i + 1]));
        }
        points.message(1, point);
        empty = false;
        return this;
    }

    private void close() {
        ProtoWriter open = metric;
        if (open == null || empty) {
            return;
        }
        switch (type) {
            case GAUGE -> scope.message(2, open.message(GAUGE, points));
            case COUNTER ->
                scope.message(2, open.message(SUM, points.number(2, CUMULATIVE).number(3, 1)));
            case HISTOGRAM -> scope.message(2, open.message(HISTOGRAM, points.number(2, CUMULATIVE)));
        }
    }

    /** The whole message; nothing may be written after it. */
    byte[] toBytes(Origin origin) {
        close();
        ProtoWriter resource =
                new ProtoWriter().message(1, Otlp.resource(origin)).message(2, scope);
        return new ProtoWriter().message(1, resource).toBytes();
    }
}
