package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.protocol.words.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Hosts that rules speak of and that nobody has: calls that are led there fail. */
final class UnknownHosts {
    /** Whoever writes more of them has other worries. */
    private static final int MOST = 100;

    private UnknownHosts() {}

    /** Who names a host, by the host; those of several names, and those that the rules declare, are not among them. */
    static Map<String, Set<Origin>> named(RuleSet rules) {
        Map<String, Set<Origin>> named = destinations(rules);
        rules.of(DestinationRule.class).forEach(rule -> add(rule.host(), rule.origin(), named));
        rules.of(Resilience.class).forEach(rule -> add(rule.host(), rule.origin(), named));
        rules.of(MeshRoute.class).stream()
                .flatMap(route -> route.parents().stream())
                .forEach(parent -> add(parent.host(), parent.origin(), named));
        rules.of(ServiceEntry.class).forEach(entry -> named.keySet().removeAll(entry.hosts()));
        return named;
    }

    private static Map<String, Set<Origin>> destinations(RuleSet rules) {
        Map<String, Set<Origin>> named = new LinkedHashMap<>();
        Stream<Destination> destinations = rules.destinations();
        destinations.forEach(destination -> add(destination.host(), destination.origin(), named));
        return named;
    }

    private static void add(String host, Origin origin, Map<String, Set<Origin>> named) {
        if (!host.isEmpty() && !HostPattern.isOfSeveral(host)) {
            named.computeIfAbsent(host, h -> new LinkedHashSet<>()).add(origin);
        }
    }

    /**
     * One finding for each place that names one.
     *
     * @param isKnown whether there is a service of a host
     * @param services all hosts of services, for what may have been meant
     */
    static List<Finding> of(RuleSet rules, Predicate<String> isKnown, Collection<String> services) {
        Map<String, Set<Origin>> named = named(rules);
        named.keySet().removeIf(isKnown);
        if (named.isEmpty()) {
            return List.of();
        }
        Set<String> known = new TreeSet<>(services);
        known.addAll(rules.serviceEntriesByHost().keySet());
        return findings(named, known, "there is no service ");
    }

    /** What can be said without knowing who registers: that of a route's target nothing else is said. */
    static List<Finding> unspoken(RuleSet rules) {
        Set<String> spoken = new HashSet<>(rules.routesByHost().keySet());
        spoken.addAll(rules.tcpRoutesByHost().keySet());
        rules.of(DestinationRule.class).forEach(rule -> spoken.add(rule.host()));
        rules.of(Resilience.class).forEach(rule -> spoken.add(rule.host()));
        spoken.addAll(rules.serviceEntriesByHost().keySet());
        Map<String, Set<Origin>> named = destinations(rules);
        named.keySet().removeAll(spoken);
        return findings(named, spoken, "no other rule or ServiceEntry here is about ");
    }

    private static List<Finding> findings(Map<String, Set<Origin>> named, Set<String> known, String what) {
        List<String> labels = known.stream().map(UnknownHosts::firstLabel).toList();
        List<Finding> findings = new ArrayList<>();
        named.forEach((host, origins) -> {
            // What follows the first dot is long and the same for all: it would make everything look alike.
            String nearest = findings.size() < MOST ? Nearest.to(firstLabel(host), labels) : null;
            String reason = what + host + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
            origins.stream()
                    .filter(origin -> findings.size() < MOST)
                    .forEach(origin -> findings.add(new Finding(origin, "host", reason)));
        });
        return findings;
    }

    private static String firstLabel(String host) {
        int dot = host.indexOf('.');
        return dot < 0 ? host : host.substring(0, dot);
    }
}
