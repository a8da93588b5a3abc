package dev.weft.engine.ledger;

import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.Home;
import dev.weft.engine.snapshot.Snapshot;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This process and its like, by where they are.
 *
 * @param here where this one is
 * @param healthy how many are well, in each locality
 */
record Callers(Locality here, Map<Locality, Integer> healthy) {
    Callers {
        healthy = Map.copyOf(healthy);
    }

    /**
     * Null where they are not known, where none of them is here, so that they can't be those of this process, or where
     * so few of them are well that their number says nothing (panic).
     */
    static @Nullable Callers of(Snapshot snapshot) {
        Home home = snapshot.home();
        Cluster cluster = home == null ? null : snapshot.clusters().get(home.cluster());
        if (home == null || cluster == null) {
            return null;
        }
        Map<Locality, Integer> healthy = new HashMap<>();
        int all = 0;
        int well = 0;
        boolean here = false;
        for (Endpoint endpoint : cluster.endpoints()) {
            if (endpoint.priority() == 0) {
                all++;
                here |= endpoint.locality().equals(home.locality());
                if (endpoint.health() == Health.HEALTHY) {
                    well++;
                    healthy.merge(endpoint.locality(), 1, Integer::sum);
                }
            }
        }
        return !here || well == 0 || 100.0 * well / all < cluster.panicThreshold()
                ? null
                : new Callers(home.locality(), healthy);
    }

    /** In all zones, also in those where nobody is whom they call. */
    long all() {
        return healthy.values().stream().mapToLong(Integer::longValue).sum();
    }

    int in(Locality locality) {
        return healthy.getOrDefault(locality, 0);
    }
}
