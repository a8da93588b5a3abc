package dev.weft.control.translate;

import dev.weft.control.rule.DestinationRule.Hash;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.ServiceEntry;
import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.rule.VirtualService.HttpMatch;
import dev.weft.control.rule.VirtualService.HttpRoute;
import dev.weft.control.rule.VirtualService.TcpRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all rules together say about one host.
 *
 * @param routes in the order in which they count
 * @param isOpen calls to a port for which there is none of the routes go to the host itself
 * @param policy of all destination rules for the host, the first that speaks wins
 * @param subsets by name; one that a route names and no rule defines has no labels and no instances
 * @param declared its ports and addresses; null where nobody declares them
 * @param named clusters that routes of some host send calls to
 * @param targets what its routes must know of the hosts to which they lead, so that a change of that is one of these
 * @param tcp routes of connections as such, in the order in which they count
 * @param resilience what is done when calls fail; of two for one route the first counts, part by part
 */
record HostRules(
        List<HttpRoute> routes,
        boolean isOpen,
        TrafficPolicy policy,
        Map<String, SubsetRules> subsets,
        @Nullable Declared declared,
        Set<ClusterId> named,
        Map<String, Target> targets,
        List<TcpRoute> tcp,
        List<Resilience> resilience) {
    static final HostRules NONE = new HostRules(
            List.of(), true, TrafficPolicy.NONE, Map.of(), null, Set.of(), Map.of(), List.of(), List.of());

    /** Stands for every port, where none is declared. */
    private static final List<Integer> ANY = List.of(0);

    /**
     * @param isDefined some destination rule defines it
     */
    record SubsetRules(Map<String, String> labels, TrafficPolicy policy, boolean isDefined) {}

    /**
     * What a service entry says of a host.
     *
     * @param ports whose calls are seen; never empty
     * @param targets where each of them leads, unless an endpoint says otherwise
     * @param addresses by which the host may be called as well
     * @param speech what is spoken on each of them
     */
    record Declared(
            List<Integer> ports, Map<Integer, Integer> targets, List<String> addresses, Map<Integer, Speech> speech) {
        static @Nullable Declared of(@Nullable ServiceEntry entry) {
            if (entry == null || entry.seenPorts().isEmpty()) {
                return null;
            }
            List<Integer> ports =
                    entry.seenPorts().stream().map(ServiceEntry.Port::number).toList();
            Map<Integer, Integer> targets = entry.seenPorts().stream()
                    .collect(Collectors.toUnmodifiableMap(ServiceEntry.Port::number, ServiceEntry.Port::target));
            Map<Integer, Speech> speech = entry.seenPorts().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            ServiceEntry.Port::number, port -> Speech.of(port.protocol())));
            return new Declared(ports, targets, entry.addresses(), speech);
        }
    }

    /** The ports for which there are listeners; 0 stands for any. */
    List<Integer> ports() {
        return declared == null ? ANY : declared.ports();
    }

    /**
     * What is spoken on a port.
     *
     * @param said by the instances, where nobody declares ports
     */
    Speech speech(int port, Speech said) {
        return declared == null
                ? said.under(!routes.isEmpty(), tcp)
                : declared.speech().getOrDefault(port, Speech.HTTP);
    }

    /** The route of connections to a port; null for the host itself. */
    @Nullable
    TcpRoute tcp(String host, int port, Speech speech) {
        for (TcpRoute route : tcp) {
            if (speech.takes(route) && route.isFor(host, port)) {
                return route;
            }
        }
        return null;
    }

    /** The ports whose calls are treated each in its own way: those of a listener, or those that routes name. */
    Set<Integer> calledPorts(int listener) {
        return listener == 0 ? called(List.of(0), routes) : Set.of(listener);
    }

    private static Set<Integer> called(List<Integer> declared, List<HttpRoute> routes) {
        Set<Integer> called = new TreeSet<>(declared);
        if (called.contains(0)) {
            routes.forEach(
                    route -> route.matches().stream().map(HttpMatch::port).forEach(called::add));
        }
        return called;
    }

    /** What its routes ask of the labels of their callers: each once. */
    Set<Map<String, String>> sourceLabels() {
        return routes.stream()
                .flatMap(route -> route.matches().stream())
                .map(match -> match.source().labels())
                .filter(labels -> !labels.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** As it counts for callers with these labels. Where none of its routes is for them, they call the host itself. */
    HostRules calledWith(Map<String, String> labels) {
        if (sourceLabels().isEmpty()) {
            return this;
        }
        List<HttpRoute> left =
                routes.stream().flatMap(route -> route.calledWith(labels)).toList();
        return new HostRules(
                left, isOpen || left.isEmpty(), policy, subsets, declared, named, targets, tcp, resilience);
    }

    boolean isDestination() {
        return !named.isEmpty();
    }

    /** Of every host that a rule speaks of by its own name. */
    static Map<String, HostRules> of(RuleSet rules, HostPolicies policies) {
        Map<String, List<HttpRoute>> routes = rules.routesByHost();
        Map<String, List<TcpRoute>> tcp = rules.tcpRoutesByHost();
        Set<String> open = rules.openHosts();
        Map<String, Declared> declared = policies.declared();
        Map<String, Set<ClusterId>> named = named(routes, declared);
        tcp.forEach((host, all) -> named(host, all, declared, named));
        rules.asked().forEach(asked -> {
            Declared of = declared.get(asked.host());
            named.computeIfAbsent(asked.host(), h -> new TreeSet<>())
                    .add(ClusterId.of(asked, 0, of == null ? List.of() : of.ports()));
        });
        Map<String, HostRules> byHost = new HashMap<>();
        for (String host : rules.hosts()) {
            List<HttpRoute> own = routes.getOrDefault(host, List.of());
            Set<ClusterId> clusters = named.getOrDefault(host, Set.of());
            HostPolicies.Policies policy = policies.of(host);
            byHost.put(
                    host,
                    new HostRules(
                            List.copyOf(own),
                            !routes.containsKey(host) || open.contains(host),
                            policy.policy(),
                            policy.with(clusters),
                            declared.get(host),
                            Set.copyOf(clusters),
                            targets(host, own, tcp.getOrDefault(host, List.of()), policies),
                            tcp.getOrDefault(host, List.of()),
                            policies.resilience(host)));
        }
        return byHost;
    }

    /** Of a host that no rule speaks of by its own name. */
    static HostRules unnamed(String host, HostPolicies policies) {
        HostPolicies.Policies policy = policies.of(host);
        return new HostRules(
                List.of(),
                true,
                policy.policy(),
                Map.of(),
                null,
                Set.of(),
                targets(host, List.of(), List.of(), policies),
                List.of(),
                policies.resilience(host));
    }

    private static Map<String, Set<ClusterId>> named(
            Map<String, List<HttpRoute>> routes, Map<String, Declared> declared) {
        Map<String, Set<ClusterId>> named = new HashMap<>();
        routes.forEach((host, all) -> {
            Declared own = declared.get(host);
            for (int port : called(own == null ? ANY : own.ports(), all)) {
                all.stream().flatMap(HttpRoute::destinations).forEach(destination -> {
                    Declared of = declared.get(destination.host());
                    named.computeIfAbsent(destination.host(), h -> new TreeSet<>())
                            .add(ClusterId.of(destination, port, of == null ? List.of() : of.ports()));
                });
            }
        });
        return named;
    }

    private static void named(
            String host, List<TcpRoute> routes, Map<String, Declared> declared, Map<String, Set<ClusterId>> named) {
        Declared own = declared.get(host);
        for (int port : own == null ? ANY : own.ports()) {
            routes.stream().flatMap(TcpRoute::named).forEach(destination -> {
                Declared of = declared.get(destination.host());
                named.computeIfAbsent(destination.host(), h -> new TreeSet<>())
                        .add(ClusterId.of(destination, port, of == null ? List.of() : of.ports()));
            });
        }
    }

    private static Map<String, Target> targets(
            String host, List<HttpRoute> routes, List<TcpRoute> tcp, HostPolicies policies) {
        Map<String, Target> targets = new TreeMap<>();
        Stream.concat(
                        Stream.of(host),
                        Stream.concat(
                                        routes.stream().flatMap(HttpRoute::destinations),
                                        Stream.concat(
                                                tcp.stream().flatMap(TcpRoute::named), policies.asked(host).stream()))
                                .map(Destination::host))
                .forEach(target -> {
                    Declared of = policies.declared().get(target);
                    List<Integer> ports = of == null ? List.of() : of.ports();
                    Target made = new Target(ports, policies.of(target).hashes(ports.isEmpty() ? ANY : ports));
                    if (!made.equals(Target.PLAIN)) {
                        targets.put(target, made);
                    }
                });
        return targets;
    }

    /** How one of its clusters is called. */
    TrafficPolicy policy(ClusterId cluster) {
        SubsetRules own = subsets.get(cluster.subset());
        return (own == null ? policy : own.policy()).at(cluster.port());
    }

    /** @param route its name */
    Resilience.Policy resilience(String route) {
        Resilience.Policy merged = Resilience.Policy.NONE;
        for (Resilience rule : resilience) {
            merged = rule.isFor(route) ? merged.over(rule.policy()) : merged;
        }
        return merged;
    }

    /** Whether any rule of resilience has such a part, for whichever route. */
    boolean has(Class<? extends Resilience.Part> kind) {
        for (Resilience rule : resilience) {
            if (rule.policy().get(kind) != null) {
                return true;
            }
        }
        return false;
    }

    /** What is said of the host as a whole and not of routes. */
    Resilience.Policy ofHost() {
        Resilience.Policy merged = Resilience.Policy.NONE;
        for (Resilience rule : resilience) {
            merged = merged.over(rule.policy().ofHost());
        }
        return merged;
    }

    /** The cluster of a destination that is called on a port of its own. */
    String cluster(Destination destination) {
        return ClusterId.of(destination, 0, target(destination.host()).ports()).name(destination.host());
    }

    Target target(String host) {
        return targets.getOrDefault(host, Target.PLAIN);
    }

    /**
     * What a route must know of a host to which it leads.
     *
     * @param ports that it declares; empty for none
     * @param hashes what the calls of its clusters are told apart by
     */
    record Target(List<Integer> ports, Map<ClusterId, Hash> hashes) {
        static final Target PLAIN = new Target(List.of(), Map.of());

        /** Of a subset that nobody defines it is that of the host. */
        @Nullable
        Hash hash(ClusterId cluster) {
            Hash own = hashes.get(cluster);
            return own == null ? hashes.get(new ClusterId(cluster.port(), "")) : own;
        }
    }
}
