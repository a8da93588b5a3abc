package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.rule.VirtualService.HttpRoute;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How calls to some services are routed, in the words of the Gateway API: a {@code GRPCRoute} or
 * {@code HTTPRoute} whose parents are services (GAMMA, GEP-1426).
 *
 * @param kind HTTPRoute or GRPCRoute
 * @param http each with exactly one match, in the order in which they are written
 */
public record MeshRoute(
        Origin origin, String kind, String name, String namespace, List<Parent> parents, List<HttpRoute> http)
        implements Rule {
    static final String HTTP = "HTTPRoute";
    static final String GRPC = "GRPCRoute";

    public MeshRoute {
        parents = List.copyOf(parents);
        http = List.copyOf(http);
    }

    /**
     * A service whose calls it routes.
     *
     * @param host full name
     * @param port 0 for all
     * @param isForeign it is of another namespace: the route counts for calls from its own namespace alone
     */
    public record Parent(Origin origin, String host, int port, boolean isForeign) {}

    /** As far as it counts for calls from a namespace. */
    MeshRoute seenFrom(String from) {
        return new MeshRoute(
                origin,
                kind,
                name,
                namespace,
                parents.stream()
                        .filter(parent -> !parent.isForeign() || namespace.equals(from))
                        .toList(),
                http);
    }

    /** Whether it is a consumer's route for this host, which goes before the producer's. */
    boolean isForeign(String host) {
        return parents.stream()
                .anyMatch(parent -> parent.isForeign() && parent.host().equals(host));
    }

    /** Every destination that its rules name. */
    public Stream<Destination> destinations() {
        return http.stream().flatMap(HttpRoute::destinations);
    }

    public boolean isGrpc() {
        return kind.equals(GRPC);
    }

    /** Its rules for calls to one host. */
    Stream<HttpRoute> of(String host) {
        return parents.stream()
                .filter(parent -> parent.host().equals(host))
                .flatMap(parent -> http.stream().map(route -> route.at(parent.port())));
    }

    /** As the Gateway API orders them: what says more about a call goes first; else by name, then as written. */
    static List<HttpRoute> ordered(List<MeshRoute> routes, String host) {
        return routes.stream()
                .sorted(Comparator.comparing(MeshRoute::namespace).thenComparing(MeshRoute::name))
                .flatMap(route -> route.of(host))
                .sorted(Comparator.comparing(route -> route.matches().get(0), MatchOrder.MOST_SPECIFIC_FIRST))
                .toList();
    }
}
