package dev.weft.proxy.config;

import dev.weft.telemetry.export.SpanExporter;
import dev.weft.telemetry.export.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of traces; the keys are those of the agent.
 *
 * @param on whether calls and requests get spans
 * @param sample share of the traces that begin here
 * @param export where spans are sent; null for nowhere
 * @param resource more that is said of the service there
 */
public record Tracing(boolean on, double sample, @Nullable Export export, Map<String, String> resource) {
    public Tracing {
        resource = Map.copyOf(resource);
    }

    /** @param delayNanos how long a span waits for others */
    public record Export(SpanExporter.Format format, Target target, long delayNanos) {}

    static Tracing read(Values in) {
        return new Tracing(
                in.on(Key.TRACING), in.share(Key.TRACES_SAMPLE), export(in), in.pairs(Key.RESOURCE_ATTRIBUTES));
    }

    /** Who names an OTLP endpoint wants it used, unless he says otherwise. */
    private static @Nullable Export export(Values in) {
        boolean named = in.isSet(Key.OTLP_TRACES_ENDPOINT) || in.isWritten(Key.OTLP_ENDPOINT);
        String exporter = in.isSet(Key.TRACES_EXPORTER)
                ? in.word(Key.TRACES_EXPORTER, "none", "otlp", "zipkin")
                : named ? "otlp" : "none";
        long delay = in.nanos(Key.TRACES_DELAY);
        long timeout = in.nanos(Key.OTLP_TIMEOUT);
        Target otlp = otlp(in, timeout);
        Target zipkin = target(in, Key.ZIPKIN_ENDPOINT, "", Map.of(), false, timeout, null);
        SpanExporter.Format format = exporter.equals("zipkin") ? SpanExporter.Format.ZIPKIN : SpanExporter.Format.OTLP;
        Target target = format == SpanExporter.Format.ZIPKIN ? zipkin : otlp;
        return target == null || exporter.equals("none") ? null : new Export(format, target, delay);
    }

    /** The path of an address for spans alone is used as it is. */
    private static @Nullable Target otlp(Values in, long timeout) {
        boolean own = in.isSet(Key.OTLP_TRACES_ENDPOINT);
        return target(
                in,
                own ? Key.OTLP_TRACES_ENDPOINT : Key.OTLP_ENDPOINT,
                own ? "" : "/v1/traces",
                in.pairs(Key.OTLP_HEADERS),
                in.word(Key.OTLP_COMPRESSION, "none", "gzip").equals("gzip"),
                timeout,
                in.file(Key.OTLP_AUTHORITIES));
    }

    private static @Nullable Target target(
            Values in,
            Key key,
            String path,
            Map<String, String> headers,
            boolean gzip,
            long timeoutNanos,
            @Nullable Path authorities) {
        String base = in.text(key);
        boolean slash = !path.isEmpty() && base.endsWith("/");
        try {
            URI url = new URI((slash ? base.substring(0, base.length() - 1) : base) + path);
            return new Target(url, headers, gzip, timeoutNanos, authorities);
        } catch (URISyntaxException | IllegalArgumentException e) {
            in.errors().add(key.key() + " can't be used: " + e.getMessage());
            return null;
        }
    }
}
