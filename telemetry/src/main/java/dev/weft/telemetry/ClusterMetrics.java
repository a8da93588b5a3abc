package dev.weft.telemetry;

import dev.weft.engine.ledger.BulkheadGate;
import dev.weft.engine.ledger.ClusterStats;
import dev.weft.engine.ledger.Ejection;
import dev.weft.engine.ledger.EndpointStats;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.telemetry.MetricWriter.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The numbers of the client side, by cluster and by endpoint, named as Envoy names them. */
public final class ClusterMetrics {
    private ClusterMetrics() {}

    /**
     * Writes every family.
     *
     * @param clusters of the snapshot in force
     * @param now on the clock of the calls
     */
    public static void write(Collection<LiveCluster> clusters, long now, MetricWriter out) {
        List<LiveCluster> all = new ArrayList<>(clusters);
        all.sort(Comparator.comparing(cluster -> cluster.config().name()));
        counts(all, out);
        membership(all, now, out);
        alarms(all, now, out);
        endpoints(all, now, out);
    }

    private static void counts(List<LiveCluster> all, MetricWriter out) {
        each(
                all,
                out,
                "upstream_rq_total",
                Type.COUNTER,
                "Attempts that ended and say something of their endpoint.",
                c -> {
                    ClusterStats.Sums sums = c.stats().sums();
                    return sums.successes() + sums.failures();
                });
        each(
                all,
                out,
                "upstream_rq_error",
                Type.COUNTER,
                "Attempts whose failure is the endpoint's.",
                c -> c.stats().sums().failures());
        each(
                all,
                out,
                "upstream_cx_connect_fail",
                Type.COUNTER,
                "Attempts for which no connection came about.",
                c -> c.stats().sums().connectFailures());
        each(
                all,
                out,
                "upstream_rq_active",
                Type.GAUGE,
                "Attempts in flight.",
                c -> c.stats().inFlight());
        each(
                all,
                out,
                "upstream_rq_retry",
                Type.COUNTER,
                "Attempts sent because an earlier one failed.",
                c -> c.stats().retries());
        each(
                all,
                out,
                "upstream_rq_retry_overflow",
                Type.COUNTER,
                "Retries the budget did not allow.",
                c -> c.stats().retriesOverBudget());
        each(
                all,
                out,
                "upstream_rq_timeout",
                Type.COUNTER,
                "Attempts and calls stopped by a time limit.",
                c -> c.stats().timeouts());
        each(
                all,
                out,
                "upstream_rq_per_try_timeout",
                Type.COUNTER,
                "Attempts stopped by the time limit of a try.",
                c -> c.stats().tryTimeouts());
        each(
                all,
                out,
                "upstream_cx_none_healthy",
                Type.COUNTER,
                "Calls refused for want of an endpoint.",
                c -> c.stats().noEndpoint());
        each(
                all,
                out,
                "upstream_rq_pending_overflow",
                Type.COUNTER,
                "Calls refused because too many attempts were in flight.",
                c -> c.stats().overflows());
        each(
                all,
                out,
                "upstream_rq_drop_overload",
                Type.COUNTER,
                "Calls refused because the control plane asked for it.",
                c -> c.stats().dropped());
        each(
                all,
                out,
                "upstream_rq_time_milliseconds_total",
                Type.COUNTER,
                "Time attempts took, summed up.",
                c -> c.stats().sums().latencyNanos() / 1e6);
        each(
                all,
                out,
                "outlier_detection_ejections_enforced_total",
                Type.COUNTER,
                "Ejections.",
                c -> c.stats().sums().ejections());
        for (Ejection rule : Ejection.values()) {
            each(
                    all,
                    out,
                    "outlier_detection_ejections_enforced_" + rule.word(),
                    Type.COUNTER,
                    "Ejections by " + rule.words() + ".",
                    c -> c.stats().ejections(rule));
        }
        each(
                all,
                out,
                "outlier_detection_ejections_overflow",
                Type.COUNTER,
                "Endpoints that stayed in because too many were out.",
                c -> c.stats().ejectionsOverShare());
    }

    /** What an operator is woken for. */
    private static void alarms(List<LiveCluster> all, long now, MetricWriter out) {
        each(
                all,
                out,
                "lb_healthy_panic_active",
                Type.GAUGE,
                "1 while so few endpoints are healthy that health is ignored.",
                c -> c.usable(now).panic() ? 1 : 0);
        each(
                all,
                out,
                "circuit_breakers_default_rq_open",
                Type.GAUGE,
                "1 while calls are refused because too many attempts are in flight.",
                c -> c.overload().full() ? 1 : 0);
        each(
                all,
                out,
                "circuit_breakers_default_rq_retry_open",
                Type.GAUGE,
                "1 while no further retry is allowed.",
                c -> c.retriesSpent() ? 1 : 0);
        each(
                all,
                out,
                "circuit_breakers_default_cx_open",
                Type.GAUGE,
                "1 while no further connection is allowed.",
                c -> full(c.connections()) ? 1 : 0);
    }

    private static boolean full(@Nullable BulkheadGate connections) {
        return connections != null && connections.calls() >= connections.guard().maxCalls();
    }

    private static void membership(List<LiveCluster> all, long now, MetricWriter out) {
        each(
                all,
                out,
                "membership_total",
                Type.GAUGE,
                "Endpoints.",
                c -> c.all().size());
        each(
                all,
                out,
                "membership_healthy",
                Type.GAUGE,
                "Endpoints that are healthy, not ejected and not left out for want of a connection.",
                c -> c.all().stream().filter(e -> c.removal(e, now) == null).count());
        each(
                all,
                out,
                "membership_unreached",
                Type.GAUGE,
                "Endpoints that are left out now for want of a connection.",
                c -> c.all().stream().filter(e -> e.unreachedFor(now) > 0).count());
        each(
                all,
                out,
                "outlier_detection_ejections_active",
                Type.GAUGE,
                "Endpoints that are ejected now.",
                c -> c.all().stream().filter(e -> e.stats().ejected(now)).count());
    }

    private static void endpoints(List<LiveCluster> all, long now, MetricWriter out) {
        member(all, out, "rq_success", Type.COUNTER, "Attempts that ended well.", EndpointStats::successes);
        member(
                all,
                out,
                "rq_error",
                Type.COUNTER,
                "Attempts whose failure is the endpoint's.",
                EndpointStats::failures);
        member(
                all,
                out,
                "cx_connect_fail",
                Type.COUNTER,
                "Attempts for which no connection came about.",
                EndpointStats::connectFailures);
        member(all, out, "rq_active", Type.GAUGE, "Attempts in flight.", EndpointStats::inFlight);
        member(all, out, "ejections_total", Type.COUNTER, "Ejections.", EndpointStats::ejections);
        member(all, out, "ejected", Type.GAUGE, "1 while it is ejected.", stats -> stats.ejected(now) ? 1 : 0);
    }

    private static void each(
            List<LiveCluster> all,
            MetricWriter out,
            String name,
            Type type,
            String help,
            ToDoubleFunction<LiveCluster> value) {
        out.family("weft_cluster_" + name, type, help);
        for (LiveCluster cluster : all) {
            out.sample(
                    value.applyAsDouble(cluster),
                    "cluster_name",
                    cluster.config().name());
        }
    }

    private static void member(
            List<LiveCluster> all,
            MetricWriter out,
            String name,
            Type type,
            String help,
            ToDoubleFunction<EndpointStats> value) {
        out.family("weft_cluster_endpoint_" + name, type, help);
        for (LiveCluster cluster : all) {
            for (LiveEndpoint endpoint : cluster.all()) {
                out.sample(
                        value.applyAsDouble(endpoint.stats()),
                        "cluster_name",
                        cluster.config().name(),
                        "endpoint_address",
                        Addresses.text(endpoint.config().address()));
            }
        }
    }
}
