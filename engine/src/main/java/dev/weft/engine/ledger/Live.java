package dev.weft.engine.ledger;

import dev.weft.engine.route.HostTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot in force, indexed and joined with what is measured. Swapped by one volatile write.
 *
 * @param gates what the calls of a route must pass, in order; by identity, of guarded routes only
 * @param targets the clusters that routes name, by identity: a call compares no names of clusters
 */
public record Live(
        Snapshot snapshot,
        HostTable hosts,
        Map<String, LiveCluster> clusters,
        Map<Route, List<Gate>> gates,
        Map<WeightedCluster, LiveCluster> targets) {
    /** Indexes a snapshot. */
    public static Live of(Snapshot snapshot, Map<String, LiveCluster> clusters, Map<Route, List<Gate>> gates) {
        Map<WeightedCluster, LiveCluster> targets = new IdentityHashMap<>();
        for (VirtualHost host : snapshot.hosts()) {
            for (Route route : host.routes()) {
                put(route, clusters, targets);
            }
            if (host.tcp() != null) {
                put(host.tcp().route(), clusters, targets);
            }
        }
        return new Live(snapshot, new HostTable(snapshot), clusters, gates, targets);
    }

    private static void put(Route route, Map<String, LiveCluster> clusters, Map<WeightedCluster, LiveCluster> targets) {
        if (route.action() instanceof Action.Forward forward) {
            for (WeightedCluster target : forward.clusters()) {
                LiveCluster live = clusters.get(target.cluster());
                if (live != null) {
                    targets.put(target, live);
                }
            }
        }
    }

    /** What the calls of a route of this snapshot must pass, in order. */
    public List<Gate> gates(Route route) {
        List<Gate> guarding = route.guards().isEmpty() ? null : gates.get(route);
        return guarding == null ? List.of() : guarding;
    }

    /** The cluster that a route of this snapshot names; null when the snapshot has none of that name. */
    public @Nullable LiveCluster target(WeightedCluster named) {
        return targets.get(named);
    }
}
