package dev.weft.control.rule;

import java.util.List;
import java.util.Map;
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
public record RuleSet(
        String version,
        List<VirtualService> virtualServices,
        List<DestinationRule> destinationRules,
        List<Entry> entries,
        List<Finding> warnings) {
    public static final RuleSet EMPTY = new RuleSet("", List.of(), List.of(), List.of(), List.of());

    public RuleSet {
        virtualServices = List.copyOf(virtualServices);
        destinationRules = List.copyOf(destinationRules);
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
    }

    /** Virtual services by host, in their order. */
    public Map<String, List<VirtualService>> virtualServicesByHost() {
        return virtualServices.stream()
                .flatMap(service -> service.hosts().stream().map(host -> Map.entry(host, service)))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, TreeMap::new, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    /** Destination rules by host, in their order. */
    public Map<String, List<DestinationRule>> destinationRulesByHost() {
        return destinationRules.stream()
                .collect(Collectors.groupingBy(DestinationRule::host, TreeMap::new, Collectors.toList()));
    }

    /** Every destination that a route names. */
    public Stream<VirtualService.Destination> destinations() {
        return virtualServices.stream()
                .flatMap(service -> service.http().stream())
                .map(VirtualService.HttpRoute::action)
                .filter(VirtualService.Forward.class::isInstance)
                .map(VirtualService.Forward.class::cast)
                .flatMap(forward -> Stream.concat(
                        forward.destinations().stream().map(VirtualService.WeightedDestination::destination),
                        forward.mirrors().stream().map(VirtualService.Mirror::destination)));
    }

    /** Every host that any rule speaks of. */
    public TreeSet<String> hosts() {
        TreeSet<String> hosts = new TreeSet<>();
        virtualServices.forEach(service -> hosts.addAll(service.hosts()));
        destinationRules.forEach(rule -> hosts.add(rule.host()));
        destinations().forEach(destination -> hosts.add(destination.host()));
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
