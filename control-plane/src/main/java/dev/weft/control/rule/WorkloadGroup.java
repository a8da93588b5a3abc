package dev.weft.control.rule;

import dev.weft.control.registry.HealthCheck;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What workloads have in common (Istio: {@code WorkloadGroup}).
 *
 * @param labels of the template, and beside them those of the group's metadata, which win
 * @param weight 0 where it says nothing
 * @param account that its workloads have; empty for any
 * @param probe how the control plane finds out whether one of them is well; null for not at all
 */
public record WorkloadGroup(
        Origin origin,
        String name,
        String namespace,
        Map<String, Integer> ports,
        Map<String, String> labels,
        String region,
        String zone,
        int weight,
        String account,
        @Nullable HealthCheck probe)
        implements Rule {
    public WorkloadGroup {
        ports = Map.copyOf(ports);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }
}
