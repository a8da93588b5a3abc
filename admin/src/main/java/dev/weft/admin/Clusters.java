package dev.weft.admin;

import dev.weft.engine.ledger.ClusterStats;
import dev.weft.engine.ledger.EndpointStats;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.telemetry.Json;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The clusters in force and their endpoints with their numbers: the page {@code /clusters}. */
public final class Clusters {
    private static final long MILLI = 1_000_000;

    private Clusters() {}

    /**
     * As JSON, or as text in the form of Envoy's {@code /clusters}: {@code cluster::key::value} and {@code
     * cluster::address::key::value}, a line each.
     *
     * @param now on the clock of the calls
     * @param text whether it is text where the request leaves that open
     */
    public static AdminAnswer answer(AdminRequest request, Live live, long now, boolean text) {
        return request.wantsText(text) ? AdminAnswer.text(text(live, now)) : AdminAnswer.json(json(live, now));
    }

    private static String json(Live live, long now) {
        Json json = new Json();
        json.beginObject().field("snapshot", live.snapshot().version());
        json.name("clusters").beginArray();
        for (LiveCluster cluster : new TreeMap<>(live.clusters()).values()) {
            cluster(cluster, now, json);
        }
        return json.endArray().endObject().toString();
    }

    private static void cluster(LiveCluster cluster, long now, Json json) {
        ClusterStats stats = cluster.stats();
        ClusterStats.Sums sums = stats.sums();
        json.beginObject()
                .field("name", cluster.config().name())
                .field("balancer", cluster.config().balancer().name())
                .field("panic", cluster.usable(now).panic())
                .field("inFlight", stats.inFlight())
                .field("successes", sums.successes())
                .field("failures", sums.failures())
                .field("connectFailures", sums.connectFailures())
                .field("retries", stats.retries())
                .field("retriesOverBudget", stats.retriesOverBudget())
                .field("timeouts", stats.timeouts())
                .field("noEndpoint", stats.noEndpoint())
                .field("ejections", sums.ejections());
        json.name("endpoints").beginArray();
        for (LiveEndpoint endpoint : cluster.all()) {
            endpoint(cluster, endpoint, now, json);
        }
        json.endArray().endObject();
    }

    private static void endpoint(LiveCluster cluster, LiveEndpoint endpoint, long now, Json json) {
        EndpointStats stats = endpoint.stats();
        var address = endpoint.config().address();
        json.beginObject()
                .field("address", address.getAddress().getHostAddress())
                .field("port", address.getPort())
                .field("health", endpoint.config().health().name())
                .field("inFlight", stats.inFlight())
                .field("successes", stats.successes())
                .field("failures", stats.failures())
                .field("connectFailures", stats.connectFailures())
                .field("consecutiveFailures", stats.consecutiveFailures())
                .field("ejections", stats.ejections())
                .field("ejectedForMillis", stats.ejectedFor(now) / MILLI)
                .field("notReachedForMillis", endpoint.unreachedFor(now) / MILLI)
                .field("removedBy", cluster.removal(endpoint, now));
        SnapshotJson.place(endpoint.config(), json);
        json.endObject();
    }

    private static String text(Live live, long now) {
        StringBuilder out = new StringBuilder(4096);
        for (LiveCluster cluster : new TreeMap<>(live.clusters()).values()) {
            lines(cluster, now, out);
        }
        return out.toString();
    }

    private static void lines(LiveCluster cluster, long now, StringBuilder out) {
        String name = cluster.config().name() + "::";
        ClusterStats stats = cluster.stats();
        ClusterStats.Sums sums = stats.sums();
        line(out, name, "balancer", cluster.config().balancer().name());
        line(out, name, "panic", cluster.usable(now).panic());
        line(out, name, "rq_active", stats.inFlight());
        line(out, name, "rq_success", sums.successes());
        line(out, name, "rq_error", sums.failures());
        line(out, name, "rq_retry", stats.retries());
        line(out, name, "rq_timeout", stats.timeouts());
        line(out, name, "rq_no_endpoint", stats.noEndpoint());
        line(out, name, "cx_connect_fail", sums.connectFailures());
        line(out, name, "ejections", sums.ejections());
        for (LiveEndpoint endpoint : cluster.all()) {
            lines(cluster, endpoint, name + endpoint.address() + "::", now, out);
        }
    }

    private static void lines(LiveCluster cluster, LiveEndpoint endpoint, String name, long now, StringBuilder out) {
        EndpointStats stats = endpoint.stats();
        Endpoint config = endpoint.config();
        line(out, name, "rq_active", stats.inFlight());
        line(out, name, "rq_success", stats.successes());
        line(out, name, "rq_error", stats.failures());
        line(out, name, "rq_total", stats.successes() + stats.failures());
        line(out, name, "cx_connect_fail", stats.connectFailures());
        line(out, name, "consecutive_failures", stats.consecutiveFailures());
        line(out, name, "ejections", stats.ejections());
        line(out, name, "ejected_for_ms", stats.ejectedFor(now) / MILLI);
        line(out, name, "not_reached_for_ms", endpoint.unreachedFor(now) / MILLI);
        line(out, name, "hostname", config.hostname());
        line(out, name, "health_flags", flags(endpoint, now));
        line(out, name, "weight", config.weight());
        line(out, name, "priority", config.priority());
        line(out, name, "region", config.locality().region());
        line(out, name, "zone", config.locality().zone());
        line(out, name, "sub_zone", config.locality().subZone());
        line(out, name, "labels", new TreeMap<>(config.labels()));
        String removed = cluster.removal(endpoint, now);
        if (removed != null) {
            line(out, name, "removed_by", removed);
        }
    }

    /** What of it is not well, in Envoy's words where it has some: {@code healthy} for nothing. */
    private static String flags(LiveEndpoint endpoint, long now) {
        String given = switch (endpoint.config().health()) {
            case HEALTHY -> "";
            case DEGRADED -> "/degraded_eds_health";
            case UNHEALTHY -> "/failed_eds_health";
            case TIMEOUT -> "/failed_eds_health/active_hc_timeout";
            case DRAINING -> "/eds_status_draining";
        };
        String all = given
                + (endpoint.stats().ejected(now) ? "/failed_outlier_check" : "")
                + (endpoint.unreachedFor(now) > 0 ? "/not_reached" : "");
        return all.isEmpty() ? "healthy" : all;
    }

    private static void line(StringBuilder out, String name, String key, @Nullable Object value) {
        out.append(name).append(key).append("::").append(value).append('\n');
    }
}
