package dev.weft.client.warm;

import dev.weft.client.resource.Resource;
import dev.weft.client.resource.Resource.Assignment;
import dev.weft.client.resource.Resource.ClusterSpec;
import dev.weft.client.resource.Resource.Listener;
import dev.weft.client.resource.Resource.RouteTable;
import dev.weft.client.resource.ResourceName;
import dev.weft.client.resource.ResourceType;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Home;
import dev.weft.engine.snapshot.TcpProxy;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows the references from listeners down to endpoints and says what is complete.
 *
 * <p>Make before break, on two levels. A cluster is live in its last form that had endpoints (or of
 * which it is known that there will be none). The routes of a listener are live in their last form
 * of which every cluster is live, those of the services that its filters ask too. Newer forms warm
 * beside them, and everything that either form names stays subscribed.
 */
final class Tree {
    private final Store store;
    private final @Nullable Home home;
    private final Set<String> wanted = new TreeSet<>();
    private final Map<String, RouteTable> liveRoutes = new TreeMap<>();
    private final Map<String, List<Guard>> guards = new HashMap<>();
    /** Of live listeners, where connections that are no HTTP go. */
    private final Map<String, TcpProxy> tcp = new HashMap<>();

    private final Map<String, Cluster> liveClusters = new HashMap<>();
    /** From which parts a live cluster was made, so that an unchanged one stays the same object. */
    private final Map<String, Parts> parts = new HashMap<>();

    private boolean changed;

    private record Parts(@Nullable Resource spec, @Nullable Resource assignment) {
        boolean same(@Nullable Parts other) {
            return other != null && other.spec == spec && other.assignment == assignment;
        }
    }

    /** @param home where this workload is; its own cluster is followed like one that a route names */
    Tree(Store store, @Nullable Home home) {
        this.home = home;
        this.store = store;
    }

    /** Whether the listener was not wanted before. */
    boolean want(String listener) {
        return wanted.add(listener);
    }

    void drop(String listener) {
        wanted.remove(listener);
    }

    Set<String> wanted() {
        return wanted;
    }

    /** The names of a type that are needed now, each in its canonical form. */
    Collection<String> needed(ResourceType type) {
        Set<String> names = new TreeSet<>();
        switch (type) {
            case LISTENER -> names.addAll(wanted);
            case ROUTES -> {
                for (String listener : wanted) {
                    if (store.get(ResourceType.LISTENER, listener) instanceof Listener l && l.routes() != null) {
                        names.add(ResourceName.canonical(l.routes()));
                    }
                }
            }
            case CLUSTER -> clusters().forEach(cluster -> names.add(ResourceName.canonical(cluster)));
            case ENDPOINTS -> {
                for (String cluster : clusters()) {
                    if (store.get(ResourceType.CLUSTER, cluster) instanceof ClusterSpec spec
                            && spec.assignment() != null) {
                        names.add(ResourceName.canonical(spec.assignment()));
                    }
                }
            }
            case DIRECTORY, NAME_TABLE, REGISTRATION, RUNTIME ->
                throw new IllegalArgumentException(type + " hangs on nothing");
        }
        return names;
    }

    private Set<String> clusters() {
        Set<String> names = new HashSet<>();
        for (String listener : wanted) {
            var candidate = routes(listener);
            if (candidate != null) {
                names.addAll(candidate.clusters());
            }
        }
        liveRoutes.values().forEach(table -> names.addAll(table.clusters()));
        wanted.forEach(listener -> names.addAll(services(listener)));
        guards.values().forEach(live -> live.forEach(guard -> service(guard, names)));
        tcp.values().forEach(live -> names.addAll(Listener.clusters(live)));
        if (home != null && !names.isEmpty()) {
            names.add(home.cluster());
        }
        return names;
    }

    /** Who is asked before calls go on, and who gets what is no HTTP, by a listener in its newest form. */
    private Set<String> services(String listener) {
        Set<String> names = new HashSet<>();
        if (store.get(ResourceType.LISTENER, listener) instanceof Listener l) {
            l.guards().forEach(guard -> service(guard, names));
            names.addAll(Listener.clusters(l.tcp()));
        }
        return names;
    }

    /** Who is asked before calls go on is followed as those who are called. */
    private static void service(Guard guard, Set<String> into) {
        if (guard instanceof GlobalRateLimit limit && limit.service() != null) {
            into.add(limit.service());
        }
    }

    private @Nullable RouteTable routes(String listener) {
        if (!(store.get(ResourceType.LISTENER, listener) instanceof Listener l)) {
            return null;
        }
        if (l.routes() == null) {
            return l.inline();
        }
        return store.get(ResourceType.ROUTES, l.routes()) instanceof RouteTable table ? table : null;
    }

    /** Brings live what has become complete, and lets go of what is gone. */
    void advance() {
        clusters().forEach(this::advanceCluster);
        for (String listener : wanted) {
            if (store.get(ResourceType.LISTENER, listener) == null) {
                changed |= liveRoutes.remove(listener) != null;
                guards.remove(listener);
                tcp.remove(listener);
                continue;
            }
            if (dropsRoutes(listener)) {
                changed |= liveRoutes.remove(listener) != null;
            }
            var candidate = routes(listener);
            if (candidate != null
                    && liveClusters.keySet().containsAll(candidate.clusters())
                    && liveClusters.keySet().containsAll(services(listener))) {
                changed |= liveRoutes.put(listener, candidate) != candidate;
                var filters = store.get(ResourceType.LISTENER, listener) instanceof Listener l
                        ? l.guards()
                        : List.<Guard>of();
                changed |= !filters.equals(guards.put(listener, filters));
                var proxy = store.get(ResourceType.LISTENER, listener) instanceof Listener l ? l.tcp() : null;
                changed |= !Objects.equals(proxy, proxy == null ? tcp.remove(listener) : tcp.put(listener, proxy));
            }
        }
        changed |= liveRoutes.keySet().retainAll(wanted);
        guards.keySet().retainAll(wanted);
        tcp.keySet().retainAll(wanted);
        var used = clusters();
        changed |= liveClusters.keySet().retainAll(used);
        parts.keySet().retainAll(used);
    }

    private boolean dropsRoutes(String listener) {
        return store.get(ResourceType.LISTENER, listener) instanceof Listener l
                && l.routes() != null
                && store.isDropped(ResourceType.ROUTES, l.routes());
    }

    private void advanceCluster(String name) {
        if (!(store.get(ResourceType.CLUSTER, name) instanceof ClusterSpec spec)) {
            if (store.hopeless(ResourceType.CLUSTER, name) != null) {
                // The rest of the table goes live; calls to this cluster find no hosts.
                put(name, new Parts(null, null), Cluster.of(name, List.of()));
            }
            return;
        }
        String assignment = spec.assignment();
        if (assignment == null) {
            put(name, new Parts(spec, null), spec.with(name, spec.inline()));
        } else if (store.get(ResourceType.ENDPOINTS, assignment) instanceof Assignment endpoints) {
            put(name, new Parts(spec, endpoints), spec.with(name, endpoints));
        } else if (store.hopeless(ResourceType.ENDPOINTS, assignment) != null) {
            put(name, new Parts(spec, null), spec.with(name, Assignment.NONE));
        }
    }

    private void put(String name, Parts made, Cluster cluster) {
        if (!made.same(parts.put(name, made)) || !liveClusters.containsKey(name)) {
            liveClusters.put(name, cluster);
            changed = true;
        }
    }

    /** Whether something live is another one than when this was asked last. Equal bytes never make a change. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    Map<String, RouteTable> liveRoutes() {
        return liveRoutes;
    }

    /** The guards of a live listener's filters. */
    List<Guard> guards(String listener) {
        return guards.getOrDefault(listener, List.of());
    }

    /** Where connections to a live listener that are no HTTP go; null for nowhere. */
    @Nullable
    TcpProxy tcp(String listener) {
        return tcp.get(listener);
    }

    @Nullable
    Home home() {
        return home;
    }

    Map<String, Cluster> liveClusters() {
        return liveClusters;
    }

    /** The clusters whose load is to be reported, each with the name of its endpoints; empty where it has none. */
    Map<String, String> reporting() {
        Map<String, String> names = new HashMap<>();
        for (String cluster : liveClusters.keySet()) {
            if (store.get(ResourceType.CLUSTER, cluster) instanceof ClusterSpec spec && spec.reportsLoad()) {
                String assignment = spec.assignment();
                names.put(cluster, assignment == null ? "" : assignment);
            }
        }
        return names;
    }

    /** Why a listener can't become live; null while it may. */
    @Nullable
    String hopeless(String listener) {
        if (liveRoutes.containsKey(listener)) {
            return null;
        }
        String why = store.hopeless(ResourceType.LISTENER, listener);
        if (why != null) {
            return "listener " + listener + ": " + why;
        }
        if (store.get(ResourceType.LISTENER, listener) instanceof Listener l && l.routes() != null) {
            why = store.hopeless(ResourceType.ROUTES, l.routes());
            return why == null ? null : "routes " + l.routes() + ": " + why;
        }
        return null;
    }
}
