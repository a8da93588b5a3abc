package dev.weft.engine.snapshot;

import java.util.List;

/**
 * The routes of some names (Envoy: {@code route.v3.VirtualHost}).
 *
 * @param name as the control plane calls it
 * @param domains {@code host}, {@code host:port}, {@code *.suffix}, {@code prefix.*} or {@code *};
 *     lower case. A domain without a port matches every port; one with the port wins over it.
 * @param routes in order; the first that matches wins
 */
public record VirtualHost(String name, List<String> domains, List<Route> routes) {
    public VirtualHost {
        domains = List.copyOf(domains);
        routes = List.copyOf(routes);
    }
}
