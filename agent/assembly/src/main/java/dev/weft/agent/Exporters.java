package dev.weft.agent;

import dev.weft.agent.config.Telemetry;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.workload.Daemon;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Timer;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.ExplainSampler;
import dev.weft.telemetry.Finished;
import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.access.AccessLog;
import dev.weft.telemetry.access.LogOutput;
import dev.weft.telemetry.export.Means;
import dev.weft.telemetry.export.MetricExporter;
import dev.weft.telemetry.export.SpanExporter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the configuration asks for beyond the admin endpoint. Made, and its classes loaded, only where it does. */
final class Exporters {
    private static final long LONGEST_FILE = 64L << 20;

    /** For all of them together, at the end. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final @Nullable SpanExporter spans;
    private final @Nullable MetricExporter metrics;
    private final @Nullable AccessLog accessLog;
    private final @Nullable ExplainSampler explained;

    Exporters(
            Telemetry asked,
            Origin origin,
            RandomSource random,
            Clock clock,
            Epoch epoch,
            Timer timer,
            Consumer<MetricWriter> numbers,
            Bugs bugs,
            Log log) {
        Consumer<String> failures = said -> log.failure(said, LogLevel.WARN, said);
        Means means = new Means(task -> Daemon.of("weft-export", task), timer, failures, bugs);
        Telemetry.Spans to = asked.spans();
        this.spans = to == null ? null : new SpanExporter(to.format(), to.target(), to.delayNanos(), origin, means);
        Telemetry.Metrics sent = asked.metrics();
        this.metrics =
                sent == null ? null : new MetricExporter(numbers, sent.target(), sent.intervalNanos(), origin, means);
        Telemetry.AccessLog lines = asked.accessLog();
        this.accessLog = lines == null
                ? null
                : new AccessLog(
                        lines.format(),
                        lines.sample(),
                        output(lines.file()),
                        epoch,
                        task -> Daemon.of("weft-access-log", task),
                        failures,
                        bugs);
        this.explained = asked.explain() == 0 ? null : new ExplainSampler(asked.explain(), random, clock);
    }

    private static LogOutput output(String file) {
        return file.equals("stderr") ? LogOutput.stderr() : LogOutput.file(Path.of(file), LONGEST_FILE);
    }

    /** Who else gets each span. */
    Consumer<Finished> beside(Consumer<Finished> recent) {
        SpanExporter exporter = spans;
        return exporter == null ? recent : recent.andThen(exporter);
    }

    @Nullable
    AccessLog accessLog() {
        return accessLog;
    }

    @Nullable
    ExplainSampler explained() {
        return explained;
    }

    /** The workload has joined: from now on its numbers are sent. */
    void begin() {
        if (metrics != null) {
            metrics.begin();
        }
    }

    /** Writes what became of what was sent. */
    void write(MetricWriter out) {
        if (spans != null) {
            spans.write(out);
        }
        if (accessLog != null) {
            accessLog.write(out);
        }
    }

    /** Hands on what waits, and ends; what is written here before what is sent. */
    void close() {
        long until = System.nanoTime() + PATIENCE_NANOS;
        if (accessLog != null) {
            accessLog.close(PATIENCE_NANOS);
        }
        if (spans != null) {
            spans.close(until - System.nanoTime());
        }
        if (metrics != null) {
            metrics.close(until - System.nanoTime());
        }
    }
}
