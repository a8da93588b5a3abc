package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Forward;
import dev.weft.control.rule.VirtualService.HttpRoute;
import dev.weft.protocol.words.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at rules of {@link Resilience} for what does not fit to the routes of their hosts, or to each other. */
final class ResilienceCheck {
    /** The route of a host for which no rule has any. */
    private static final List<String> UNRULED = List.of("default");

    private ResilienceCheck() {}

    static void warnings(RuleSet rules, List<Finding> warnings) {
        Map<String, List<HttpRoute>> routes = rules.routesByHost();
        Map<String, Origin> first = new HashMap<>();
        for (Resilience rule : rules.of(Resilience.class)) {
            List<HttpRoute> ofHost = routes.get(rule.host());
            List<String> names = ofHost == null
                    ? UNRULED
                    : ofHost.stream().map(HttpRoute::name).distinct().toList();
            for (String route : rule.routes()) {
                if (!names.contains(route)) {
                    warnings.add(new Finding(rule.origin(), "spec.routes", missing(rule.host(), route, names)));
                }
            }
            if (ofHost != null) {
                ofHost.stream()
                        .filter(route -> rule.routes().contains(route.name()) && !(route.action() instanceof Forward))
                        .forEach(route -> warnings.add(new Finding(
                                rule.origin(),
                                "spec.routes",
                                "has no effect on route '" + route.name() + "', which answers the call itself")));
            }
            parts(rule.policy())
                    .forEach(part -> names.stream()
                            .filter(rule::isFor)
                            .map(route -> first.putIfAbsent(rule.host() + " " + route + " " + part, rule.origin()))
                            .filter(before -> before != null && !before.equals(rule.origin()))
                            .distinct()
                            .forEach(before -> warnings.add(new Finding(
                                    rule.origin(),
                                    "spec." + part,
                                    "where both speak, the rule for " + rule.host() + " at " + before + " wins"))));
        }
    }

    private static String missing(String host, String route, List<String> names) {
        String nearest = Nearest.to(route, names);
        return "'" + route + "' is the name of no route of " + host
                + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
    }

    private static List<String> parts(Resilience.Policy policy) {
        List<String> parts = new ArrayList<>();
        if (policy.breaker() != null) {
            parts.add("breaker");
        }
        if (policy.bulkhead() != null) {
            parts.add("bulkhead");
        }
        if (policy.rateLimit() != null) {
            parts.add("rateLimit");
        }
        if (policy.fallback() != null) {
            parts.add("fallback");
        }
        if (policy.fault() != null) {
            parts.add("fault");
        }
        if (policy.connectBackoff() != null) {
            parts.add("connectBackoff");
        }
        return parts;
    }
}
