package dev.weft.agent.admin;

import dev.weft.engine.ledger.ClusterStats;
import dev.weft.engine.ledger.EndpointStats;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.telemetry.Json;
import java.util.Map;
import java.util.TreeMap;

/** The clusters in force with their numbers, as JSON. */
public final class Clusters {
    private Clusters() {}

    /** @param now on the clock of the calls */
    public static String json(Live live, long now) {
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
                .field("ejectedForMillis", stats.ejectedFor(now) / 1_000_000)
                .field("notReachedForMillis", endpoint.unreachedFor(now) / 1_000_000)
                .field("removedBy", cluster.removal(endpoint, now));
        labels(endpoint.config().labels(), json);
        json.endObject();
    }

    static void labels(Map<String, String> labels, Json json) {
        json.name("labels").beginObject();
        for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
            json.field(label.getKey(), label.getValue());
        }
        json.endObject();
    }
}
