package dev.weft.control.rule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force, and the state of every file. Files count in the order of their names,
 * documents in the order in which they stand in a file.
 *
 * @param version hash of all that is in force
 * @param entries what each document is and whether it counts
 * @param warnings what is in force and looks wrong
 */
public record RuleSet(String version, List<Rule> rules, List<Entry> entries, List<Finding> warnings) {
    public static final RuleSet EMPTY = new RuleSet("", List.of(), List.of(), List.of());

    public RuleSet {
        rules = List.copyOf(rules);
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
    }

    /**
     * The rules that count for calls from a namespace. What is said for some namespaces goes before what is said for all.
     *
     * @param namespace empty for one that no rule speaks of
     */
    public RuleSet seenFrom(String namespace) {
        List<Rule> seen = new ArrayList<>();
        Map<String, ServiceEntry> counting = serviceEntriesByHost(); // a host has one set of instances, whoever calls
        for (Rule rule : rules) {
            if (rule instanceof MeshRoute route) {
                seen.add(route.seenFrom(namespace));
            } else if (rule instanceof ServiceEntry entry) {
                List<String> hosts = entry.hosts().stream()
                        .filter(host -> entry.equals(counting.get(host)))
                        .toList();
                if (!hosts.isEmpty() && entry.exports().isSeenFrom(namespace)) {
                    seen.add(entry.of(hosts));
                }
            } else if (rule.exports().isSeenFrom(namespace)) {
                seen.add(rule instanceof VirtualService service ? service.seenFrom(namespace) : rule);
            }
        }
        seen.sort(Comparator.comparing(rule -> rule.exports().isEverywhere()));
        return new RuleSet(version, seen, List.of(), List.of());
    }

    /** Namespaces whose calls may be treated otherwise than those of all others. */
    public TreeSet<String> namespaces() {
        TreeSet<String> namespaces = new TreeSet<>();
        for (Rule rule : rules) {
            namespaces.addAll(rule.exports().namespaces());
            if (rule instanceof MeshRoute route && route.parents().stream().anyMatch(MeshRoute.Parent::isForeign)) {
                namespaces.add(route.namespace());
            }
            if (rule instanceof VirtualService service) {
                service.sourceNamespaces().forEach(namespaces::add);
            }
        }
        return namespaces;
    }

    /** What each namespace sees that does not see everything: the first Sidecar counts. */
    public Map<String, Sidecar> sidecars() {
        Map<String, Sidecar> byNamespace = new TreeMap<>();
        of(Sidecar.class).forEach(sidecar -> byNamespace.putIfAbsent(sidecar.namespace(), sidecar));
        return byNamespace;
    }

    /** All rules of one kind, in their order. */
    public <R extends Rule> List<R> of(Class<R> kind) {
        return rules.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The service entry that counts for each host: the first of all namespaces. */
    public Map<String, ServiceEntry> serviceEntriesByHost() {
        Map<String, ServiceEntry> byHost = new TreeMap<>();
        of(ServiceEntry.class).forEach(entry -> entry.hosts().forEach(host -> byHost.putIfAbsent(host, entry)));
        return byHost;
    }

    /** The rules of the first that speaks for a host: virtual services, else GRPCRoutes, else HTTPRoutes. */
    public Map<String, List<VirtualService.HttpRoute>> routesByHost() {
        Map<String, List<VirtualService.HttpRoute>> byHost = new TreeMap<>();
        for (VirtualService service : withHttp()) {
            service.hosts()
                    .forEach(host ->
                            byHost.computeIfAbsent(host, h -> new ArrayList<>()).addAll(service.http()));
        }
        meshRoutesByHost().forEach((host, routes) -> byHost.putIfAbsent(host, MeshRoute.ordered(routes, host)));
        return byHost;
    }

    /** Hosts whose routes are of the Gateway API: where none is for a port, calls to it are as without them. */
    public Set<String> openHosts() {
        Set<String> open = new TreeSet<>(meshRoutesByHost().keySet());
        withHttp().forEach(service -> open.removeAll(service.hosts()));
        return open;
    }

    private List<VirtualService> withHttp() {
        return of(VirtualService.class).stream()
                .filter(service -> !service.http().isEmpty())
                .toList();
    }

    /** The rules for connections as such, by host. */
    public Map<String, List<VirtualService.TcpRoute>> tcpRoutesByHost() {
        Map<String, List<VirtualService.TcpRoute>> byHost = new TreeMap<>();
        for (VirtualService service : of(VirtualService.class)) {
            if (!service.tcp().isEmpty()) {
                service.hosts()
                        .forEach(host -> byHost.computeIfAbsent(host, h -> new ArrayList<>())
                                .addAll(service.tcp()));
            }
        }
        return byHost;
    }

    /** For each service those of the kind that counts: a route for gRPC says more than one for HTTP. */
    public Map<String, List<MeshRoute>> meshRoutesByHost() {
        Map<String, List<MeshRoute>> byHost = new TreeMap<>();
        for (boolean isGrpc : new boolean[] {true, false}) {
            Map<String, List<MeshRoute>> ofKind = new TreeMap<>();
            for (MeshRoute route : of(MeshRoute.class)) {
                if (route.isGrpc() == isGrpc) {
                    route.parents().stream()
                            .map(MeshRoute.Parent::host)
                            .distinct()
                            .forEach(host -> ofKind.computeIfAbsent(host, h -> new ArrayList<>())
                                    .add(route));
                }
            }
            ofKind.forEach((host, routes) -> {
                boolean hasForeign = routes.stream().anyMatch(route -> route.isForeign(host));
                routes.removeIf(route -> hasForeign && !route.isForeign(host));
                byHost.putIfAbsent(host, routes);
            });
        }
        return byHost;
    }

    /** Destination rules by host, in their order. */
    public Map<String, List<DestinationRule>> destinationRulesByHost() {
        return of(DestinationRule.class).stream()
                .collect(Collectors.groupingBy(DestinationRule::host, TreeMap::new, Collectors.toList()));
    }

    /** Every destination that a route names, or that is asked about calls. */
    public Stream<VirtualService.Destination> destinations() {
        return Stream.of(
                        of(VirtualService.class).stream().flatMap(VirtualService::destinations),
                        of(MeshRoute.class).stream().flatMap(MeshRoute::destinations),
                        asked())
                .flatMap(all -> all);
    }

    /** Services that count the calls of many processes. */
    public Stream<VirtualService.Destination> asked() {
        return of(Resilience.class).stream().flatMap(rule -> rule.asked().stream());
    }

    /** Hosts of which a rule says how calls to them are treated, or to which it sends calls. */
    public TreeSet<String> spokenOf() {
        TreeSet<String> hosts = new TreeSet<>(routesByHost().keySet());
        hosts.addAll(tcpRoutesByHost().keySet());
        of(DestinationRule.class).forEach(rule -> hosts.add(rule.host()));
        of(Resilience.class).forEach(rule -> hosts.add(rule.host()));
        hosts.removeIf(HostPattern::isOfSeveral);
        destinations().forEach(destination -> hosts.add(destination.host()));
        return hosts;
    }

    /** Hosts that rules name and expect somebody else to serve. */
    public Set<String> expected() {
        return Set.copyOf(UnknownHosts.named(this).keySet());
    }

    /** What rules say of hosts that are none of these services, and that no rule declares. */
    public List<Finding> unknownHosts(Set<String> services) {
        return UnknownHosts.of(this, services::contains, services);
    }

    /** Every host that any rule speaks of. */
    public TreeSet<String> hosts() {
        TreeSet<String> hosts = spokenOf();
        of(ServiceEntry.class).forEach(entry -> hosts.addAll(entry.hosts()));
        return hosts;
    }

    /** The document that defines a rule; null when none does. */
    public @Nullable Entry entry(RuleId id) {
        for (Entry entry : entries) {
            if (entry.isNamed(id) && !entry.isShadowed()) {
                return entry;
            }
        }
        return null;
    }

    /**
     * The state of one document.
     *
     * @param isKept it came over the API; else it stands in a file of the operator's
     * @param kind empty when the file could not be read so far
     * @param text as it was written
     * @param isRefused its file has an error; what the file said before stays in force
     * @param isShadowed another document defines the same rule and comes first
     */
    public record Entry(
            Origin origin,
            boolean isKept,
            String kind,
            String name,
            String namespace,
            String text,
            boolean isRefused,
            boolean isShadowed,
            List<Finding> errors) {
        public Entry {
            errors = List.copyOf(errors);
        }

        public String file() {
            return origin.file();
        }

        boolean isNamed(RuleId id) {
            return kind.equals(id.kind()) && name.equals(id.name()) && namespace.equals(id.namespace());
        }
    }
}
