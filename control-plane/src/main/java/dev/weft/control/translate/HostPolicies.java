package dev.weft.control.translate;

import dev.weft.control.rule.DestinationRule;
import dev.weft.control.rule.DestinationRule.Hash;
import dev.weft.control.rule.DestinationRule.Subset;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import dev.weft.control.rule.HostPattern;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.RateLimitService;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.translate.HostRules.Declared;
import dev.weft.control.translate.HostRules.SubsetRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What destination rules, rules of resilience and service entries say of each host. Of all that are for a host those for itself go first,
 * then those for several, the longest first; part by part, the first that speaks counts.
 */
final class HostPolicies {
    private final Map<String, List<DestinationRule>> rules;
    private final List<DestinationRule> several;
    private final Map<String, List<Resilience>> resilience = new HashMap<>();
    private final List<Resilience> severalResilience;
    private final Map<String, List<String>> names = new HashMap<>();
    private final Map<String, Declared> declared = new HashMap<>();
    private final Map<String, Policies> known = new HashMap<>();

    HostPolicies(RuleSet all) {
        rules = all.destinationRulesByHost();
        several = all.of(DestinationRule.class).stream()
                .filter(rule -> HostPattern.isOfSeveral(rule.host()))
                .toList();
        all.of(Resilience.class)
                .forEach(rule -> resilience
                        .computeIfAbsent(rule.host(), host -> new ArrayList<>())
                        .add(rule));
        severalResilience = all.of(Resilience.class).stream()
                .filter(rule -> HostPattern.isOfSeveral(rule.host()))
                .toList();
        all.serviceEntriesByHost().forEach((host, entry) -> {
            names.put(host, entry.subjectAltNames());
            Declared one = Declared.of(entry);
            if (one != null) {
                declared.put(host, one);
            }
        });
    }

    /** Hosts that stand for several, of which some rule speaks. */
    Set<String> patterns() {
        Set<String> patterns = new TreeSet<>();
        several.forEach(rule -> patterns.add(rule.host()));
        severalResilience.forEach(rule -> patterns.add(rule.host()));
        return patterns;
    }

    /** Ports and addresses by host, of those that declare some. */
    Map<String, Declared> declared() {
        return declared;
    }

    Policies of(String host) {
        return known.computeIfAbsent(host, this::read);
    }

    private Policies read(String host) {
        List<DestinationRule> all =
                new ArrayList<>(HostPattern.isOfSeveral(host) ? List.of() : rules.getOrDefault(host, List.of()));
        all.addAll(HostPattern.of(host, several, DestinationRule::host));
        return all.isEmpty() ? Policies.NONE : Policies.of(all, names.getOrDefault(host, List.of()));
    }

    /** In the order in which they count. */
    List<Resilience> resilience(String host) {
        List<Resilience> all =
                new ArrayList<>(HostPattern.isOfSeveral(host) ? List.of() : resilience.getOrDefault(host, List.of()));
        all.addAll(HostPattern.of(host, severalResilience, Resilience::host));
        return List.copyOf(all);
    }

    /** The service that counts the host's calls for many processes. */
    Optional<Destination> asked(String host) {
        return resilience(host).stream()
                .map(rule -> rule.policy().get(RateLimitService.class))
                .filter(Objects::nonNull)
                .map(RateLimitService::destination)
                .findFirst();
    }

    /** What destination rules say of one host. */
    record Policies(TrafficPolicy policy, Map<String, SubsetRules> subsets) {
        static final Policies NONE = new Policies(TrafficPolicy.NONE, Map.of());

        /** @param names whom its servers must show themselves to be, where nobody else is named */
        static Policies of(List<DestinationRule> rules, List<String> names) {
            TrafficPolicy merged = TrafficPolicy.NONE;
            for (DestinationRule rule : rules) {
                merged = merged.over(rule.policy());
            }
            TrafficPolicy policy = merged.naming(names);
            Map<String, SubsetRules> subsets = new TreeMap<>();
            for (DestinationRule rule : rules) {
                for (Subset subset : rule.subsets()) {
                    subsets.putIfAbsent(
                            subset.name(),
                            new SubsetRules(
                                    subset.labels(),
                                    subset.policy().over(policy).naming(names),
                                    true));
                }
            }
            return new Policies(policy, subsets);
        }

        /** The subsets, and those that routes name although nobody defines them. */
        Map<String, SubsetRules> with(Set<ClusterId> named) {
            Map<String, SubsetRules> all = new TreeMap<>(subsets);
            named.stream()
                    .map(ClusterId::subset)
                    .filter(subset -> !subset.isEmpty())
                    .forEach(subset -> all.putIfAbsent(subset, new SubsetRules(Map.of(), policy, false)));
            return all;
        }

        /** What the calls of each cluster are told apart by, of those that do so. */
        Map<ClusterId, Hash> hashes(List<Integer> ports) {
            Map<ClusterId, Hash> hashes = new TreeMap<>();
            for (int port : ports) {
                put(hashes, new ClusterId(port, ""), policy);
                subsets.forEach((name, subset) -> put(hashes, new ClusterId(port, name), subset.policy()));
            }
            return hashes;
        }

        private static void put(Map<ClusterId, Hash> hashes, ClusterId cluster, TrafficPolicy policy) {
            Hash hash = policy.at(cluster.port()).hash();
            if (hash != null) {
                hashes.put(cluster, hash);
            }
        }
    }
}
