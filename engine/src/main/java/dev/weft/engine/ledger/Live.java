package dev.weft.engine.ledger;

import dev.weft.engine.route.HostTable;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import java.util.List;
import java.util.Map;

/**
 * The snapshot in force, indexed and joined with what is measured. Swapped by one volatile write.
 *
 * @param gates what the calls of a route must pass, in order; by identity, of guarded routes only
 */
public record Live(
        Snapshot snapshot, HostTable hosts, Map<String, LiveCluster> clusters, Map<Route, List<Gate>> gates) {
    public Live(Snapshot snapshot, HostTable hosts, Map<String, LiveCluster> clusters) {
        this(snapshot, hosts, clusters, Map.of());
    }

    /** What the calls of a route of this snapshot must pass, in order. */
    public List<Gate> gates(Route route) {
        List<Gate> guarding = route.guards().isEmpty() ? null : gates.get(route);
        return guarding == null ? List.of() : guarding;
    }
}
