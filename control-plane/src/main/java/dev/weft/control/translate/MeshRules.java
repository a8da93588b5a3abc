package dev.weft.control.translate;

import dev.weft.control.rule.RuleSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rules for calls from one namespace: of the hosts that they name, and of all others. */
final class MeshRules {
    static final MeshRules NONE = new MeshRules(RuleSet.EMPTY);

    private final Map<String, HostRules> byHost;
    private final HostPolicies policies;
    private final Set<String> patterns;

    MeshRules(RuleSet rules) {
        policies = new HostPolicies(rules);
        byHost = HostRules.of(rules, policies);
        patterns = policies.patterns();
    }

    /** Hosts that are named. */
    Set<String> hosts() {
        return byHost.keySet();
    }

    /** Hosts that stand for several. */
    Set<String> patterns() {
        return patterns;
    }

    HostRules of(String host) {
        HostRules own = byHost.get(host);
        if (own != null) {
            return own;
        }
        return patterns.isEmpty() ? HostRules.NONE : HostRules.unnamed(host, policies);
    }

    /** Whether hosts that neither names may be treated otherwise by another. */
    boolean isOtherwise(MeshRules other) {
        Set<String> all = new TreeSet<>(patterns);
        all.addAll(other.patterns);
        return all.stream().anyMatch(pattern -> !of(pattern).equals(other.of(pattern)));
    }
}
