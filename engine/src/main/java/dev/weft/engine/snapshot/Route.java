package dev.weft.engine.snapshot;

import java.util.List;

/**
 * One rule of a virtual host (Envoy: {@code route.v3.Route}).
 *
 * @param name as the rule's author called it, or empty
 * @param guards what its calls must pass, in any order; of each kind one
 */
public record Route(String name, Match match, Action action, List<Guard> guards) {
    public Route {
        guards = List.copyOf(guards);
    }

    /** One that nothing guards. */
    public Route(String name, Match match, Action action) {
        this(name, match, action, List.of());
    }

    /** The same with other guards. */
    public Route guarded(List<Guard> others) {
        return new Route(name, match, action, others);
    }
}
