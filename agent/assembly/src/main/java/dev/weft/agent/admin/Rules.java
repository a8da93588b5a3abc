package dev.weft.agent.admin;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.telemetry.Json;
import java.util.Map;
import java.util.TreeMap;

/** The rules in force: which names there are, and where their routes lead. */
final class Rules {
    private Rules() {}

    /** Adds {@code names} and {@code virtualHosts} to the object that is open. */
    static void write(Snapshot snapshot, Json json) {
        json.name("names").beginObject();
        for (Map.Entry<String, Directory.Entry> name :
                new TreeMap<>(snapshot.directory().names()).entrySet()) {
            json.field(name.getKey(), name.getValue().service());
        }
        json.endObject().name("virtualHosts").beginArray();
        for (VirtualHost host : snapshot.hosts()) {
            json.beginObject().field("name", host.name()).name("domains").beginArray();
            for (String domain : host.domains()) {
                json.value(domain);
            }
            json.endArray().name("routes").beginArray();
            for (Route route : host.routes()) {
                route(route, json);
            }
            json.endArray().endObject();
        }
        json.endArray();
    }

    private static void route(Route route, Json json) {
        json.beginObject().field("name", route.name()).field("match", String.valueOf(route.match()));
        if (route.action() instanceof Action.Forward forward) {
            json.name("clusters").beginObject();
            for (Action.WeightedCluster cluster : forward.clusters()) {
                json.field(cluster.cluster(), cluster.weight());
            }
            json.endObject();
        } else {
            json.field("action", String.valueOf(route.action()));
        }
        json.endObject();
    }
}
