package dev.weft.engine.snapshot;

import java.util.List;

/**
 * One rule of a virtual host (Envoy: {@code route.v3.Route}).
 *
 * @param name as the rule's author called it, or empty
 * @param guards what its calls must pass, in any order; of each kind one, and beside a fault of Envoy's kind one in own words
 * @param limits how its calls are told apart by guards that limit them
 */
public record Route(String name, Match match, Action action, List<Guard> guards, RateLimits limits) {
    public Route {
        guards = List.copyOf(guards);
    }

    /** One whose calls are all alike. */
    public Route(String name, Match match, Action action, List<Guard> guards) {
        this(name, match, action, guards, RateLimits.NONE);
    }

    /** One that nothing guards. */
    public Route(String name, Match match, Action action) {
        this(name, match, action, List.of());
    }

    /** The same with other guards. */
    public Route guarded(List<Guard> others) {
        return new Route(name, match, action, others, limits);
    }
}
