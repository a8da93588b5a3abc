package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.policy.Order;
import dev.weft.engine.policy.Order.Policy;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everything measured, keyed by cluster and address. It outlives snapshots: a new snapshot finds the
 * numbers of the old one; an entry leaves when no snapshot names it.
 */
public final class Ledger {
    private final Map<String, ClusterStats> clusters = new ConcurrentHashMap<>();
    private final RandomSource random;
    private final Order order;
    private final Gates gates;

    /** The clusters joined last: one that has not changed is kept, with the choices that it has prepared. */
    private Map<String, LiveCluster> joined = Map.of();

    /** No snapshot names them any more, but calls may still be on their way to them. */
    private final Set<EndpointStats> leaving = ConcurrentHashMap.newKeySet();

    /** @param order in which policies stand */
    public Ledger(RandomSource random, Order order) {
        this.random = random;
        this.order = order;
        this.gates = new Gates(random, order);
    }

    /** What of a snapshot is in force by the order: nearly always it is the snapshot itself. */
    public Snapshot heeded(Snapshot snapshot) {
        Set<Policy> missing = order.missing();
        return missing.isEmpty() ? snapshot : new Without(missing).of(snapshot);
    }

    /** Joins a snapshot's clusters with their numbers. Called from one thread at a time. */
    public Map<String, LiveCluster> join(Snapshot snapshot) {
        leaving.removeIf(endpoint -> endpoint.inFlight() == 0);
        clusters.values().removeIf(stats -> {
            boolean gone = !snapshot.clusters().containsKey(stats.name());
            if (gone) {
                leaving.addAll(stats.endpoints().values());
            }
            return gone;
        });
        Callers callers = Callers.of(snapshot);
        Map<String, LiveCluster> live = new HashMap<>();
        for (Cluster cluster : snapshot.clusters().values()) {
            ClusterStats stats = clusters.computeIfAbsent(cluster.name(), ClusterStats::new);
            LiveCluster before = joined.get(cluster.name());
            Callers zoned = cluster.sharing().zones() == null ? null : callers;
            boolean same = before != null
                    && before.stats() == stats
                    && before.config().equals(cluster)
                    && Objects.equals(before.callers(), zoned);
            live.put(cluster.name(), same ? before : new LiveCluster(cluster, stats, random, leaving, zoned));
        }
        joined = live;
        return live;
    }

    /** Joins a snapshot's guards with what they count. Called from one thread at a time. */
    public Map<Route, List<Gate>> guard(Snapshot snapshot) {
        return gates.join(snapshot);
    }

    /** The guards in force, for exporters. */
    public Collection<Gate> gates() {
        return gates.all();
    }

    /** Attempts in flight, those to endpoints that have left included. */
    public int inFlight() {
        int sum = 0;
        for (ClusterStats cluster : clusters.values()) {
            sum += cluster.inFlight();
        }
        for (EndpointStats endpoint : leaving) {
            sum += endpoint.inFlight();
        }
        return sum;
    }

    /** The numbers of every cluster, for exporters. */
    public Collection<ClusterStats> clusters() {
        return Collections.unmodifiableCollection(clusters.values());
    }
}
