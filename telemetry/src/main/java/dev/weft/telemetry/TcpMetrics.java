package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Istio's standard metrics of connections that are led on byte by byte. Bytes are counted while they move, because such
 * a connection may be open for days. The number of series is bounded as in {@link MeshMetrics}.
 *
 * @see <a href="https://istio.io/latest/docs/reference/config/metrics/">Istio Standard Metrics</a>
 */
public final class TcpMetrics implements CallRecorder {
    private final int most;
    private final Map<Key, Connections> called = new ConcurrentHashMap<>();
    private final Connections accepted = new Connections();
    private final Connections overflow = new Connections();

    /** @param mostSeries how many series there may be of connections that are made */
    public TcpMetrics(int mostSeries) {
        this.most = mostSeries;
    }

    /**
     * @param name of the cluster, or of the host that no cluster was found for
     * @param version of the instance; empty for none
     * @param flags bits of {@link ResponseFlag}
     */
    private record Key(String name, boolean cluster, String version, int flags) {}

    /** Connections that are alike to whoever counts them. */
    public static final class Connections {
        private final LongAdder opened = new LongAdder();
        private final LongAdder closed = new LongAdder();
        private final LongAdder received = new LongAdder();
        private final LongAdder sent = new LongAdder();

        public void opened() {
            opened.increment();
        }

        public void closed() {
            closed.increment();
        }

        /** Bytes came from the client. */
        public void received(int octets) {
            received.add(octets);
        }

        /** Bytes came for the client. */
        public void sent(int octets) {
            sent.add(octets);
        }
    }

    /** Those that an instance has taken. */
    public Connections called(Flight flight) {
        return find(flight.cluster(), true, version(flight), 0);
    }

    /** Those that were made to this workload. */
    public Connections accepted() {
        return accepted;
    }

    /** One that no instance took was opened and closed at once, as Envoy has it; the others are counted as they go. */
    @Override
    public void record(Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        if (!call.request().opaque() || delivered != null && delivered.head() != null) {
            return;
        }
        String cluster = call.cluster();
        Flight last = CallEnd.last(call);
        String name = cluster == null ? call.request().host() : cluster;
        Connections failed = find(name, cluster != null, last == null ? "" : version(last), flags);
        failed.opened();
        failed.closed();
    }

    private static String version(Flight flight) {
        return flight.endpoint().labels().getOrDefault("version", "");
    }

    private Connections find(String name, boolean cluster, String version, int flags) {
        Key key = new Key(name, cluster, version, flags);
        Connections known = called.get(key);
        if (known != null || called.size() >= most) {
            return known == null ? overflow : known;
        }
        return called.computeIfAbsent(key, made -> new Connections());
    }

    /** Writes Istio's families. */
    public void write(Origin origin, MetricWriter out) {
        Map<List<String>, List<Connections>> rows = rows(origin);
        write(
                rows,
                "istio_tcp_connections_opened_total",
                "Connections that were opened.",
                row -> row.opened.sum(),
                out);
        write(rows, "istio_tcp_connections_closed_total", "Connections that are closed.", row -> row.closed.sum(), out);
        write(rows, "istio_tcp_received_bytes_total", "Bytes that clients sent.", row -> row.received.sum(), out);
        write(rows, "istio_tcp_sent_bytes_total", "Bytes that were sent to clients.", row -> row.sent.sum(), out);
    }

    private static void write(
            Map<List<String>, List<Connections>> rows,
            String name,
            String help,
            ToLongFunction<Connections> value,
            MetricWriter out) {
        out.family(name, MetricWriter.Type.COUNTER, help);
        rows.forEach((labels, all) -> out.sample(all.stream().mapToLong(value).sum(), labels.toArray(new String[0])));
    }

    /** Ports and subsets of a service are clusters of their own, and alike to whoever reads Istio's labels. */
    private Map<List<String>, List<Connections>> rows(Origin origin) {
        Map<List<String>, List<Connections>> rows = new LinkedHashMap<>();
        called.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(Key::name)
                        .thenComparing(Key::version)
                        .thenComparingInt(Key::flags)))
                .forEach(one -> {
                    Key key = one.getKey();
                    List<String> labels = IstioLabels.connected(origin, key.name, key.version, key.flags);
                    rows.computeIfAbsent(labels, row -> new ArrayList<>(1)).add(one.getValue());
                });
        if (accepted.opened.sum() > 0) {
            rows.put(IstioLabels.accepted(origin), List.of(accepted));
        }
        if (overflow.opened.sum() > 0) {
            rows.put(List.of("otel_metric_overflow", "true"), List.of(overflow));
        }
        return rows;
    }
}
