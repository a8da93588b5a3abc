package dev.weft.engine.ledger;

import dev.weft.engine.balance.Activity;
import dev.weft.engine.balance.Candidate;
import dev.weft.engine.balance.Latency;
import dev.weft.engine.balance.OrcaReport;
import dev.weft.engine.balance.ReportedLoad;
import dev.weft.engine.call.Headers;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.snapshot.AddressText;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Endpoint;

/** An endpoint of the snapshot in force, with its numbers. */
public final class LiveEndpoint implements Candidate {
    private final LiveCluster cluster;
    private final Endpoint config;
    private final EndpointStats stats;
    /** The one of {@code stats}, a step nearer: a pick among very many endpoints waits for memory. */
    private final Activity activity;
    /** Whether more is to be kept of attempts than their number and time. */
    private final boolean watched;
    /** Whether what it says of its load in answers is of use. */
    private final boolean heard;

    LiveEndpoint(LiveCluster cluster, Endpoint config, EndpointStats stats) {
        this.cluster = cluster;
        this.config = config;
        this.stats = stats;
        this.activity = stats.activity;
        Balancer balancer = cluster.config().balancer();
        if (balancer instanceof Balancer.PeakEwma && stats.memory.latency == null) {
            stats.memory.latency = new Latency();
        }
        if (balancer instanceof Balancer.ClientSideWeighted && stats.memory.load == null) {
            stats.memory.load = new ReportedLoad();
        }
        this.heard = balancer instanceof Balancer.ClientSideWeighted;
        this.watched = cluster.limited() || balancer instanceof Balancer.PeakEwma;
    }

    public LiveCluster cluster() {
        return cluster;
    }

    public Endpoint config() {
        return config;
    }

    public EndpointStats stats() {
        return stats;
    }

    @Override
    public Activity activity() {
        return activity;
    }

    /** Nanoseconds for which it is left out because no connection to it came about; 0 when it is not. */
    public long unreachedFor(long now) {
        return cluster.config().connectBackoff() == null ? 0 : stats.unreachedFor(now);
    }

    /** Calls in flight now. */
    public int inFlight() {
        return activity.inFlight();
    }

    @Override
    public double cost(long now) {
        double waits = activity.inFlight() + 1.0;
        Latency latency = stats.memory.latency;
        return latency != null && cluster.config().balancer() instanceof Balancer.PeakEwma config
                ? latency.nanos(config, now) * waits
                : waits;
    }

    @Override
    public String hashKey() {
        String given = config.labels().get("hash_key");
        return given == null ? address() : given;
    }

    /** Address and port as Envoy writes them. */
    public String address() {
        String host = AddressText.of(config.address().getAddress());
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":"
                + config.address().getPort();
    }

    /** An attempt begins. */
    public void begun(long now) {
        activity.begin();
        if (activity.unreached()) {
            cluster.tries(stats, now);
        }
        if (watched && cluster.limited()) {
            cluster.stats().requests.incrementAndGet();
        }
    }

    /** An attempt is over; how well it went is told to the cluster. */
    public void ended(long tookNanos, long now) {
        activity.end(tookNanos);
        if (watched) {
            watched(tookNanos, now);
        }
    }

    /** An attempt is over, and has gone well. */
    void succeeded(long tookNanos, long now) {
        activity.succeed(tookNanos);
        if (watched) {
            watched(tookNanos, now);
        }
    }

    private void watched(long tookNanos, long now) {
        if (cluster.limited()) {
            cluster.stats().requests.decrementAndGet();
        }
        measured(tookNanos, now);
    }

    /** A failure that comes fast counts as a slow answer. */
    void failed(long now) {
        if (watched && cluster.config().balancer() instanceof Balancer.PeakEwma config) {
            measured(config.failurePenaltyNanos(), now);
        }
    }

    /**
     * It answered that it can't now (429, 503): the time for which it asks not to be called counts as a slow answer
     * too (RFC 9110, 10.2.3: {@code retry-after}).
     */
    public void unwilling(Headers answer, long now) {
        if (watched && cluster.config().balancer() instanceof Balancer.PeakEwma config) {
            long asked = Retrying.retryAfter(answer);
            if (asked > 0) {
                measured(Math.max(asked, config.failurePenaltyNanos()), now);
            }
        }
    }

    private void measured(long nanos, long now) {
        Latency latency = stats.memory.latency;
        if (latency != null && nanos > 0 && cluster.config().balancer() instanceof Balancer.PeakEwma config) {
            latency.observe(config, nanos, now);
        }
    }

    /** Whether its answers are to be shown to {@link #answered}. */
    public boolean heard() {
        return heard;
    }

    /** An answer came, which may say how loaded the endpoint is. */
    public void answered(Headers headers, long now) {
        if (!(cluster.config().balancer() instanceof Balancer.ClientSideWeighted config)) {
            return;
        }
        String binary = headers.first("endpoint-load-metrics-bin");
        String words = binary == null ? headers.first("endpoint-load-metrics") : null;
        OrcaReport report = binary != null
                ? OrcaReport.binary(binary, config.utilizations())
                : words != null ? OrcaReport.of(words, config.utilizations()) : null;
        if (report != null) {
            report(report.qps(), report.eps(), report.utilization(), now);
        }
    }

    /**
     * The endpoint said how loaded it is (ORCA: {@code OrcaLoadReport}); heard where the cluster balances
     * by it.
     *
     * @param qps calls in a second
     * @param eps failed calls in a second
     * @param utilization of the application if it says so, else of its CPU; 1 is full
     */
    public void report(double qps, double eps, double utilization, long now) {
        ReportedLoad load = stats.memory.load;
        if (load != null && cluster.config().balancer() instanceof Balancer.ClientSideWeighted config) {
            load.report(config, qps, eps, utilization, now);
        }
    }
}
