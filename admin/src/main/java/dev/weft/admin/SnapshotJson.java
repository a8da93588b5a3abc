package dev.weft.admin;

import dev.weft.engine.route.Conditions;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.telemetry.Json;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in force, as members of a JSON object: which names there are, where their routes lead, and which
 * endpoints that comes to. What is as it is by default is left out. Rules that have no shape of their own here stand as
 * text, with times in nanoseconds.
 */
public final class SnapshotJson {
    private static final long MILLI = 1_000_000;

    private SnapshotJson() {}

    /** Adds {@code names}, {@code virtualHosts} and {@code clusters} to the object that is open. */
    public static void write(Snapshot snapshot, Json json) {
        json.name("names").beginObject();
        for (Map.Entry<String, Directory.Entry> name :
                new TreeMap<>(snapshot.directory().names()).entrySet()) {
            json.field(name.getKey(), name.getValue().service());
        }
        json.endObject().name("virtualHosts").beginArray();
        for (VirtualHost host : snapshot.hosts()) {
            host(host, json);
        }
        json.endArray().name("clusters").beginArray();
        for (Cluster cluster : new TreeMap<>(snapshot.clusters()).values()) {
            cluster(cluster, json);
        }
        json.endArray();
    }

    private static void host(VirtualHost host, Json json) {
        json.beginObject().field("name", host.name()).name("domains").beginArray();
        for (String domain : host.domains()) {
            json.value(domain);
        }
        json.endArray().name("routes").beginArray();
        for (Route route : host.routes()) {
            json.beginObject().field("name", route.name()).field("match", Conditions.words(route.match()));
            route(route, json);
            json.endObject();
        }
        json.endArray();
        TcpProxy tcp = host.tcp();
        if (tcp != null) {
            json.name("tcp").beginObject().field("name", tcp.route().name()).field("tls", tcp.tls());
            millis("idleTimeoutMillis", tcp.idleNanos(), json);
            route(tcp.route(), json);
            json.endObject();
        }
        json.endObject();
    }

    private static void route(Route route, Json json) {
        if (route.action() instanceof Action.Forward forward) {
            forward(forward, json);
        } else {
            json.field("action", String.valueOf(route.action()));
        }
        if (!route.guards().isEmpty()) {
            json.name("guards").beginArray();
            route.guards().forEach(guard -> json.value(String.valueOf(guard)));
            json.endArray();
        }
    }

    private static void forward(Action.Forward forward, Json json) {
        json.name("clusters").beginObject();
        for (Action.WeightedCluster cluster : forward.clusters()) {
            json.field(cluster.cluster(), cluster.weight());
        }
        json.endObject();
        millis("timeoutMillis", forward.timeoutNanos(), json);
        text("retry", forward.retry(), json);
        text("hedge", forward.hedge(), json);
        text("rewrite", forward.rewrite(), json);
        text("host", forward.host(), json);
        text("fallback", forward.fallback(), json);
        text("elsewhere", forward.elsewhere(), json);
        text("mirrors", forward.mirrors().isEmpty() ? null : forward.mirrors(), json);
        text("hash", forward.hash().isEmpty() ? null : forward.hash(), json);
        text("headers", forward.edits().equals(HeaderEdits.NONE) ? null : forward.edits(), json);
        text("answerHeaders", forward.answerEdits().equals(HeaderEdits.NONE) ? null : forward.answerEdits(), json);
    }

    private static void cluster(Cluster cluster, Json json) {
        json.beginObject()
                .field("name", cluster.name())
                .field("balancer", cluster.balancer().name())
                .field("protocol", cluster.protocol().name())
                .field("transport", words(cluster.transport()))
                .field("panicThreshold", cluster.panicThreshold());
        millis("connectTimeoutMillis", cluster.connectTimeoutNanos(), json);
        text("outlierDetection", cluster.outlier(), json);
        text("limits", cluster.limits().equals(Limits.NONE) ? null : cluster.limits(), json);
        text("sharing", cluster.sharing().equals(Sharing.DEFAULT) ? null : cluster.sharing(), json);
        text("retryBudget", cluster.budget(), json);
        json.name("endpoints").beginArray();
        for (Endpoint endpoint : cluster.endpoints()) {
            var address = endpoint.address();
            json.beginObject()
                    .field("address", address.getAddress().getHostAddress())
                    .field("port", address.getPort())
                    .field("health", endpoint.health().name());
            place(endpoint, json);
            json.endObject();
        }
        json.endArray().endObject();
    }

    /** Adds how an endpoint's share comes about to the object that is open. */
    static void place(Endpoint endpoint, Json json) {
        Endpoint.Locality locality = endpoint.locality();
        json.field("weight", endpoint.weight())
                .field("priority", endpoint.priority())
                .field("region", locality.region())
                .field("zone", locality.zone())
                .field("subZone", locality.subZone());
        if (endpoint.localityWeight() > 0) {
            json.field("localityWeight", endpoint.localityWeight());
        }
        if (!endpoint.hostname().isEmpty()) {
            json.field("hostname", endpoint.hostname());
        }
        StatusJson.map(endpoint.labels(), json.name("labels"));
    }

    private static String words(Transport transport) {
        if (transport instanceof Transport.Tls tls) {
            return "TLS, server name '" + tls.sni() + "', expects " + tls.expectedNames();
        }
        return transport instanceof Transport.Unavailable missing
                ? "TLS is required and can't be had: " + missing.why()
                : "as the application asks";
    }

    private static void millis(String name, long nanos, Json json) {
        if (nanos != Long.MAX_VALUE) {
            json.field(name, nanos / MILLI);
        }
    }

    private static void text(String name, @Nullable Object rule, Json json) {
        if (rule != null) {
            json.field(name, rule.toString());
        }
    }
}
