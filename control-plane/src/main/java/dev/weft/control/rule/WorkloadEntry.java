package dev.weft.control.rule;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A workload without an agent: where it is and what it is (Istio: {@code WorkloadEntry}). As an
 * endpoint of a {@link ServiceEntry} it has no name of its own.
 *
 * @param address an IP address in its one spelling, or a name that DNS knows
 * @param ports where it listens, by the name of a service's port
 * @param group the {@link WorkloadGroup} that it belongs to; empty for none
 * @param weight its share of the calls; 0 where it says nothing
 */
public record WorkloadEntry(
        Origin origin,
        String name,
        String namespace,
        String address,
        boolean isName,
        Map<String, Integer> ports,
        Map<String, String> labels,
        String region,
        String zone,
        int weight,
        String group)
        implements Rule {
    public WorkloadEntry {
        ports = Map.copyOf(ports);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Where it listens for calls to a port of a service. */
    public int port(ServiceEntry.Port port) {
        return ports.getOrDefault(port.name(), port.target());
    }

    /** The same, written elsewhere. */
    public WorkloadEntry at(Origin elsewhere) {
        return new WorkloadEntry(
                elsewhere, name, namespace, address, isName, ports, labels, region, zone, weight, group);
    }

    /** This workload, with what it doesn't say taken from its group. */
    public WorkloadEntry in(WorkloadGroup of) {
        Map<String, Integer> allPorts = new TreeMap<>(of.ports());
        allPorts.putAll(ports);
        Map<String, String> allLabels = new TreeMap<>(of.labels());
        allLabels.putAll(labels);
        boolean isPlaced = !region.isEmpty();
        return new WorkloadEntry(
                origin,
                name,
                namespace,
                address,
                isName,
                allPorts,
                allLabels,
                isPlaced ? region : of.region(),
                isPlaced ? zone : of.zone(),
                weight == 0 ? of.weight() : weight,
                group);
    }
}
