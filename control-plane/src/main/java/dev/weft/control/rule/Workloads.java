package dev.weft.control.rule;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.rule.ServiceEntry.Resolution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workloads of a set of rules, each as its group completes it. */
public final class Workloads {
    private final Map<RuleId, WorkloadGroup> groups = new HashMap<>();
    private final Map<String, List<WorkloadEntry>> byNamespace = new HashMap<>();

    public Workloads(RuleSet rules) {
        rules.of(WorkloadGroup.class).forEach(group -> groups.put(group.id(), group));
        for (WorkloadEntry workload : rules.of(WorkloadEntry.class)) {
            WorkloadGroup group = group(workload);
            byNamespace
                    .computeIfAbsent(workload.namespace(), namespace -> new ArrayList<>())
                    .add(group == null ? workload : workload.in(group));
        }
    }

    @Nullable
    WorkloadGroup group(WorkloadEntry workload) {
        return group(workload.namespace(), workload.group());
    }

    /** A group by its name; null for none. */
    public @Nullable WorkloadGroup group(String namespace, String name) {
        return groups.get(new RuleId("WorkloadGroup", namespace, name));
    }

    /** How it is found out whether a workload is well; null for not at all. */
    public @Nullable HealthCheck probe(WorkloadEntry workload) {
        WorkloadGroup group = group(workload);
        return group == null ? null : group.probe();
    }

    /** Those that rules name for a service: its endpoints, or what it selects. */
    public List<WorkloadEntry> of(ServiceEntry entry) {
        Map<String, String> selector = entry.selector();
        if (selector == null) {
            return entry.endpoints();
        }
        return byNamespace.getOrDefault(entry.namespace(), List.of()).stream()
                .filter(workload -> Rule.selects(selector, workload.labels()))
                .filter(workload -> !workload.isName() || entry.resolution() == Resolution.DNS)
                .toList();
    }
}
