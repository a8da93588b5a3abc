package dev.weft.engine.ledger;

import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import java.util.List;
import java.util.Map;

/** The snapshot in force, indexed and joined with what is measured. Swapped by one volatile write. */
public final class Live {
    private final Snapshot snapshot;
    private final HostTable hosts;
    private final Map<String, LiveCluster> clusters;
    private final Map<Route, List<Gate>> gates;
    private final Targets targets;

    /**
     * Indexes a snapshot.
     *
     * @param gates what the calls of a route must pass, in order; by identity, of guarded routes only
     */
    public Live(Snapshot snapshot, Map<String, LiveCluster> clusters, Map<Route, List<Gate>> gates) {
        this.snapshot = snapshot;
        this.hosts = new HostTable(snapshot);
        this.clusters = clusters;
        this.gates = gates;
        this.targets = new Targets(hosts, clusters);
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    public HostTable hosts() {
        return hosts;
    }

    public Map<String, LiveCluster> clusters() {
        return clusters;
    }

    /** What the calls of a route of this snapshot must pass, in order. */
    public List<Gate> gates(Route route) {
        List<Gate> guarding = route.guards().isEmpty() ? null : gates.get(route);
        return guarding == null ? List.of() : guarding;
    }

    /**
     * Where a route of this snapshot leads; of a split the first part.
     *
     * @param route its number in the table
     */
    public Target target(RouteTable table, int route) {
        return targets.of(table, route);
    }
}
