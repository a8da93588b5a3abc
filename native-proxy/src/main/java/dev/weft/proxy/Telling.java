package dev.weft.proxy;

import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.Propagation;
import dev.weft.engine.trace.TraceContext;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Traffic;
import dev.weft.telemetry.BreakerMetrics;
import dev.weft.telemetry.CallRecorder;
import dev.weft.telemetry.ClientSide;
import dev.weft.telemetry.ClientSpans;
import dev.weft.telemetry.ClusterMetrics;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.Exposition;
import dev.weft.telemetry.Finished;
import dev.weft.telemetry.Json;
import dev.weft.telemetry.MeshMetrics;
import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.RecentSpans;
import dev.weft.telemetry.ServerSide;
import dev.weft.telemetry.TcpMetrics;
import dev.weft.telemetry.access.AccessLog;
import dev.weft.telemetry.access.AccessLogFormat;
import dev.weft.telemetry.access.LogOutput;
import dev.weft.telemetry.export.SpanExporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is told of calls: the engine that makes them, the side of the server, and their telemetry. */
final class Telling {
    private static final int SPANS = 1024;
    private static final long LONGEST_FILE = 64L << 20;
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    /** What the log says of calls at debug. */
    private static final String FOLLOWED = "%START_TIME% debug [" + ProxyLog.CALLS + "] %REQ(:METHOD)%"
            + " %REQ(:AUTHORITY)%%REQ(:PATH)%: %RESPONSE_CODE% %RESPONSE_FLAGS% after %DURATION% ms, cluster"
            + " %UPSTREAM_CLUSTER%, route %ROUTE_NAME%, endpoint %UPSTREAM_HOST%, attempts"
            + " %UPSTREAM_REQUEST_ATTEMPT_COUNT%, %RESPONSE_CODE_DETAILS%, %UPSTREAM_TRANSPORT_FAILURE_REASON%, trace"
            + " %TRACE_ID%";

    private final Clock clock;
    private final Origin origin;
    private final Traffic traffic;
    private final RecentSpans recent = new RecentSpans(SPANS);
    private final MeshMetrics metrics = new MeshMetrics(MeshMetrics.MOST_SERIES);
    private final TcpMetrics connections = new TcpMetrics(MeshMetrics.MOST_SERIES);
    private final LongAdder bugs = new LongAdder();
    private final Ambient ambient;
    private final Engine engine;
    private final ServerSide server;
    private final @Nullable AccessLog lines;
    private final AccessLog followed;
    private final @Nullable SpanExporter exporter;

    Telling(
            ProxyConfig config,
            Clock clock,
            RandomSource random,
            Traffic traffic,
            ThreadFactory threads,
            ProxyLog logs) {
        Logger log = logs.logger(ProxyLog.PROXY);
        this.clock = clock;
        this.traffic = traffic;
        this.origin = new Origin(
                config::service,
                config.namespace(),
                config.version(),
                config.tracing().resource(),
                TraceContext.spanText(random.bits()) + TraceContext.spanText(random.bits()),
                Proxy.VERSION);
        Epoch epoch = Epoch.system(clock);
        Consumer<Throwable> bug = thrown -> {
            bugs.increment();
            log.warn("our own failure: " + thrown + place(thrown));
        };
        boolean traced = config.tracing().on();
        this.ambient =
                new Ambient(() -> !traced, Propagation.W3C, config.tracing().sample());
        this.exporter = SpanExport.of(config.tracing(), origin, log, bug);
        Consumer<Finished> spans = exporter == null ? recent : recent.andThen(exporter);
        this.lines = config.accessLog().isEmpty()
                ? null
                : new AccessLog(
                        config.accessLogFormat(),
                        config.accessLogSample(),
                        config.accessLog().equals("stderr")
                                ? LogOutput.stderr()
                                : LogOutput.file(Path.of(config.accessLog()), LONGEST_FILE),
                        epoch,
                        threads,
                        log::warn,
                        bug);
        List<CallRecorder> recorders = new ArrayList<>(List.of(metrics, connections, new ClientSpans(epoch, spans)));
        if (lines != null) {
            recorders.add(lines);
        }
        ClientSide client = new ClientSide(clock, recorders.toArray(new CallRecorder[0]));
        this.engine = new Engine(random, ambient, client, bug);
        this.server = new ServerSide(ambient, random, clock, epoch, spans, metrics, lines);
        this.followed = new AccessLog(AccessLogFormat.text(FOLLOWED), 1, logs::write, epoch, threads, log::warn, bug);
        logs.logger(ProxyLog.CALLS).follow(level -> follow(level == Logger.Level.DEBUG, client));
    }

    /** Whether each call and request is told in the log, for who looks for something. */
    private void follow(boolean on, ClientSide client) {
        client.remove(followed);
        server.remove(followed);
        if (on) {
            client.add(followed);
            server.add(followed);
        }
    }

    private static String place(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    Engine engine() {
        return engine;
    }

    TcpMetrics connections() {
        return connections;
    }

    ServerSide server() {
        return server;
    }

    Ambient ambient() {
        return ambient;
    }

    /**
     * All numbers as Prometheus reads them.
     *
     * @param allocated bytes that the event loops have allocated
     * @param more writes numbers that are kept elsewhere
     */
    String metrics(long allocated, Consumer<MetricWriter> more) {
        Exposition out = new Exposition();
        metrics.write(origin, out);
        connections.write(origin, out);
        ClusterMetrics.write(engine.live().clusters().values(), clock.nanos(), out);
        BreakerMetrics.write(engine.ledger().gates(), clock.nanos(), out);
        metrics.writeClusters(out);
        server.write(out);
        traffic.write(out);
        more.accept(out);
        out.single(
                "weft_worker_allocated_bytes_total",
                MetricWriter.Type.COUNTER,
                "Bytes that the event loops have allocated on the heap.",
                allocated);
        out.single("weft_bugs_total", MetricWriter.Type.COUNTER, "Failures of the proxy itself.", bugs.sum());
        if (lines != null) {
            lines.write(out);
        }
        if (exporter != null) {
            exporter.write(out);
        }
        return out.toString();
    }

    /** The spans of a trace that are remembered, as JSON. */
    String trace(String id) {
        Json json = new Json();
        RecentSpans.write(id, recent.trace(id), null, json);
        return json.toString();
    }

    /** Hands on what waits, for no longer than the patience for all of it together. */
    void close() {
        long until = clock.nanos() + PATIENCE_NANOS;
        if (exporter != null) {
            exporter.close(PATIENCE_NANOS);
        }
        if (lines != null) {
            lines.close(Math.max(0, until - clock.nanos()));
        }
        followed.close(Math.max(0, until - clock.nanos()));
    }
}
