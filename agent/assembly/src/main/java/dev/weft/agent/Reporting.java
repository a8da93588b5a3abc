package dev.weft.agent;

import dev.weft.agent.config.Config;
import dev.weft.agent.config.Telemetry;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.TraceContext;
import dev.weft.telemetry.BreakerMetrics;
import dev.weft.telemetry.CallRecorder;
import dev.weft.telemetry.ClientSide;
import dev.weft.telemetry.ClientSpans;
import dev.weft.telemetry.ClusterMetrics;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.ExplainSampler;
import dev.weft.telemetry.Finished;
import dev.weft.telemetry.Json;
import dev.weft.telemetry.MeshMetrics;
import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.RecentSpans;
import dev.weft.telemetry.ServerSide;
import dev.weft.telemetry.access.AccessLog;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is told of the calls of this workload: the engine that makes them, the server's side, and their telemetry. */
final class Reporting {
    /** Each collection of young objects has to move those that are kept. */
    private static final int SPANS = 1024;

    private final Clock clock;
    private final Bugs bugs;
    private final Origin origin;
    private final RecentSpans recent = new RecentSpans(SPANS);
    private final MeshMetrics metrics = new MeshMetrics(MeshMetrics.MOST_SERIES);
    private final @Nullable Exporters exporters;
    private final @Nullable ExplainSampler explained;
    private final Engine engine;
    private final Recordings recordings;
    private final ServerSide serverSide;

    /** @param service its name, as far as it is known */
    Reporting(
            Config config,
            Supplier<String> service,
            BooleanSupplier otherTracer,
            Clock clock,
            RandomSource random,
            Timer timer,
            Bugs bugs,
            Log log) {
        this.clock = clock;
        this.bugs = bugs;
        Telemetry asked = config.telemetry();
        this.origin = new Origin(
                service,
                config.namespace(),
                config.version(),
                asked == null ? Map.of() : asked.resource(),
                TraceContext.spanText(random.bits()) + TraceContext.spanText(random.bits()),
                Version.OF_AGENT);
        Epoch epoch = Epoch.system(clock);
        Exporters sending = asked == null
                ? null
                : new Exporters(asked, origin, random, clock, epoch, timer, this::write, bugs, log);
        this.exporters = sending;
        AccessLog lines = sending == null ? null : sending.accessLog();
        Consumer<Finished> spans = sending == null ? recent : sending.beside(recent);
        CallRecorder clientSpans = new ClientSpans(epoch, spans, recent);
        Ambient ambient = asked == null
                ? new Ambient(otherTracer)
                : new Ambient(otherTracer, asked.propagation(), asked.sample());
        this.explained = sending == null ? null : sending.explained();
        ClientSide clientSide = lines == null
                ? new ClientSide(clock, metrics, clientSpans)
                : new ClientSide(clock, metrics, clientSpans, lines);
        this.engine = new Engine(random, ambient, clientSide, bugs, explained);
        engine.onUndone(said -> log.say(LogLevel.WARN, "rules: not done: " + said));
        this.recordings = new Recordings(asked, origin, engine, clientSide, explained, clock, bugs, log);
        this.serverSide = new ServerSide(ambient, random, clock, epoch, spans, metrics, lines);
    }

    Engine engine() {
        return engine;
    }

    Recordings recordings() {
        return recordings;
    }

    ServerSide serverSide() {
        return serverSide;
    }

    /** The workload has joined. */
    void begin() {
        recordings.begin();
        if (exporters != null) {
            exporters.begin();
        }
    }

    /** Writes every number there is. */
    void write(MetricWriter out) {
        metrics.write(origin, out);
        ClusterMetrics.write(engine.live().clusters().values(), clock.nanos(), out);
        BreakerMetrics.write(engine.ledger().gates(), clock.nanos(), out);
        metrics.writeClusters(out);
        serverSide.write(out);
        out.single("weft_server_requests_total", MetricWriter.Type.COUNTER, "Requests begun.", serverSide.total());
        out.single("weft_server_requests_active", MetricWriter.Type.GAUGE, "In flight.", serverSide.inFlight());
        out.single("weft_bugs_total", MetricWriter.Type.COUNTER, "Failures of the agent itself.", bugs.count());
        if (exporters != null) {
            exporters.write(out);
        }
    }

    /** The spans of a trace that are remembered, as JSON. */
    String trace(String id) {
        Json json = new Json();
        RecentSpans.write(id, recent.trace(id), explained, json);
        return json.toString();
    }

    /** Hands on what waits, and ends what was begun; bounded. */
    void close() {
        recordings.stop();
        if (exporters != null) {
            exporters.close();
        }
    }
}
