package dev.weft.telemetry.export;

import dev.weft.telemetry.Attribute;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.Span;
import dev.weft.telemetry.SpanEvent;
import java.nio.ByteBuffer;
import java.util.List;

/** Spans as an {@code ExportTraceServiceRequest} (opentelemetry-proto: collector/trace/v1, trace/v1). */
final class OtlpTraces implements SpanFormat {
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int ERROR = 2;
    private static final int SAMPLED = 1;
    private static final int HAS_IS_REMOTE = 0x100;
    private static final int IS_REMOTE = 0x200;

    @Override
    public String contentType() {
        return Otlp.CONTENT_TYPE;
    }

    @Override
    public byte[] encode(Origin origin, List<Span> spans) {
        ProtoWriter scope = new ProtoWriter().message(1, Otlp.scope(origin));
        for (Span span : spans) {
            scope.message(2, span(span));
        }
        ProtoWriter resource =
                new ProtoWriter().message(1, Otlp.resource(origin)).message(2, scope);
        return new ProtoWriter().message(1, resource).toBytes();
    }

    private static ProtoWriter span(Span span) {
        boolean server = span.kind() == Span.Kind.SERVER;
        ProtoWriter out = new ProtoWriter();
        out.bytes(1, id(span.traceHigh(), span.traceLow()));
        out.bytes(2, id(span.context().spanId()));
        if (span.parentId() != 0) {
            out.bytes(4, id(span.parentId()));
        }
        out.text(5, span.name()).number(6, server ? SERVER : CLIENT);
        out.fixed64(7, span.start()).fixed64(8, span.end());
        for (Attribute attribute : span.attributes()) {
            out.message(9, Otlp.attribute(attribute));
        }
        for (SpanEvent event : SpanEvent.of(span)) {
            out.message(11, event(event));
        }
        if (span.failed()) {
            out.message(15, new ProtoWriter().text(2, span.why()).number(3, ERROR));
        }
        return out.fixed32(16, SAMPLED | HAS_IS_REMOTE | (server && span.parentId() != 0 ? IS_REMOTE : 0));
    }

    private static ProtoWriter event(SpanEvent event) {
        ProtoWriter out = new ProtoWriter().fixed64(1, event.time()).text(2, event.name());
        for (Attribute attribute : event.attributes()) {
            out.message(3, Otlp.attribute(attribute));
        }
        return out;
    }

    private static byte[] id(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return bytes.array();
    }
}
