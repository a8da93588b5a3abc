package dev.weft.engine.ledger;

import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where all routes of a snapshot lead, by the numbers of table and route: a call compares no names of clusters. */
final class Targets {
    /** By table and route; of a split the first part. */
    private final Target[][] all;

    Targets(HostTable hosts, Map<String, LiveCluster> clusters) {
        List<RouteTable> tables = hosts.tables();
        all = new Target[tables.size()][];
        for (RouteTable table : tables) {
            Target[] routes = new Target[table.size()];
            for (int i = 0; i < routes.length; i++) {
                routes[i] = first(table, table.route(i), clusters);
            }
            all[table.number()] = routes;
        }
    }

    private static Target first(RouteTable table, Route route, Map<String, LiveCluster> clusters) {
        if (!(route.action() instanceof Action.Forward forward)) {
            return new Target(table, route, null, null, null);
        }
        List<WeightedCluster> parts = forward.clusters();
        Target later = null;
        for (int i = parts.size() - 1; i > 0; i--) {
            later = part(table, route, parts.get(i), clusters, later);
        }
        return part(table, route, parts.get(0), clusters, later);
    }

    private static Target part(
            RouteTable table,
            Route route,
            WeightedCluster part,
            Map<String, LiveCluster> clusters,
            @Nullable Target later) {
        return new Target(table, route, part, clusters.get(part.cluster()), later);
    }

    Target of(RouteTable table, int route) {
        return all[table.number()][route];
    }
}
