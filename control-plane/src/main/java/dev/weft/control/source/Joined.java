package dev.weft.control.source;

import dev.weft.control.log.Log;
import dev.weft.control.registry.Joining;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Offer;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.Rule;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.ServiceEntry;
import dev.weft.control.rule.WorkloadGroup;
import dev.weft.control.rule.Workloads;
import dev.weft.protocol.register.RegistrationName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Workloads whose nodes say what they are: of a WorkloadGroup, as for istiod, or some services ({@code WEFT_SERVICES}).
 * They are registered when their stream begins, and otherwise as all others: for as long as it lasts, under the group's
 * name, where the selectors of service entries find them. Where a group is named and exists, it counts alone; where it
 * doesn't, the workload waits for it. Used from the serial queue only.
 */
public final class Joined implements Registry.Streams {
    private final Log log;
    private final Set<Lease> leases = new LinkedHashSet<>();
    private RuleSet rules = RuleSet.EMPTY;
    private Workloads workloads = new Workloads(RuleSet.EMPTY);

    public Joined(Log log) {
        this.log = log;
    }

    @Override
    public void began(Lease lease) {
        leases.add(lease);
        offer(lease);
    }

    @Override
    public void ended(Lease lease) {
        leases.remove(lease);
    }

    /** Puts these rules into force instead of those before. */
    public void apply(RuleSet now) {
        rules = now;
        workloads = new Workloads(now);
        List.copyOf(leases).forEach(this::offer);
    }

    private void offer(Lease lease) {
        NodeIdentity node = lease.node();
        Joining joining = node.joining();
        WorkloadGroup group = joining.group().isEmpty() ? null : workloads.group(node.namespace(), joining.group());
        Set<Offer> offers = new LinkedHashSet<>();
        if (group != null) {
            offers.addAll(of(group, node));
        } else {
            joining.services().forEach(name -> offers.add(Offer.of(name)));
        }
        String missing = missing(node, group, offers);
        if (missing != null) {
            warn(node, missing);
        }
        lease.offer(offers, refusal -> warn(node, refusal));
    }

    private void warn(NodeIdentity node, String what) {
        log.warn("joined " + node.id() + what, "client " + node.id() + ": " + what);
    }

    private static @Nullable String missing(NodeIdentity node, @Nullable WorkloadGroup group, Set<Offer> offers) {
        String name = "WorkloadGroup " + node.namespace() + "/" + node.joining().group();
        if (!offers.isEmpty()) {
            return null;
        }
        return group == null
                ? "is not registered until there is a " + name
                : "is not registered: neither " + name + " has ports nor a ServiceEntry that selects its labels";
    }

    private List<Offer> of(WorkloadGroup group, NodeIdentity node) {
        Map<String, String> labels = new TreeMap<>(group.labels());
        labels.putAll(node.labels());
        Map<Integer, String> ports = new TreeMap<>();
        // What Istio says in the name of a port: its protocol, up to the first dash.
        group.ports().forEach((name, port) -> ports.put(port, name.split("-", 2)[0].toLowerCase(Locale.ROOT)));
        if (ports.isEmpty()) {
            ports.putAll(selected(group.namespace(), labels));
        }
        boolean isReady = group.probe() == null && !node.joining().isProbed();
        return ports.entrySet().stream()
                .map(port -> new Offer(
                        RegistrationName.of(group.name(), Integer.toString(port.getKey()), port.getValue(), labels),
                        group.region(),
                        group.zone(),
                        Math.max(1, group.weight()),
                        group.account(),
                        isReady))
                .toList();
    }

    /** Where the service entries that select these labels look for them. */
    private Map<Integer, String> selected(String namespace, Map<String, String> labels) {
        Map<Integer, String> ports = new TreeMap<>();
        for (ServiceEntry entry : rules.of(ServiceEntry.class)) {
            Map<String, String> selector = entry.selector();
            if (selector != null && entry.namespace().equals(namespace) && Rule.selects(selector, labels)) {
                entry.seenPorts()
                        .forEach(port ->
                                ports.putIfAbsent(port.target(), port.protocol().toLowerCase(Locale.ROOT)));
            }
        }
        return ports;
    }
}
