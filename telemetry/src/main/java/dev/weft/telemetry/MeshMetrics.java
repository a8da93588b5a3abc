package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.adapt.Peers;
import dev.weft.engine.call.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Istio's standard metrics of the requests that this workload makes and serves, and Envoy's statistics of clusters that
 * are counted by call. To count allocates nothing once a series is there, and the number of series is bounded: what has
 * no room is counted in one that carries the label {@code otel_metric_overflow} alone, as OpenTelemetry has it.
 *
 * <p>Bytes are left out because libraries don't tell them. Connections that a proxy leads on are counted by {@link
 * TcpMetrics}; the sockets of an application are not observed.
 *
 * @see <a href="https://istio.io/latest/docs/reference/config/metrics/">Istio Standard Metrics</a>
 */
public final class MeshMetrics implements CallRecorder {
    static final String UNKNOWN = "unknown";

    /** As many as OpenTelemetry's SDK keeps of one instrument. */
    public static final int MOST_SERIES = 2000;

    private final SeriesTable.Room room;
    private final ConcurrentHashMap<String, Destination> clusters = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Destination> hosts = new ConcurrentHashMap<>();
    private final SeriesTable served;
    private final Histogram overflow = new Histogram();

    /** @param mostSeries how many series there may be */
    public MeshMetrics(int mostSeries) {
        this.room = new SeriesTable.Room(mostSeries);
        this.served = new SeriesTable(room);
    }

    @Override
    public void record(Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        if (call.request().opaque()) {
            return; // a connection is no request
        }
        long nanos = endedAt - call.startedAt();
        String cluster = call.cluster();
        Destination to = cluster == null ? destination(call.request().host(), false) : destination(cluster, true);
        if (to == null) {
            overflow.record(nanos);
            return;
        }
        int grpc = GrpcCalls.status(call, delivered, code, flags);
        for (int i = 0; i < call.attemptCount(); i++) {
            attempt(to, call.attempt(i), grpc != GrpcCalls.NONE);
        }
        Flight last = delivered == null ? CallEnd.last(call) : delivered;
        String version = last == null ? null : last.endpoint().labels().get("version");
        if ((flags & ResponseFlag.URX.bit()) != 0) {
            to.retryLimits.increment();
        }
        if (delivered != null && delivered.number() > 1 && CallEnd.outcome(delivered) == Outcome.SUCCESS) {
            to.retrySuccesses.increment();
        }
        int status = GrpcCalls.http(grpc, delivered, code, flags);
        Peers peers = last == null ? Peers.UNKNOWN : to.peers(last.transport());
        count(to.series, version == null ? "" : version, peers, status, grpc, flags, nanos);
    }

    private static void attempt(Destination to, Flight flight, boolean grpc) {
        if (!flight.shadow()) {
            int code = grpc ? GrpcCalls.http(flight) : CallEnd.code(flight);
            to.answers[code >= 100 && code < 600 ? code / 100 : 0].increment();
            to.attempts.record(flight.endedAt() - flight.startedAt());
        }
    }

    /** A request was served. */
    void served(Peers peers, int code, int grpc, int flags, long nanos) {
        count(served, "", peers, code, grpc, flags, nanos);
    }

    private void count(SeriesTable table, String version, Peers peers, int code, int grpc, int flags, long nanos) {
        Series series = table.find(version, peers, code >= 100 && code < 600 ? code : 0, grpc, flags);
        (series == null ? overflow : series.duration()).record(nanos);
    }

    private @Nullable Destination destination(String name, boolean cluster) {
        ConcurrentHashMap<String, Destination> all = cluster ? clusters : hosts;
        Destination known = all.get(name);
        return known != null || room.none()
                ? known
                : all.computeIfAbsent(name, made -> new Destination(made, cluster, room));
    }

    /** Writes Istio's families. */
    public void write(Origin origin, MetricWriter out) {
        Map<List<String>, Histogram.Sums> rows = rows(origin);
        out.family(
                "istio_requests_total",
                MetricWriter.Type.COUNTER,
                "Requests, by who called whom and what became of it.");
        for (Map.Entry<List<String>, Histogram.Sums> row : rows.entrySet()) {
            out.sample(row.getValue().count(), row.getKey().toArray(new String[0]));
        }
        out.family(
                "istio_request_duration_milliseconds",
                MetricWriter.Type.HISTOGRAM,
                "Time until the answer was over, retries included.");
        for (Map.Entry<List<String>, Histogram.Sums> row : rows.entrySet()) {
            row.getValue().write(out, row.getKey().toArray(new String[0]));
        }
    }

    /** Writes what is counted of clusters beside {@link ClusterMetrics}. */
    public void writeClusters(MetricWriter out) {
        List<Destination> all = sorted(clusters);
        out.family(
                "weft_cluster_upstream_rq_xx",
                MetricWriter.Type.COUNTER,
                "Answers to attempts by class of status, each attempt alone.");
        for (Destination to : all) {
            for (int hundreds = 1; hundreds < to.answers.length; hundreds++) {
                String klass = Integer.toString(hundreds);
                out.sample(to.answers[hundreds].sum(), "cluster_name", to.name(), "response_code_class", klass);
            }
        }
        counts(
                all,
                "upstream_rq_retry_success",
                "Calls of which a retry or a hedge has gone well.",
                to -> to.retrySuccesses,
                out);
        counts(
                all,
                "upstream_rq_retry_limit_exceeded",
                "Calls whose last attempt failed, and that had no other left.",
                to -> to.retryLimits,
                out);
        out.family(
                "weft_cluster_upstream_rq_time",
                MetricWriter.Type.HISTOGRAM,
                "Time that attempts took, in milliseconds.");
        for (Destination to : all) {
            to.attempts.write(out, "cluster_name", to.name());
        }
    }

    private static void counts(
            List<Destination> all, String name, String help, Function<Destination, LongAdder> value, MetricWriter out) {
        out.family("weft_cluster_" + name, MetricWriter.Type.COUNTER, help);
        for (Destination to : all) {
            out.sample(value.apply(to).sum(), "cluster_name", to.name());
        }
    }

    /** Ports and subsets of a service are clusters of their own, and alike to whoever reads Istio's labels. */
    private Map<List<String>, Histogram.Sums> rows(Origin origin) {
        Map<List<String>, Histogram.Sums> rows = new LinkedHashMap<>();
        for (ConcurrentHashMap<String, Destination> all : List.of(clusters, hosts)) {
            for (Destination to : sorted(all)) {
                for (Series series : sorted(to.series)) {
                    add(rows, IstioLabels.called(origin, to, series), series.duration());
                }
            }
        }
        for (Series series : sorted(served)) {
            add(rows, IstioLabels.served(origin, series), series.duration());
        }
        if (overflow.count() > 0) {
            add(rows, List.of("otel_metric_overflow", "true"), overflow);
        }
        return rows;
    }

    private static void add(Map<List<String>, Histogram.Sums> rows, List<String> labels, Histogram more) {
        rows.computeIfAbsent(labels, row -> new Histogram.Sums()).add(more);
    }

    private static List<Destination> sorted(ConcurrentHashMap<String, Destination> map) {
        List<Destination> all = new ArrayList<>(map.values());
        all.sort(Comparator.comparing(Destination::name));
        return all;
    }

    private static List<Series> sorted(SeriesTable table) {
        List<Series> all = table.all();
        all.sort(Comparator.comparing(Series::version)
                .thenComparing(series -> series.peers().source())
                .thenComparing(series -> series.peers().destination())
                .thenComparingInt(Series::code)
                .thenComparingInt(Series::grpc)
                .thenComparingInt(Series::flags));
        return all;
    }
}
