package dev.weft.control.translate;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.rule.Origin;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.ServiceEntry;
import dev.weft.control.rule.Sidecar;
import dev.weft.control.rule.WorkloadEntry;
import dev.weft.control.rule.Workloads;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a change of the rules changes for those who call. */
public final class Effects {
    private static final Origin NOWHERE = new Origin("", 0, 0);

    private Effects() {}

    /**
     * A host whose configuration is different.
     *
     * @param parts of ports, endpoints, routes, policy and subsets, those that are
     * @param namespaces whose calls are treated differently, beside those of every other; empty for all
     */
    public record HostChange(String host, List<String> parts, List<String> namespaces) {
        public HostChange {
            parts = List.copyOf(parts);
            namespaces = List.copyOf(namespaces);
        }
    }

    /** Every host that is treated differently by two sets of rules, by name. */
    public static List<HostChange> between(RuleSet before, RuleSet after) {
        TreeSet<String> scopes = new TreeSet<>(before.namespaces());
        scopes.addAll(after.namespaces());
        scopes.add("");
        Map<String, TreeSet<String>> parts = new TreeMap<>();
        Map<String, TreeSet<String>> namespaces = new TreeMap<>();
        for (String scope : scopes) {
            changes(before.seenFrom(scope), after.seenFrom(scope)).forEach((host, changed) -> {
                parts.computeIfAbsent(host, h -> new TreeSet<>()).addAll(changed);
                namespaces.computeIfAbsent(host, h -> new TreeSet<>()).add(scope);
            });
        }
        Map<String, Sidecar> sidecars = before.sidecars();
        Map<String, Sidecar> newSidecars = after.sidecars();
        List<HostChange> changes = new ArrayList<>();
        parts.forEach((host, changed) -> {
            TreeSet<String> from = namespaces.getOrDefault(host, new TreeSet<>());
            changes.add(new HostChange(host, List.copyOf(changed), from.contains("") ? List.of() : List.copyOf(from)));
        });
        TreeSet<String> seers = new TreeSet<>(sidecars.keySet());
        seers.addAll(newSidecars.keySet());
        seers.removeIf(
                namespace -> Objects.equals(egress(sidecars.get(namespace)), egress(newSidecars.get(namespace))));
        if (!seers.isEmpty()) {
            changes.add(new HostChange("*", List.of("visibility"), List.copyOf(seers)));
        }
        return changes;
    }

    private static @Nullable List<Sidecar.Egress> egress(@Nullable Sidecar sidecar) {
        return sidecar == null ? null : sidecar.egress();
    }

    private static Map<String, List<String>> changes(RuleSet before, RuleSet after) {
        MeshRules old = new MeshRules(before);
        MeshRules young = new MeshRules(after);
        TreeSet<String> hosts = new TreeSet<>(old.hosts());
        hosts.addAll(young.hosts());
        hosts.addAll(old.patterns()); // these stand for all hosts that no rule names
        hosts.addAll(young.patterns());
        Map<String, Members> oldMembers = members(before);
        Map<String, Members> youngMembers = members(after);
        Map<String, List<String>> changes = new TreeMap<>();
        for (String host : hosts) {
            HostRules was = old.of(host);
            HostRules is = young.of(host);
            List<String> parts = parts(host, was, is);
            if (!oldMembers.getOrDefault(host, Members.NONE).equals(youngMembers.getOrDefault(host, Members.NONE))) {
                parts.add("endpoints");
            }
            if (!parts.isEmpty()) {
                changes.put(host, parts);
            }
        }
        return changes;
    }

    /** What rules declare of each host's instances, wherever that stands. */
    private static Map<String, Members> members(RuleSet rules) {
        Workloads workloads = new Workloads(rules);
        Set<String> spokenOf = rules.spokenOf();
        Map<String, Members> members = new HashMap<>();
        rules.serviceEntriesByHost().forEach((host, entry) -> {
            boolean isNameAsked =
                    entry.isOwnName() && (entry.resolution() == ServiceEntry.Resolution.DNS || spokenOf.contains(host));
            List<Member> named = workloads.of(entry).stream()
                    .map(workload -> new Member(workload.at(NOWHERE), workloads.probe(workload)))
                    .toList();
            members.put(host, new Members(isNameAsked, entry.selector(), named));
        });
        return members;
    }

    /**
     * Who the instances of a host are, as far as rules say it.
     *
     * @param isNameAsked those that DNS knows by the host's own name
     * @param selector takes also what agents and the API register; null for none
     */
    private record Members(boolean isNameAsked, @Nullable Map<String, String> selector, List<Member> named) {
        static final Members NONE = new Members(false, null, List.of());
    }

    /** @param probe before whose first success nobody calls it; null for none */
    private record Member(WorkloadEntry workload, @Nullable HealthCheck probe) {}

    private static List<String> parts(String host, HostRules was, HostRules is) {
        List<String> parts = new ArrayList<>();
        List<Map<String, String>> asked = asked(was, is);
        if (!Objects.equals(was.declared(), is.declared())) {
            parts.add("ports");
        } else if (!routes(host, was, asked).equals(routes(host, is, asked))
                || !listeners(host, was).equals(listeners(host, is))) {
            parts.add("routes");
        }
        if (!was.policy().equals(is.policy()) || !was.ofHost().equals(is.ofHost())) {
            parts.add("policy");
        }
        if (!was.subsets().equals(is.subsets())) {
            parts.add("subsets");
        }
        return parts;
    }

    /** The routes of connections stand in these. */
    private static List<Listener> listeners(String host, HostRules rules) {
        return rules.ports().stream()
                .map(port -> ListenerWriter.of(host, port, rules, rules.speech(port, Speech.HTTP)))
                .toList();
    }

    /**
     * As callers get them: a rule also says where it stands in its file, which is nothing to them.
     *
     * @param asked labels for which either of two sets of rules asks
     */
    private static List<RouteConfiguration> routes(String host, HostRules rules, List<Map<String, String>> asked) {
        return rules.ports().stream()
                .flatMap(port -> asked.stream()
                        .map(labels -> RouteWriter.of(host, port, List.of(host), rules.calledWith(labels))))
                .toList();
    }

    /** Callers without labels, with all that are asked for at once, and with each for itself. */
    private static List<Map<String, String>> asked(HostRules was, HostRules is) {
        List<Map<String, String>> asked = new ArrayList<>(List.of(Map.of()));
        asked.addAll(was.sourceLabels());
        asked.addAll(is.sourceLabels());
        Map<String, String> all = new HashMap<>();
        asked.forEach(all::putAll);
        asked.add(all);
        return asked;
    }
}
