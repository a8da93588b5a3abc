package dev.weft.telemetry.export;

import dev.weft.telemetry.Finished;
import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.Span;
import dev.weft.telemetry.batch.Batcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Sends spans to a collector, in batches from a bounded queue. Its limits are those of OpenTelemetry's batch span
 * processor.
 */
public final class SpanExporter implements Consumer<Finished> {
    /** What the collector reads. */
    public enum Format {
        /** OTLP over HTTP, protobuf; the target's path is used as it is. */
        OTLP,
        /** Zipkin's JSON, version 2. */
        ZIPKIN
    }

    private static final int QUEUE = 2048;
    private static final int BATCH = 512;

    private final SpanFormat format;
    private final Origin origin;
    private final Delivery delivery;
    private final Batcher<Finished> batcher;
    private final LongAdder exported = new LongAdder();

    /** @param delayNanos how long a span waits for others */
    public SpanExporter(Format format, Target target, long delayNanos, Origin origin, Means means) {
        this(format, target, delayNanos, origin, means, Delivery.Patience.DEFAULT);
    }

    SpanExporter(
            Format format, Target target, long delayNanos, Origin origin, Means means, Delivery.Patience patience) {
        this.format = format == Format.OTLP ? new OtlpTraces() : new ZipkinSpans();
        this.origin = origin;
        this.delivery = new Delivery(target, patience, means);
        this.batcher = new Batcher<>(QUEUE, BATCH, delayNanos, means.threads(), this::send, means.bugs());
    }

    /** Never waits. */
    @Override
    public void accept(Finished span) {
        batcher.offer(span);
    }

    private void send(List<Finished> batch) {
        List<Span> spans = new ArrayList<>(batch.size());
        for (Finished one : batch) {
            spans.add(one.span());
        }
        if (delivery.deliver(format.contentType(), format.encode(origin, spans))) {
            exported.add(spans.size());
        }
    }

    /** Sends what waits, once, and ends; takes no longer than this. */
    public void close(long nanos) {
        delivery.hurry();
        batcher.close(nanos);
        delivery.abort();
    }

    /** Spans that the collector has taken. */
    public long exported() {
        return exported.sum();
    }

    /** Spans for which the queue had no room. */
    public long dropped() {
        return batcher.dropped();
    }

    /** Writes what became of the spans. */
    public void write(MetricWriter out) {
        out.single(
                "weft_telemetry_spans_exported_total",
                MetricWriter.Type.COUNTER,
                "Spans that the collector has taken.",
                exported());
        out.single(
                "weft_telemetry_spans_dropped_total",
                MetricWriter.Type.COUNTER,
                "Spans for which the queue had no room.",
                dropped());
        out.single(
                "weft_telemetry_span_batches_failed_total",
                MetricWriter.Type.COUNTER,
                "Batches of spans that were given up.",
                delivery.failed());
    }
}
