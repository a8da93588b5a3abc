package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.rule.VirtualService.HttpMatch;
import dev.weft.control.rule.VirtualService.HttpRoute;
import dev.weft.protocol.words.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at rules that are each right in themselves for what does not fit together. */
final class RuleCheck {
    /** Of one host; who writes more has other worries. */
    private static final int MAX_COMPARED = 500;

    private static final int MAX_NAMESPACES = 100;
    private static final String NO_PORTS = "services that agents register declare no ports, any port means the service";

    private RuleCheck() {}

    /**
     * Rules that are not seen from the same namespaces have nothing to do with each other, unless they
     * declare the same host.
     */
    static List<Finding> warnings(RuleSet rules) {
        Set<Finding> warnings = new LinkedHashSet<>(ServiceCheck.doubleHosts(rules));
        warnings.addAll(warningsOf(rules.seenFrom("")));
        rules.namespaces().stream()
                .limit(MAX_NAMESPACES)
                .forEach(namespace -> warnings.addAll(warningsOf(rules.seenFrom(namespace))));
        return List.copyOf(warnings);
    }

    private static List<Finding> warningsOf(RuleSet rules) {
        List<VirtualService> virtualServices = rules.of(VirtualService.class);
        List<Finding> warnings = new ArrayList<>();
        destinations(rules, warnings);
        unreachableRoutes(virtualServices, warnings);
        coveredMatches(virtualServices, warnings);
        doubleDefinitions(rules.of(DestinationRule.class), warnings);
        settledPorts(rules, warnings);
        idleFields(virtualServices, warnings);
        routeConflicts(rules, warnings);
        ServiceCheck.warnings(rules, warnings);
        doubleSidecars(rules, warnings);
        ResilienceCheck.warnings(rules, warnings);
        return warnings;
    }

    private static void destinations(RuleSet rules, List<Finding> warnings) {
        Map<String, Set<String>> defined = new HashMap<>();
        for (DestinationRule rule : rules.of(DestinationRule.class)) {
            Set<String> names = defined.computeIfAbsent(rule.host(), host -> new HashSet<>());
            rule.subsets().forEach(subset -> names.add(subset.name()));
        }
        Map<String, ServiceEntry> declared = rules.serviceEntriesByHost();
        Set<Origin> backends = rules.of(MeshRoute.class).stream()
                .flatMap(MeshRoute::destinations)
                .map(Destination::origin)
                .collect(Collectors.toSet());
        rules.destinations().forEach(destination -> {
            Set<String> names = defined.getOrDefault(destination.host(), Set.of());
            if (!destination.subset().isEmpty() && !names.contains(destination.subset())) {
                warnings.add(new Finding(destination.origin(), "subset", missing(destination, names)));
            }
            ServiceEntry entry = declared.get(destination.host());
            // A backend of the Gateway API must name a port; that it means nothing here is no news.
            boolean isGateway = backends.contains(destination.origin());
            String wrong = entry != null ? ServiceCheck.port(destination, entry) : isGateway ? null : port(destination);
            if (wrong != null) {
                warnings.add(new Finding(destination.origin(), "port", wrong));
            }
        });
    }

    /** What is said of ports that nobody can call. */
    private static void settledPorts(RuleSet rules, List<Finding> warnings) {
        Map<String, ServiceEntry> declared = rules.serviceEntriesByHost();
        for (DestinationRule rule : rules.of(DestinationRule.class)) {
            if (!HostPattern.isOfSeveral(rule.host())) {
                ServiceEntry entry = declared.get(rule.host());
                for (int port : rule.settledPorts()) {
                    String wrong = entry == null ? NO_PORTS : ServiceCheck.undeclared(entry, rule.host(), port);
                    if (wrong != null) {
                        warnings.add(new Finding(
                                rule.origin(), "portLevelSettings", "port " + port + " has no effect: " + wrong));
                    }
                }
            }
        }
    }

    private static void doubleSidecars(RuleSet rules, List<Finding> warnings) {
        Map<String, Sidecar> counting = rules.sidecars();
        for (Sidecar sidecar : rules.of(Sidecar.class)) {
            Sidecar first = counting.getOrDefault(sidecar.namespace(), sidecar);
            if (!first.id().equals(sidecar.id())) {
                warnings.add(new Finding(
                        sidecar.origin(),
                        "metadata.namespace",
                        "has no effect: the Sidecar at " + first.origin() + " counts for its namespace"));
            }
        }
    }

    /** Parents of routes that something else speaks for. */
    private static void routeConflicts(RuleSet rules, List<Finding> warnings) {
        Map<String, Origin> virtualServices = new HashMap<>();
        rules.of(VirtualService.class)
                .forEach(service ->
                        service.hosts().forEach(host -> virtualServices.putIfAbsent(host, service.origin())));
        Map<String, List<MeshRoute>> counting = rules.meshRoutesByHost();
        for (MeshRoute route : rules.of(MeshRoute.class)) {
            for (MeshRoute.Parent parent : route.parents()) {
                MeshRoute first =
                        counting.getOrDefault(parent.host(), List.of(route)).get(0);
                Origin other = virtualServices.get(parent.host());
                if (other != null) {
                    warnings.add(new Finding(
                            parent.origin(),
                            "spec.parentRefs",
                            "has no effect: the VirtualService at " + other + " speaks for " + parent.host()));
                } else if (first.isGrpc() != route.isGrpc()) {
                    warnings.add(new Finding(
                            parent.origin(),
                            "spec.parentRefs",
                            "has no effect: the GRPCRoute at " + first.origin() + " speaks for " + parent.host()));
                }
            }
        }
    }

    private static @Nullable String port(Destination destination) {
        return destination.port() == 0 ? null : "port " + destination.port() + " has no effect: " + NO_PORTS;
    }

    private static String missing(Destination destination, Set<String> names) {
        String nearest = Nearest.to(destination.subset(), names);
        return "subset '" + destination.subset() + "' of " + destination.host()
                + " is defined by no DestinationRule: calls to it fail"
                + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
    }

    private static void idleFields(List<VirtualService> virtualServices, List<Finding> warnings) {
        for (VirtualService service : virtualServices) {
            for (HttpRoute route : service.http()) {
                String action = route.action() instanceof VirtualService.Redirect ? "redirect" : "directResponse";
                route.idle()
                        .forEach(field -> warnings.add(new Finding(
                                route.origin(), field, "has no effect beside " + action + ", which answers the call")));
            }
        }
    }

    private static void unreachableRoutes(List<VirtualService> virtualServices, List<Finding> warnings) {
        Map<String, Origin> catchAll = new HashMap<>();
        Set<Origin> told = new HashSet<>();
        for (VirtualService service : virtualServices) {
            for (String host : service.hosts()) {
                for (HttpRoute route : service.http()) {
                    Origin before = catchAll.get(host);
                    if (before != null && told.add(route.origin())) {
                        warnings.add(new Finding(
                                route.origin(),
                                "http",
                                "route '" + route.name() + "' is never reached for " + host + ": the route at " + before
                                        + " takes every call"));
                    } else if (before == null && route.isCatchAll()) {
                        catchAll.put(host, route.origin());
                    }
                }
            }
        }
    }

    /** A match that an earlier one of the same host takes everything from. */
    private static void coveredMatches(List<VirtualService> virtualServices, List<Finding> warnings) {
        Map<String, List<HttpMatch>> before = new HashMap<>();
        Set<Origin> told = new HashSet<>();
        for (VirtualService service : virtualServices) {
            for (String host : service.hosts()) {
                List<HttpMatch> earlier = before.computeIfAbsent(host, h -> new ArrayList<>());
                for (HttpRoute route : service.http()) {
                    for (HttpMatch match : route.matches()) {
                        HttpMatch first = covering(earlier, match);
                        if (first != null && told.add(match.origin())) {
                            warnings.add(new Finding(
                                    match.origin(),
                                    "match",
                                    "is never reached for " + host + ": the match at " + first.origin()
                                            + " takes every such call"));
                        }
                    }
                    route.matches().stream()
                            .filter(match -> !match.isCatchAll() && earlier.size() < MAX_COMPARED)
                            .forEach(earlier::add);
                }
            }
        }
    }

    private static @Nullable HttpMatch covering(List<HttpMatch> earlier, HttpMatch match) {
        for (HttpMatch candidate : earlier) {
            if (candidate.covers(match)) {
                return candidate;
            }
        }
        return null;
    }

    private static void doubleDefinitions(List<DestinationRule> rules, List<Finding> warnings) {
        Map<String, Origin> policies = new HashMap<>();
        Map<String, Origin> subsets = new HashMap<>();
        for (DestinationRule rule : rules) {
            if (!rule.policy().equals(DestinationRule.TrafficPolicy.NONE)) {
                Origin first = policies.putIfAbsent(rule.host(), rule.origin());
                if (first != null) {
                    warnings.add(new Finding(
                            rule.origin(),
                            "spec.trafficPolicy",
                            "where both speak, the policy for " + rule.host() + " at " + first + " wins"));
                }
            }
            for (DestinationRule.Subset subset : rule.subsets()) {
                Origin first = subsets.putIfAbsent(rule.host() + " " + subset.name(), subset.origin());
                if (first != null) {
                    warnings.add(new Finding(
                            subset.origin(),
                            "spec.subsets",
                            "subset '" + subset.name() + "' of " + rule.host() + " at " + first + " wins"));
                }
            }
        }
    }
}
