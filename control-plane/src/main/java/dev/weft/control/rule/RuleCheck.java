package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.rule.VirtualService.HttpRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at rules that are each right in themselves for what does not fit together. */
final class RuleCheck {
    private RuleCheck() {}

    static List<Finding> warnings(List<VirtualService> virtualServices, List<DestinationRule> destinationRules) {
        List<Finding> warnings = new ArrayList<>();
        missingSubsets(virtualServices, destinationRules, warnings);
        unreachableRoutes(virtualServices, warnings);
        doubleDefinitions(destinationRules, warnings);
        return warnings;
    }

    private static void missingSubsets(
            List<VirtualService> virtualServices, List<DestinationRule> destinationRules, List<Finding> warnings) {
        Map<String, Set<String>> defined = new HashMap<>();
        for (DestinationRule rule : destinationRules) {
            Set<String> names = defined.computeIfAbsent(rule.host(), host -> new HashSet<>());
            rule.subsets().forEach(subset -> names.add(subset.name()));
        }
        RuleSet rules = new RuleSet("", virtualServices, destinationRules, List.of(), List.of());
        rules.destinations().forEach(destination -> {
            Set<String> names = defined.getOrDefault(destination.host(), Set.of());
            if (!destination.subset().isEmpty() && !names.contains(destination.subset())) {
                warnings.add(new Finding(destination.origin(), "subset", missing(destination, names)));
            }
            if (destination.port() != 0) {
                warnings.add(new Finding(
                        destination.origin(),
                        "port",
                        "port " + destination.port() + " has no effect: services that agents register declare no"
                                + " ports, any port means the service"));
            }
        });
    }

    private static String missing(Destination destination, Set<String> names) {
        String nearest = Nearest.to(destination.subset(), names);
        return "subset '" + destination.subset() + "' of " + destination.host()
                + " is defined by no DestinationRule: calls to it fail"
                + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
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
