package dev.weft.client.warm;

import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins what the filters of a listener do with what its routes want of them. As in Envoy a route says how a
 * filter treats its calls, but only a filter that stands in the chain does anything.
 */
final class Guarding {
    private Guarding() {}

    /** @param filters of each kind that the chain has, one */
    static List<Route> routes(List<Guard> filters, List<Route> routes) {
        boolean plain = filters.stream().allMatch(Guard::idle)
                && routes.stream().allMatch(route -> route.guards().isEmpty());
        if (plain) {
            return routes;
        }
        List<Route> guarded = new ArrayList<>(routes.size());
        for (Route route : routes) {
            guarded.add(route.guarded(guards(filters, route.guards())));
        }
        return guarded;
    }

    private static List<Guard> guards(List<Guard> filters, List<Guard> own) {
        List<Guard> guards = new ArrayList<>();
        for (Guard filter : filters) {
            Guard used = filter;
            for (Guard guard : own) {
                used = guard.getClass() == filter.getClass() && filters(guard) ? guard : used;
            }
            if (!used.idle()) {
                guards.add(used);
            }
        }
        for (Guard guard : own) {
            if (!filters(guard)) {
                guards.add(guard);
            }
        }
        return guards;
    }

    /** Whether a filter of that kind must stand in the chain; what is the route's own needs none. */
    private static boolean filters(Guard guard) {
        boolean own =
                guard instanceof Breaker || guard instanceof Bulkhead || guard instanceof Fault fault && fault.own();
        return !own && !(guard instanceof GrpcTimeout);
    }
}
