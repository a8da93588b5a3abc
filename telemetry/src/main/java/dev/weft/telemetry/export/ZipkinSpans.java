package dev.weft.telemetry.export;

import dev.weft.engine.trace.TraceContext;
import dev.weft.telemetry.Attribute;
import dev.weft.telemetry.Json;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.Span;
import dev.weft.telemetry.SpanEvent;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Spans as a list in Zipkin's JSON, version 2. Times there are microseconds. */
final class ZipkinSpans implements SpanFormat {
    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] encode(Origin origin, List<Span> spans) {
        Json json = new Json();
        json.beginArray();
        for (Span span : spans) {
            span(origin, span, json);
        }
        return json.endArray().toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void span(Origin origin, Span span, Json json) {
        json.beginObject()
                .field("traceId", span.context().traceId())
                .field("id", TraceContext.spanText(span.context().spanId()));
        if (span.parentId() != 0) {
            json.field("parentId", TraceContext.spanText(span.parentId()));
        }
        json.field("kind", span.kind().name())
                .field("name", span.name())
                .field("timestamp", span.start() / 1000)
                .field("duration", Math.max(1, (span.end() - span.start()) / 1000));
        json.name("localEndpoint").beginObject();
        json.field("serviceName", origin.service().get()).endObject();
        List<Span.Attempt> attempts = span.attempts();
        if (!attempts.isEmpty()) {
            json.name("remoteEndpoint");
            endpoint(attempts.get(attempts.size() - 1).endpoint(), json);
        }
        json.name("annotations").beginArray();
        for (SpanEvent event : SpanEvent.of(span)) {
            json.beginObject().field("timestamp", event.time() / 1000).field("value", event.text());
            json.endObject();
        }
        json.endArray().name("tags").beginObject();
        for (Attribute attribute : span.attributes()) {
            json.field(attribute.name(), attribute.text());
        }
        if (span.failed()) {
            // Zipkin knows a failure by this tag, whatever it says.
            json.field("error", span.why().isEmpty() ? "true" : span.why());
        }
        json.endObject().endObject();
    }

    private static void endpoint(InetSocketAddress address, Json json) {
        boolean six = address.getAddress() instanceof Inet6Address;
        json.beginObject()
                .field(six ? "ipv6" : "ipv4", address.getAddress().getHostAddress())
                .field("port", address.getPort())
                .endObject();
    }
}
