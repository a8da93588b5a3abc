package dev.weft.agent.config;

import dev.weft.engine.trace.Propagation;
import dev.weft.telemetry.access.AccessLogFormat;
import dev.weft.telemetry.export.SpanExporter;
import dev.weft.telemetry.export.Target;
import dev.weft.telemetry.recording.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is told of calls beyond what the admin endpoint shows, and to whom. Read only where one of its keys is set.
 *
 * @param spans where spans are sent; null for nowhere
 * @param sample share of the traces that begin here
 * @param metrics where numbers are sent; null for nowhere
 * @param resource more that is said of the workload
 * @param accessLog null for none
 * @param explain share of the traces whose calls are explained
 * @param recording the file in which calls are recorded; empty for none
 * @param redaction what recordings must not tell
 */
public record Telemetry(
        @Nullable Spans spans,
        double sample,
        @Nullable Metrics metrics,
        Map<String, String> resource,
        Propagation propagation,
        @Nullable AccessLog accessLog,
        double explain,
        String recording,
        Redaction redaction) {
    /** @param delayNanos how long a span waits for others */
    public record Spans(SpanExporter.Format format, Target target, long delayNanos) {}

    public record Metrics(Target target, long intervalNanos) {}

    /**
     * @param file {@code stderr} for the process's own
     * @param sample share of the traces whose lines are written, where nothing failed
     */
    public record AccessLog(String file, AccessLogFormat format, double sample) {}

    static final List<String> FORMATS = List.of("tracecontext", "baggage", "b3", "b3multi");

    static Telemetry read(Reader in) {
        Targets targets = new Targets(in);
        return new Telemetry(
                spans(in, targets),
                in.share(Key.TRACES_SAMPLE),
                metrics(in, targets),
                Map.copyOf(in.pairs(Key.RESOURCE_ATTRIBUTES)),
                propagation(in),
                accessLog(in),
                in.share(Key.EXPLAIN_SAMPLE),
                in.text(Key.RECORD_CALLS),
                Redaction.of(in.secrets(Key.RECORD_REDACT)));
    }

    /** Where nothing is configured. */
    public static Redaction usualRedaction() {
        return Redaction.of(List.of(Key.RECORD_REDACT.fallback().split(";")));
    }

    private static @Nullable Spans spans(Reader in, Targets targets) {
        long delay = TimeUnit.MILLISECONDS.toNanos(in.millis(Key.TRACES_DELAY));
        String exporter = exporter(in, Key.TRACES_EXPORTER, Key.OTLP_TRACES_ENDPOINT, "none", "otlp", "zipkin");
        boolean zipkin = exporter.equals("zipkin");
        Target target = zipkin
                ? targets.at(Key.ZIPKIN_ENDPOINT, "")
                : exporter.equals("otlp") ? targets.otlp(Key.OTLP_TRACES_ENDPOINT, "/v1/traces") : null;
        SpanExporter.Format format = zipkin ? SpanExporter.Format.ZIPKIN : SpanExporter.Format.OTLP;
        return target == null ? null : new Spans(format, target, delay);
    }

    private static @Nullable Metrics metrics(Reader in, Targets targets) {
        long millis = in.millis(Key.METRICS_INTERVAL);
        if (millis == 0) {
            in.conflict(Key.METRICS_INTERVAL, "is 0: numbers would be sent without end; one second is used");
            millis = 1000;
        }
        if (!exporter(in, Key.METRICS_EXPORTER, Key.OTLP_METRICS_ENDPOINT, "none", "otlp")
                .equals("otlp")) {
            return null;
        }
        Target target = targets.otlp(Key.OTLP_METRICS_ENDPOINT, "/v1/metrics");
        return target == null ? null : new Metrics(target, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Who names an OTLP endpoint wants it used, unless he says otherwise. */
    private static String exporter(Reader in, Key key, Key endpoint, String... words) {
        if (in.isSet(key)) {
            return in.oneOf(key, words);
        }
        return in.isSet(endpoint) || in.isWritten(Key.OTLP_ENDPOINT) ? "otlp" : "none";
    }

    private static Propagation propagation(Reader in) {
        List<Propagation.Format> formats = new ArrayList<>();
        if (!in.text(Key.PROPAGATORS).equals("none")) {
            for (String word : in.words(Key.PROPAGATORS, FORMATS)) {
                formats.add(Propagation.Format.valueOf(word.toUpperCase(Locale.ROOT)));
            }
        }
        return new Propagation(formats);
    }

    private static @Nullable AccessLog accessLog(Reader in) {
        boolean json = in.oneOf(Key.ACCESS_LOG_ENCODING, "text", "json").equals("json");
        double sample = in.share(Key.ACCESS_LOG_SAMPLE);
        if (!in.isSet(Key.ACCESS_LOG)) {
            return null;
        }
        return new AccessLog(in.text(Key.ACCESS_LOG), format(in, json), sample);
    }

    private static AccessLogFormat format(Reader in, boolean json) {
        try {
            return AccessLogFormat.of(json, in.text(Key.ACCESS_LOG_FORMAT));
        } catch (IllegalArgumentException e) {
            in.conflict(Key.ACCESS_LOG_FORMAT, "can't be used: " + e.getMessage() + "; the default is used");
            return AccessLogFormat.of(json, "");
        }
    }
}
