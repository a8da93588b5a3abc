package dev.weft.control.translate;

import dev.weft.control.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a change of the rules changes for those who call. */
public final class Effects {
    private Effects() {}

    /**
     * A host whose configuration is different.
     *
     * @param parts of routes, policy and subsets, those that are
     */
    public record HostChange(String host, List<String> parts) {
        public HostChange {
            parts = List.copyOf(parts);
        }
    }

    /** Every host that is treated differently by two sets of rules, by name. */
    public static List<HostChange> between(RuleSet before, RuleSet after) {
        Map<String, HostRules> old = HostRules.of(before);
        Map<String, HostRules> young = HostRules.of(after);
        TreeSet<String> hosts = new TreeSet<>(old.keySet());
        hosts.addAll(young.keySet());
        List<HostChange> changes = new ArrayList<>();
        for (String host : hosts) {
            HostRules was = old.getOrDefault(host, HostRules.NONE);
            HostRules is = young.getOrDefault(host, HostRules.NONE);
            List<String> parts = parts(host, was, is);
            if (!parts.isEmpty()) {
                changes.add(new HostChange(host, parts));
            }
        }
        return changes;
    }

    private static List<String> parts(String host, HostRules was, HostRules is) {
        List<String> parts = new ArrayList<>();
        // As callers get them: a rule also says where it stands in its file, which is nothing to them.
        if (!RouteWriter.of(host, List.of(host), was.routes())
                .equals(RouteWriter.of(host, List.of(host), is.routes()))) {
            parts.add("routes");
        }
        if (!was.policy().equals(is.policy())) {
            parts.add("policy");
        }
        if (!was.subsets().equals(is.subsets())) {
            parts.add("subsets");
        }
        return parts;
    }
}
