package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Headers;
import dev.weft.control.rule.VirtualService.TcpMatch;
import dev.weft.control.rule.VirtualService.TcpRoute;
import dev.weft.control.rule.VirtualService.WeightedDestination;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code tcp} and {@code tls} routes of a {@code VirtualService}. */
final class TcpRouteReader {
    private final RouteReader routes;
    private final HostNames names;
    private final String namespace;
    private final List<String> hosts;

    /** @param hosts of the virtual service, full names */
    TcpRouteReader(RouteReader routes, HostNames names, String namespace, List<String> hosts) {
        this.routes = routes;
        this.names = names;
        this.namespace = namespace;
        this.hosts = hosts;
    }

    List<TcpRoute> tcp(Fields spec) {
        return read(spec, "tcp");
    }

    List<TcpRoute> tls(Fields spec) {
        return read(spec, "tls");
    }

    private List<TcpRoute> read(Fields spec, String kind) {
        List<TcpRoute> all = new ArrayList<>();
        for (Fields route : spec.objects(kind)) {
            List<TcpMatch> matches = new ArrayList<>();
            for (Fields match : route.objects("match")) {
                matches.add(match(match, kind.equals("tls")));
            }
            if (kind.equals("tls") && matches.isEmpty()) {
                route.wrong("match", "is missing: a route of TLS says for which sniHosts it is");
            }
            if (!route.has("route")) {
                route.wrong("route", "is missing");
            }
            List<WeightedDestination> destinations = routes.destinations(route);
            if (destinations.stream().anyMatch(to -> !to.headers().equals(Headers.NONE))) {
                route.wrong("route", "a connection has no headers to change");
            }
            route.end();
            all.add(new TcpRoute(route.origin(), matches, destinations));
        }
        if (spec.isEmptyList(kind)) {
            spec.wrong(kind, "must not be empty");
        }
        return all;
    }

    private TcpMatch match(Fields match, boolean tls) {
        Integer port = match.integer("port", 1, 65_535);
        List<String> sniHosts = tls ? sniHosts(match) : List.of();
        match.notYet("destinationSubnets", "sourceLabels", "sourceNamespace", "sourceSubnet");
        for (String gateway : match.texts("gateways")) {
            if (!gateway.equals("mesh")) {
                match.wrong("gateways", "'" + gateway + "': gateways other than mesh are not supported yet");
            }
        }
        match.end();
        return new TcpMatch(port == null ? 0 : port, sniHosts);
    }

    /** As in Istio, names of the virtual service itself. */
    private List<String> sniHosts(Fields match) {
        List<String> all = new ArrayList<>();
        for (String name : match.texts("sniHosts")) {
            String wrong = HostNames.wrong(name);
            String full = names.full(name, namespace);
            if (wrong != null) {
                match.wrong("sniHosts", wrong);
            } else if (!hosts.contains(full)) {
                match.wrong("sniHosts", "'" + name + "' is none of the hosts");
            } else {
                all.add(full);
            }
        }
        if (!match.has("sniHosts")) {
            match.wrong("sniHosts", "is missing");
        } else if (match.isEmptyList("sniHosts")) {
            match.wrong("sniHosts", "must not be empty");
        }
        return all;
    }
}
