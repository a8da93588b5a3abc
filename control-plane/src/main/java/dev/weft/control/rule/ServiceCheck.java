package dev.weft.control.rule;

import dev.weft.control.rule.ServiceEntry.Port;
import dev.weft.control.rule.ServiceEntry.Resolution;
import dev.weft.control.rule.VirtualService.Destination;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at declared services and workloads for what does not fit together. */
final class ServiceCheck {
    private ServiceCheck() {}

    static void warnings(RuleSet rules, List<Finding> warnings) {
        rules.of(ServiceEntry.class).forEach(entry -> entry(entry, warnings));
        workloads(rules, warnings);
    }

    /** Hosts that several service entries declare, from wherever those are seen. */
    static List<Finding> doubleHosts(RuleSet rules) {
        List<Finding> warnings = new ArrayList<>();
        Map<String, Origin> first = new HashMap<>();
        for (ServiceEntry entry : rules.of(ServiceEntry.class)) {
            for (String host : entry.hosts()) {
                Origin before = first.putIfAbsent(host, entry.origin());
                if (before != null) {
                    warnings.add(new Finding(
                            entry.origin(), "spec.hosts", host + " is declared at " + before + ", which counts"));
                }
            }
        }
        return warnings;
    }

    private static void entry(ServiceEntry entry, List<Finding> warnings) {
        List<Port> others =
                entry.ports().stream().filter(port -> !port.isSeen()).toList();
        if (!others.isEmpty()) {
            warnings.add(new Finding(
                    entry.origin(),
                    "spec.ports",
                    others.stream()
                                    .map(port -> port.number() + " (" + port.protocol() + ")")
                                    .collect(Collectors.joining(", "))
                            + ": what is sent there passes through untouched"));
        }
        if (entry.resolution() == Resolution.STATIC
                && entry.selector() == null
                && entry.endpoints().isEmpty()) {
            warnings.add(new Finding(entry.origin(), "spec.endpoints", "there are none: calls to the service fail"));
        }
    }

    private static void workloads(RuleSet rules, List<Finding> warnings) {
        Workloads all = new Workloads(rules);
        for (WorkloadEntry workload : rules.of(WorkloadEntry.class)) {
            WorkloadGroup group = all.group(workload);
            if (!workload.group().isEmpty() && group == null) {
                warnings.add(new Finding(
                        workload.origin(),
                        "metadata.annotations",
                        "there is no WorkloadGroup/" + workload.namespace() + "/" + workload.group()
                                + ": nobody checks whether this workload is well"));
            }
            selected(rules, group == null ? workload : workload.in(group), warnings);
        }
    }

    private static void selected(RuleSet rules, WorkloadEntry workload, List<Finding> warnings) {
        boolean isSelected = false;
        for (ServiceEntry entry : rules.of(ServiceEntry.class)) {
            Map<String, String> selector = entry.selector();
            if (selector != null
                    && entry.namespace().equals(workload.namespace())
                    && Rule.selects(selector, workload.labels())) {
                isSelected = true;
                if (workload.isName() && entry.resolution() == Resolution.STATIC) {
                    warnings.add(new Finding(
                            workload.origin(),
                            "spec.address",
                            "'" + workload.address() + "' is left out of "
                                    + entry.hosts().get(0) + ", whose resolution is STATIC: it takes IP addresses"));
                }
            }
        }
        if (!isSelected) {
            warnings.add(new Finding(
                    workload.origin(), "spec.labels", "no ServiceEntry of its namespace selects it: nobody calls it"));
        }
    }

    /** What is wrong with the port of a destination whose host declares its ports; null for nothing. */
    static @Nullable String port(Destination destination, ServiceEntry entry) {
        List<Integer> ports = entry.seenPorts().stream().map(Port::number).toList();
        String undeclared = undeclared(entry, destination.host(), destination.port());
        if (destination.port() != 0 && undeclared != null) {
            return undeclared + ": calls to it fail";
        }
        boolean isOpen = destination.port() == 0 && ports.size() > 1;
        return isOpen
                ? "is missing: " + destination.host() + " declares several (" + ports + "); the caller's port counts,"
                        + " and calls to any other fail"
                : null;
    }

    /** Why a port of a host can't be called; null for one that can. */
    static @Nullable String undeclared(ServiceEntry entry, String host, int port) {
        return entry.seenPorts().stream().anyMatch(seen -> seen.number() == port)
                ? null
                : host + " declares no port " + port;
    }
}
