package dev.weft.control.translate;

import static dev.weft.control.store.Types.CLUSTER;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.LISTENER;
import static dev.weft.control.store.Types.ROUTES;

import dev.weft.control.log.Log;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Service;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.store.ResourceStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the store in step with the rules and the registry. An instance that changes touches the
 * endpoints of its own service and nothing else; a rule touches the hosts that it speaks of. Used
 * from the serial queue only.
 */
public final class Translator implements Registry.Listener {
    private static final String EVERYWHERE = "";

    private final Registry registry;
    private final ResourceStore store;
    private final Directory directory;
    private final Names names;
    private final Log log;
    private final Consumer<Runnable> later;
    private final HostResources resources;

    /** Hosts whose endpoints are to be written anew. */
    private final Set<String> due = new LinkedHashSet<>();

    /** By scope, then by host. */
    private final Map<String, Map<String, Written>> written = new HashMap<>();

    /** By scope, then by host: as calls from a namespace are treated; the empty scope is that of all others. */
    private Map<String, MeshRules> rules = Map.of();

    /**
     * What the store holds for a host.
     *
     * @param listeners ports by which clients may call it, 0 for any
     * @param isDeclaredOnly nobody but a rule has brought the service
     * @param said what its instances say they speak
     * @param identities that its instances have shown
     */
    private record Written(
            Set<Integer> listeners,
            boolean isService,
            boolean isDeclaredOnly,
            Speech said,
            Set<String> identities,
            Set<ClusterId> clusters) {
        static final Written NOTHING = new Written(Set.of(), false, false, Speech.HTTP, Set.of(), Set.of());
    }

    /** One whose clusters' load nobody reports. */
    public Translator(Registry registry, ResourceStore store, Directory directory, Names names, Log log) {
        this(registry, store, directory, names, log, Runnable::run, false);
    }

    /**
     * @param later runs a task when what already waits is done: of instances that come together, each service's
     *     endpoints are written once
     * @param isLoadReported whether clients are told to report the load of every cluster
     */
    public Translator(
            Registry registry,
            ResourceStore store,
            Directory directory,
            Names names,
            Log log,
            Consumer<Runnable> later,
            boolean isLoadReported) {
        this.later = later;
        this.registry = registry;
        this.store = store;
        this.directory = directory;
        this.names = names;
        this.log = log;
        this.resources = new HostResources(registry, names, this::rulesOf, isLoadReported);
    }

    /** Does beforehand what the first who asks would else wait for. */
    public static void warmUp() {
        HostResources.warmUp();
    }

    /** Puts these rules into force instead of those before. */
    public void apply(RuleSet newRules) {
        Map<String, MeshRules> before = rules;
        Map<String, MeshRules> now = new HashMap<>();
        now.put(EVERYWHERE, new MeshRules(newRules.seenFrom(EVERYWHERE)));
        newRules.namespaces().forEach(scope -> now.put(scope, new MeshRules(newRules.seenFrom(scope))));
        rules = now;
        directory.show(newRules.sidecars());
        Set<String> scopes = new HashSet<>(before.keySet());
        scopes.addAll(now.keySet());
        Set<String> hosts = new HashSet<>();
        scopes.forEach(scope -> {
            MeshRules was = before.getOrDefault(scope, MeshRules.NONE);
            MeshRules is = now.getOrDefault(scope, MeshRules.NONE);
            boolean isNew = before.containsKey(scope) != now.containsKey(scope);
            Set<String> all = new HashSet<>(was.hosts());
            all.addAll(is.hosts());
            if (isNew ? !was.patterns().isEmpty() || !is.patterns().isEmpty() : was.isOtherwise(is)) {
                all.addAll(registry.hosts());
                written.values().forEach(hostsOfScope -> all.addAll(hostsOfScope.keySet()));
            }
            all.removeIf(host -> !isNew && was.of(host).equals(is.of(host)));
            hosts.addAll(all);
        });
        hosts.forEach(this::writeAll);
    }

    @Override
    public void changed(String host) {
        Written now = written(EVERYWHERE).getOrDefault(host, Written.NOTHING);
        Service service = registry.service(host);
        // Who sees a service depends on whether it is there and on who has brought it.
        if (now.isService() == (service != null)
                && now.isDeclaredOnly() == isDeclaredOnly(service)
                && now.said() == HostResources.said(service)
                && now.identities().equals(HostResources.identities(service))) {
            boolean isFirst = due.isEmpty();
            due.add(host);
            if (isFirst) {
                later.accept(this::writeDue);
            }
        } else {
            writeAll(host);
        }
    }

    private void writeDue() {
        List<String> hosts = List.copyOf(due);
        due.clear();
        for (String host : hosts) {
            written.forEach((scope, hostsOfScope) -> {
                Written here = hostsOfScope.get(host);
                if (here != null) {
                    writeEndpoints(scope, host, here.clusters());
                }
            });
        }
    }

    private static boolean isDeclaredOnly(@Nullable Service service) {
        return service != null && service.isDeclaredOnly();
    }

    /** What all see, and for each namespace that sees something else that. */
    private void writeAll(String host) {
        HostRules usual = rulesOf(host, EVERYWHERE);
        Service service = registry.service(host);
        write(EVERYWHERE, host, usual, service);
        Set<String> scopes = new HashSet<>(written.keySet());
        scopes.addAll(rules.keySet());
        scopes.remove(EVERYWHERE);
        for (String scope : scopes) {
            HostRules own = rulesOf(host, scope);
            if (rules.containsKey(scope) && !own.equals(usual)) {
                write(scope, host, own, service);
            } else {
                forget(scope, host, Written.NOTHING);
                directory.remove(scope, host);
            }
        }
    }

    private void write(String scope, String host, HostRules rule, @Nullable Service service) {
        // What only a rule has brought is there for those who see the rule.
        boolean isService = service != null && (!service.isDeclaredOnly() || rule.declared() != null);
        Set<Integer> listeners = isService || !rule.routes().isEmpty() ? Set.copyOf(rule.ports()) : Set.of();
        Set<ClusterId> clusters = clusters(rule, isService);
        for (ClusterId cluster : clusters) {
            store.keep(scope, CLUSTER, cluster.name(host), () -> resources.cluster(scope, host, cluster));
        }
        writeEndpoints(scope, host, clusters);
        for (int port : listeners) {
            store.keep(scope, LISTENER, ClusterName.listener(host, port), () -> resources.listener(scope, host, port));
            store.keep(scope, ROUTES, ClusterName.routes(host, port), () -> resources.routes(scope, host, port));
        }
        Speech said = HostResources.said(service);
        Set<String> identities = HostResources.identities(service);
        forget(
                scope,
                host,
                new Written(listeners, service != null, isDeclaredOnly(service), said, identities, clusters));
        if (listeners.isEmpty()) {
            directory.remove(scope, host);
        } else {
            directory.put(
                    scope,
                    host,
                    service == null ? names.namespace(host) : service.namespace(),
                    rule.declared() == null ? List.of() : rule.ports(),
                    HostResources.addresses(rule));
        }
    }

    /** One for each port and each subset of a service, and whatever a route names, which may be none of them. */
    private static Set<ClusterId> clusters(HostRules rule, boolean isService) {
        Set<ClusterId> clusters = new HashSet<>(rule.named());
        if (isService || rule.isDestination()) {
            for (int port : rule.ports()) {
                clusters.add(new ClusterId(port, ""));
                rule.subsets().keySet().forEach(subset -> clusters.add(new ClusterId(port, subset)));
            }
        }
        return Set.copyOf(clusters);
    }

    private void writeEndpoints(String scope, String host, Set<ClusterId> clusters) {
        for (ClusterId cluster : clusters) {
            store.keep(scope, ENDPOINTS, cluster.name(host), () -> resources.endpoints(scope, host, cluster));
        }
    }

    /** Takes away what a host had and has no more, last, so that nothing points to what is gone. */
    private void forget(String scope, String host, Written now) {
        Map<String, Written> here = written(scope);
        Written before = here.getOrDefault(host, Written.NOTHING);
        for (int port : before.listeners()) {
            if (!now.listeners().contains(port)) {
                store.remove(scope, LISTENER, ClusterName.listener(host, port));
                store.remove(scope, ROUTES, ClusterName.routes(host, port));
            }
        }
        for (ClusterId cluster : before.clusters()) {
            if (!now.clusters().contains(cluster)) {
                store.remove(scope, CLUSTER, cluster.name(host));
                store.remove(scope, ENDPOINTS, cluster.name(host));
            }
        }
        if (now.equals(Written.NOTHING)) {
            here.remove(host);
        } else {
            here.put(host, now);
        }
    }

    private Map<String, Written> written(String scope) {
        return written.computeIfAbsent(scope, s -> new HashMap<>());
    }

    private HostRules rulesOf(String host, String scope) {
        return rules.getOrDefault(scope, MeshRules.NONE).of(host);
    }
}
