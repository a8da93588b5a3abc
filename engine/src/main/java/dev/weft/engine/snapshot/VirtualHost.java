package dev.weft.engine.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of some names (Envoy: {@code route.v3.VirtualHost}).
 *
 * @param name as the control plane calls it
 * @param domains each readable as a {@link Domain}. One without a port matches every port; one with
 *     the port wins over it.
 * @param routes in order; the first that matches wins
 * @param ignorePathParameters paths are matched up to the first {@code ;} only (Envoy: {@code
 *     ignore_path_parameters_in_path_matching})
 * @param tcp what becomes of connections that speak nothing that is known; null where only calls are taken. With it and
 *     no routes, only such connections are
 */
public record VirtualHost(
        String name,
        List<String> domains,
        List<Route> routes,
        boolean ignorePathParameters,
        @Nullable TcpProxy tcp) {
    public VirtualHost {
        domains = List.copyOf(domains);
        routes = List.copyOf(routes);
        for (String domain : domains) {
            Domain.parse(domain); // refuses what a table could not hold
        }
    }

    /** One for calls alone. */
    public VirtualHost(String name, List<String> domains, List<Route> routes, boolean ignorePathParameters) {
        this(name, domains, routes, ignorePathParameters, null);
    }

    public VirtualHost(String name, List<String> domains, List<Route> routes) {
        this(name, domains, routes, false, null);
    }

    /** Whether it takes nothing but connections as such. */
    public boolean opaque() {
        return tcp != null && routes.isEmpty();
    }
}
