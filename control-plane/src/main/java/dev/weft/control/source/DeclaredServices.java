package dev.weft.control.source;

import dev.weft.control.registry.Declaration;
import dev.weft.control.registry.Entry;
import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Service;
import dev.weft.control.registry.State;
import dev.weft.control.rule.Rule;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.ServiceEntry;
import dev.weft.control.rule.ServiceEntry.Port;
import dev.weft.control.rule.ServiceEntry.Resolution;
import dev.weft.control.rule.WorkloadEntry;
import dev.weft.control.rule.WorkloadGroup;
import dev.weft.control.rule.Workloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What service entries and workload entries declare, as instances of the registry: they are shown,
 * drained, checked and handed to callers as those that register. A selector takes also what agents
 * and the API have registered in its namespace. Used from the serial queue only.
 */
public final class DeclaredServices implements Registry.Listener {
    private final Registry registry;
    private final DnsNames dns;

    /** By host. */
    private Map<String, ServiceEntry> entries = Map.of();

    private Workloads workloads = new Workloads(RuleSet.EMPTY);

    /** By host: what an earlier process declared; empty once DNS has answered for all of its names. */
    private final Map<String, List<Instance>> lastKnown = new HashMap<>();

    /** Hosts of entries that select, by namespace. */
    private Map<String, List<String>> selecting = Map.of();

    /** The registry tells of what we do ourselves, which changes nothing that selectors take. */
    private boolean isDeclaring;

    public DeclaredServices(Registry registry, DnsNames dns) {
        this.registry = registry;
        this.dns = dns;
        dns.listen(() -> entries.keySet().forEach(this::declare));
    }

    /** Puts these rules into force instead of those before. */
    public void apply(RuleSet rules) {
        Map<String, ServiceEntry> before = entries;
        entries = spokenFor(rules);
        workloads = new Workloads(rules);
        selecting = new HashMap<>();
        entries.forEach((host, entry) -> {
            if (entry.selector() != null) {
                selecting
                        .computeIfAbsent(entry.namespace(), n -> new ArrayList<>())
                        .add(host);
            }
        });
        lastKnown.keySet().retainAll(entries.keySet());
        dns.want(names());
        before.forEach((host, was) -> {
            ServiceEntry is = entries.get(host);
            if (is == null || !is.namespace().equals(was.namespace())) { // a service is of one namespace
                quietly(() -> registry.undeclare(host));
            }
        });
        entries.keySet().forEach(this::declare);
    }

    /** Where resolution is NONE and no rule speaks of the host, calls pass through and there is nothing to know. */
    private static Map<String, ServiceEntry> spokenFor(RuleSet rules) {
        Map<String, ServiceEntry> byHost = new TreeMap<>(rules.serviceEntriesByHost());
        Set<String> spokenOf = rules.spokenOf();
        byHost.entrySet()
                .removeIf(one -> one.getValue().seenPorts().isEmpty()
                        || (one.getValue().resolution() == Resolution.NONE && !spokenOf.contains(one.getKey())));
        return byHost;
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        entries.forEach((host, entry) -> members(host, entry).stream()
                .filter(WorkloadEntry::isName)
                .map(WorkloadEntry::address)
                .forEach(names::add));
        return names;
    }

    /** Those that rules name, and the host itself where its own name is asked for. */
    private List<WorkloadEntry> members(String host, ServiceEntry entry) {
        return entry.isOwnName()
                ? List.of(new WorkloadEntry(
                        entry.origin(), "", entry.namespace(), host, true, Map.of(), Map.of(), "", "", 0, ""))
                : workloads.of(entry);
    }

    @Override
    public void changed(String host) {
        if (isDeclaring) {
            return;
        }
        if (entries.containsKey(host)) {
            declare(host); // what was declared comes back when what was registered in its place has gone
        }
        if (selecting.isEmpty()) {
            return;
        }
        Service service = registry.service(host);
        // Without the service its namespace is unknown: those who select look again.
        selecting.forEach((namespace, hosts) -> {
            if (service == null || service.namespace().equals(namespace)) {
                hosts.stream().filter(other -> !other.equals(host)).forEach(this::declare);
            }
        });
    }

    private void declare(String host) {
        ServiceEntry entry = entries.get(host);
        if (entry == null) {
            return;
        }
        String service = registry.name(host, entry.namespace());
        Map<String, Declaration> instances = new LinkedHashMap<>();
        lastKnown.computeIfAbsent(host, registry::remembered);
        boolean isOpen = false;
        for (WorkloadEntry member : members(host, entry)) {
            HealthCheck probe = workloads.probe(member);
            List<String> addresses = member.isName() ? dns.addresses(member.address()) : List.of(member.address());
            if (addresses.isEmpty()) {
                isOpen = true;
                addresses = lastAddresses(host, member);
            }
            addresses.forEach(address -> add(instances, host, service, entry, member, address, State.UP, probe));
        }
        if (!isOpen) {
            lastKnown.put(host, List.of());
        }
        selected(host, service, entry, instances);
        quietly(() -> registry.declare(host, service, entry.namespace(), List.copyOf(instances.values())));
    }

    private void quietly(Runnable change) {
        isDeclaring = true;
        try {
            change.run();
        } finally {
            isDeclaring = false;
        }
    }

    /** Where an earlier process has found what is like this workload: nobody remembers which name led there. */
    private List<String> lastAddresses(String host, WorkloadEntry member) {
        return lastKnown.getOrDefault(host, List.of()).stream()
                .filter(known -> known.labels().equals(member.labels())
                        && known.region().equals(member.region())
                        && known.zone().equals(member.zone())
                        && known.weight() == weight(member))
                .map(Instance::address)
                .distinct()
                .toList();
    }

    private static int weight(WorkloadEntry workload) {
        return Math.max(1, workload.weight());
    }

    /** What agents and the API have registered under other names, as it is there. */
    private void selected(String host, String service, ServiceEntry entry, Map<String, Declaration> into) {
        Map<String, String> selector = entry.selector();
        if (selector == null) {
            return;
        }
        Set<String> seen = new HashSet<>();
        for (Service other : registry.services()) {
            if (!other.namespace().equals(entry.namespace()) || other.host().equals(host)) {
                continue;
            }
            for (Entry registered : registry.entries(other.host())) {
                Instance found = registered.instance();
                if (!registered.isDeclared() && Rule.selects(selector, found.labels()) && seen.add(found.address())) {
                    WorkloadEntry workload = new WorkloadEntry(
                            entry.origin(),
                            "",
                            entry.namespace(),
                            found.address(),
                            false,
                            ports(found),
                            found.labels(),
                            found.region(),
                            found.zone(),
                            found.weight(),
                            "");
                    add(into, host, service, entry, workload, found.address(), found.state(), null);
                }
            }
        }
    }

    /** Where a workload that has joined a group listens, by the names of ports; any other says nothing of names. */
    private Map<String, Integer> ports(Instance found) {
        WorkloadGroup group = workloads.group(found.namespace(), found.service());
        return group != null && group.ports().containsValue(found.port()) ? group.ports() : Map.of();
    }

    /** One instance for each port where it listens, whichever ports of the service lead there. */
    private static void add(
            Map<String, Declaration> into,
            String host,
            String service,
            ServiceEntry entry,
            WorkloadEntry workload,
            String address,
            State state,
            @Nullable HealthCheck probe) {
        Map<Integer, Set<Integer>> listening = new TreeMap<>();
        Map<Integer, String> protocols = new HashMap<>();
        for (Port port : entry.seenPorts()) {
            int target = workload.port(port);
            listening.computeIfAbsent(target, t -> new TreeSet<>()).add(port.number());
            protocols.putIfAbsent(target, port.protocol().toLowerCase(Locale.ROOT));
        }
        listening.forEach((target, servicePorts) -> into.putIfAbsent(
                address + " " + target,
                new Declaration(
                        new Instance(
                                service,
                                entry.namespace(),
                                host,
                                address,
                                target,
                                protocols.getOrDefault(target, "http"),
                                workload.labels(),
                                workload.region(),
                                workload.zone(),
                                weight(workload),
                                probe == null ? state : State.STARTING,
                                Instant.EPOCH,
                                "",
                                servicePorts),
                        probe)));
    }
}
