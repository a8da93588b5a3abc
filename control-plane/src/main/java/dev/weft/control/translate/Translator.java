package dev.weft.control.translate;

import static dev.weft.control.store.Types.CLUSTER;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.LISTENER;
import static dev.weft.control.store.Types.ROUTES;

import dev.weft.control.log.Log;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Service;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the store in step with the rules and the registry. An instance that changes touches the
 * endpoints of its own service and nothing else; a rule touches the hosts that it speaks of. Used
 * from the serial queue only.
 */
public final class Translator implements Registry.Listener {
    private final Registry registry;
    private final ResourceStore store;
    private final Directory directory;
    private final Names names;
    private final Log log;
    private final Map<String, Written> written = new HashMap<>();
    private Map<String, HostRules> rules = Map.of();

    /**
     * What the store holds for a host.
     *
     * @param isNamed it has a listener: clients may call it
     * @param subsets its clusters, "" for the one of the whole host
     */
    private record Written(boolean isNamed, boolean isService, Set<String> subsets) {
        static final Written NOTHING = new Written(false, false, Set.of());
    }

    public Translator(Registry registry, ResourceStore store, Directory directory, Names names, Log log) {
        this.registry = registry;
        this.store = store;
        this.directory = directory;
        this.names = names;
        this.log = log;
    }

    /**
     * Loads the classes of the messages, which the first registration would else wait for: they cost
     * more than all the work of a small mesh.
     */
    public static void warmUp() {
        Resource.of("", ListenerWriter.of(""));
        Resource.of("", RouteWriter.of("", List.of(""), List.of()));
        Resource.of("", ClusterWriter.of("", "", TrafficPolicy.NONE));
        Resource.of("", EndpointWriter.of("", List.of(), Map.of()));
    }

    /** Puts these rules into force instead of those before. */
    public void apply(RuleSet newRules) {
        Map<String, HostRules> before = rules;
        rules = HostRules.of(newRules);
        Set<String> hosts = new HashSet<>(before.keySet());
        hosts.addAll(rules.keySet());
        for (String host : hosts) {
            if (!rulesOf(host, before).equals(rulesOf(host, rules))) {
                writeAll(host);
            }
        }
    }

    @Override
    public void changed(String host) {
        Written now = written.getOrDefault(host, Written.NOTHING);
        Service service = registry.service(host);
        if (now.isService() == (service != null)) {
            writeEndpoints(host, service, now.subsets());
        } else {
            writeAll(host);
        }
    }

    private void writeAll(String host) {
        HostRules rule = rulesOf(host, rules);
        Service service = registry.service(host);
        if (service == null && rule.isDestination()) {
            log.warn(
                    "no service " + host,
                    "rules: routes lead to " + host + ", which nobody has registered: calls there fail");
        }
        boolean isNamed = service != null || !rule.routes().isEmpty();
        Set<String> subsets = new HashSet<>();
        if (service != null || rule.isDestination()) {
            subsets.add("");
            subsets.addAll(rule.subsets().keySet());
        }
        for (String subset : subsets) {
            HostRules.SubsetRules own = rule.subsets().get(subset);
            store.put(
                    ClusterName.of(subset, host),
                    ClusterWriter.of(host, subset, own == null ? rule.policy() : own.policy()));
        }
        writeEndpoints(host, service, subsets);
        if (isNamed) {
            store.put(host, ListenerWriter.of(host));
            store.put(ClusterName.routes(host), RouteWriter.of(host, names.all(host), rule.routes()));
        }
        forget(host, new Written(isNamed, service != null, Set.copyOf(subsets)));
    }

    private void writeEndpoints(String host, @Nullable Service service, Set<String> subsets) {
        List<Instance> instances = service == null ? List.of() : service.instances();
        for (String subset : subsets) {
            HostRules.SubsetRules own = rulesOf(host, rules).subsets().get(subset);
            boolean isUndefined = own != null && !own.isDefined();
            String cluster = ClusterName.of(subset, host);
            store.put(
                    cluster,
                    EndpointWriter.of(
                            cluster, isUndefined ? List.of() : instances, own == null ? Map.of() : own.labels()));
        }
    }

    /** Takes away what a host had and has no more, last, so that nothing points to what is gone. */
    private void forget(String host, Written now) {
        Written before = written.getOrDefault(host, Written.NOTHING);
        if (before.isNamed() && !now.isNamed()) {
            store.remove(LISTENER, host);
            store.remove(ROUTES, ClusterName.routes(host));
        }
        for (String subset : before.subsets()) {
            if (!now.subsets().contains(subset)) {
                store.remove(CLUSTER, ClusterName.of(subset, host));
                store.remove(ENDPOINTS, ClusterName.of(subset, host));
            }
        }
        if (now.equals(Written.NOTHING)) {
            written.remove(host);
        } else {
            written.put(host, now);
        }
        if (before.isNamed() != now.isNamed()) {
            if (now.isNamed()) {
                directory.add(host);
            } else {
                directory.remove(host);
            }
        }
    }

    private static HostRules rulesOf(String host, Map<String, HostRules> all) {
        return all.getOrDefault(host, HostRules.NONE);
    }
}
