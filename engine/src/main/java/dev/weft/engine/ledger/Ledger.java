package dev.weft.engine.ledger;

import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Snapshot;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everything measured, keyed by cluster and address. It outlives snapshots: a new snapshot finds the
 * numbers of the old one; an entry leaves when no snapshot names it.
 */
public final class Ledger {
    private final Map<String, ClusterStats> clusters = new ConcurrentHashMap<>();

    /** Joins a snapshot's clusters with their numbers. Called from one thread at a time. */
    public Map<String, LiveCluster> join(Snapshot snapshot) {
        clusters.keySet().retainAll(snapshot.clusters().keySet());
        Map<String, LiveCluster> live = new HashMap<>();
        for (Cluster cluster : snapshot.clusters().values()) {
            ClusterStats stats = clusters.computeIfAbsent(cluster.name(), ClusterStats::new);
            live.put(cluster.name(), new LiveCluster(cluster, stats));
        }
        return live;
    }

    /** The numbers of every cluster, for exporters. */
    public Collection<ClusterStats> clusters() {
        return Collections.unmodifiableCollection(clusters.values());
    }
}
