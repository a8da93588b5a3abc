package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.DirectResponse;
import dev.weft.control.rule.VirtualService.Forward;
import dev.weft.control.rule.VirtualService.HttpAction;
import dev.weft.control.rule.VirtualService.HttpMatch;
import dev.weft.control.rule.VirtualService.HttpRoute;
import dev.weft.control.rule.VirtualService.Retries;
import dev.weft.control.rule.VirtualService.WeightedDestination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of an {@code HTTPRoute} or a {@code GRPCRoute} of the Gateway API. */
final class GatewayRouteReader {
    private static final Duration ONE_MILLI = Duration.ofMillis(1);

    /**
     * What is tried again beside the codes that a rule names, as istiod has it but for statuses of gRPC: to name one is to
     * say in writing that a call may be made twice, and nobody has.
     */
    private static final List<String> CONDITIONS =
            List.of("connect-failure", "refused-stream", "retriable-status-codes");

    private final Header header;
    private final HostNames names;
    private final boolean isGrpc;
    private final GatewayBackendReader backends;

    GatewayRouteReader(Header header, HostNames names) {
        this.header = header;
        this.names = names;
        this.isGrpc = header.kind().equals(MeshRoute.GRPC);
        this.backends = new GatewayBackendReader(names, header.namespace());
    }

    MeshRoute read(Fields spec) {
        List<MeshRoute.Parent> parents = parents(spec);
        List<HttpRoute> routes = new ArrayList<>();
        int index = 0;
        for (Fields rule : spec.objects("rules")) {
            rule(rule, index++, routes);
        }
        if (routes.isEmpty() && !spec.has("rules")) {
            spec.wrong("rules", "is missing");
        }
        spec.noEffect("which service is called says the parent", "hostnames");
        spec.ignore("useDefaultGateways");
        spec.end();
        return new MeshRoute(header.origin(), header.kind(), header.name(), header.namespace(), parents, routes);
    }

    private List<MeshRoute.Parent> parents(Fields spec) {
        List<MeshRoute.Parent> parents = new ArrayList<>();
        List<Fields> gateways = new ArrayList<>();
        for (Fields parent : spec.objects("parentRefs")) {
            String group = parent.text("group", "gateway.networking.k8s.io");
            String kind = parent.text("kind", "Gateway");
            String name = parent.required("name");
            String namespace = parent.text("namespace", header.namespace());
            Integer port = parent.integer("port", 1, 65_535);
            parent.ignore("sectionName");
            parent.end();
            if (kind.equals("Gateway") && group.equals("gateway.networking.k8s.io")) {
                gateways.add(parent);
                continue;
            }
            if (!kind.equals("Service") || !(group.isEmpty() || group.equals("core"))) {
                parent.wrong(
                        "kind", "'" + group + "/" + kind + "' is no parent here: it must be a Service of group \"\"");
            } else if (!name.isEmpty()) {
                String wrong =
                        name.indexOf('.') >= 0 ? "'" + name + "' is not the name of a Service" : HostNames.wrong(name);
                if (wrong != null) {
                    parent.wrong("name", wrong);
                }
                parents.add(new MeshRoute.Parent(
                        parent.origin(),
                        names.full(name, namespace),
                        port == null ? 0 : port,
                        !namespace.equals(header.namespace())));
            }
        }
        if (!spec.has("parentRefs") || spec.isEmptyList("parentRefs")) {
            spec.wrong("parentRefs", "is missing: a Service must be the parent");
        } else if (parents.isEmpty()) {
            gateways.forEach(
                    gateway -> gateway.wrong("kind", "a Gateway is none of this mesh's: a Service must be the parent"));
        } else {
            gateways.forEach(gateway -> gateway.noEffect("a Gateway is none of this mesh's", "name"));
        }
        return parents;
    }

    private void rule(Fields rule, int index, List<HttpRoute> into) {
        String given = rule.text("name", "");
        String name = header.name() + "/" + (given.isEmpty() ? index : given);
        List<HttpMatch> matches = new ArrayList<>();
        for (Fields match : rule.objects("matches")) {
            matches.add(isGrpc ? GatewayMatchReader.grpc(match) : GatewayMatchReader.http(match));
        }
        if (matches.isEmpty()) {
            matches.add(HttpMatch.any(rule.origin()));
        }
        GatewayFilterReader filters = new GatewayFilterReader(backends, isGrpc);
        filters.read(rule);
        List<WeightedDestination> destinations = backends.destinations(rule, isGrpc);
        Duration timeout = null;
        Duration perTry = null;
        Retries retries = null;
        if (!isGrpc) {
            Fields timeouts = rule.object("timeouts");
            if (timeouts != null) {
                timeout = positive(timeouts.duration("request", Duration.ZERO));
                perTry = positive(timeouts.duration("backendRequest", Duration.ZERO));
                timeouts.end();
                if (timeout != null && perTry != null && perTry.compareTo(timeout) > 0) {
                    timeouts.wrong("backendRequest", "must not be longer than request");
                }
            }
            retries = retries(rule);
            if (perTry != null && retries != null && retries.attempts() == 0) {
                timeout = perTry; // what holds for each request holds for the only one
            }
        }
        rule.notYet("sessionPersistence");
        rule.end();
        if (filters.redirect() != null && rule.has("backendRefs")) {
            rule.wrong("backendRefs", "can't stand beside a RequestRedirect");
        }
        for (HttpMatch match : matches) {
            HttpAction action = filters.redirect() != null
                    ? filters.redirect(match)
                    : destinations.isEmpty()
                            ? new DirectResponse(500, "") // as the Gateway API says where nobody can take the call
                            : new Forward(
                                    destinations,
                                    timeout,
                                    withPerTry(retries, perTry),
                                    filters.mirrors(),
                                    filters.headers(),
                                    filters.rewrite(match),
                                    filters.host(),
                                    Boolean.parseBoolean(
                                            header.annotations().get(VirtualServiceReader.RETRY_NON_IDEMPOTENT)));
            into.add(new HttpRoute(match.origin(), name, List.of(match), action, null, List.of()));
        }
    }

    private static @Nullable Duration positive(@Nullable Duration duration) {
        return duration == null || duration.isZero() ? null : duration;
    }

    private static @Nullable Retries withPerTry(@Nullable Retries retries, @Nullable Duration perTry) {
        if (perTry == null) {
            return retries;
        }
        return retries == null
                ? new Retries(2, perTry, null, List.of(), null, true)
                : new Retries(retries.attempts(), perTry, retries.on(), retries.statusCodes(), retries.backoff(), true);
    }

    /** GEP-1731. */
    private static @Nullable Retries retries(Fields rule) {
        Fields retry = rule.object("retry");
        if (retry == null) {
            return null;
        }
        List<Integer> codes = retry.integers("codes", 400, 599);
        Integer attempts = retry.integer("attempts", 0, 100);
        Duration backoff = retry.duration("backoff", ONE_MILLI);
        retry.end();
        return new Retries(attempts == null ? 1 : attempts, null, CONDITIONS, codes, backoff, true);
    }
}
