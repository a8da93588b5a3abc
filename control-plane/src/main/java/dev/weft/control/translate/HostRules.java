package dev.weft.control.translate;

import dev.weft.control.rule.DestinationRule;
import dev.weft.control.rule.DestinationRule.Subset;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.VirtualService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What all rules together say about one host.
 *
 * @param routes in the order in which they count
 * @param policy of all destination rules for the host, the first that speaks wins
 * @param subsets by name; one that a route names and no rule defines has no labels and no instances
 * @param isDestination a route of some host sends calls here
 */
record HostRules(
        List<VirtualService> routes, TrafficPolicy policy, Map<String, SubsetRules> subsets, boolean isDestination) {
    static final HostRules NONE = new HostRules(List.of(), TrafficPolicy.NONE, Map.of(), false);

    /**
     * @param isDefined some destination rule defines it
     */
    record SubsetRules(Map<String, String> labels, TrafficPolicy policy, boolean isDefined) {}

    static Map<String, HostRules> of(RuleSet rules) {
        Map<String, List<VirtualService>> services = rules.virtualServicesByHost();
        Map<String, List<DestinationRule>> destinationRules = rules.destinationRulesByHost();
        Map<String, Set<String>> named = new HashMap<>();
        rules.destinations()
                .forEach(destination -> named.computeIfAbsent(destination.host(), host -> new TreeSet<>())
                        .add(destination.subset()));
        Map<String, HostRules> byHost = new HashMap<>();
        for (String host : rules.hosts()) {
            byHost.put(
                    host,
                    of(
                            services.getOrDefault(host, List.of()),
                            destinationRules.getOrDefault(host, List.of()),
                            named.getOrDefault(host, Set.of())));
        }
        return byHost;
    }

    private static HostRules of(List<VirtualService> services, List<DestinationRule> rules, Set<String> named) {
        TrafficPolicy policy = TrafficPolicy.NONE;
        for (DestinationRule rule : rules) {
            policy = policy.over(rule.policy());
        }
        Map<String, SubsetRules> subsets = new TreeMap<>();
        for (DestinationRule rule : rules) {
            for (Subset subset : rule.subsets()) {
                subsets.putIfAbsent(
                        subset.name(),
                        new SubsetRules(subset.labels(), subset.policy().over(policy), true));
            }
        }
        for (String name : named) {
            if (!name.isEmpty()) {
                subsets.putIfAbsent(name, new SubsetRules(Map.of(), policy, false));
            }
        }
        return new HostRules(List.copyOf(services), policy, subsets, !named.isEmpty());
    }
}
