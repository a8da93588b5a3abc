package dev.weft.control.rule;

import dev.weft.control.registry.Topology;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where calls go by where their caller is (Istio: {@code loadBalancer.localityLbSetting}). Of {@code distribute},
 * {@code failover} and {@code failoverPriority} it has one at most.
 *
 * @param isEnabled false switches off what is said of more hosts
 * @param distribute how calls are shared out; empty for to the nearest first
 * @param failover by region, to which other one calls go first
 * @param failoverPriority labels, the more of which an instance has as its caller, the first ones first, the sooner it
 *     is called; {@code NAME=VALUE} whatever the caller has; empty for region and zone
 */
public record LocalityLb(
        boolean isEnabled, List<Distribute> distribute, Map<String, String> failover, List<String> failoverPriority) {
    public LocalityLb {
        distribute = List.copyOf(distribute);
        failover = Map.copyOf(failover);
        failoverPriority = List.copyOf(failoverPriority);
    }

    /**
     * How calls from some places are shared out.
     *
     * @param to percent of the calls, 100 in all
     */
    public record Distribute(Place from, Map<Place, Integer> to) {
        public Distribute {
            to = Collections.unmodifiableMap(new LinkedHashMap<>(to));
        }
    }

    /**
     * A zone, or several.
     *
     * @param region {@code *} for any
     * @param zone {@code *} for any
     */
    public record Place(String region, String zone) {
        private static final String ANY = "*";

        /** Null for what is none: written as {@code REGION/ZONE}, or with {@code *} for what any is meant of. */
        static @Nullable Place of(String text) {
            String[] parts = text.split("/", -1);
            String zone = parts.length < 2 ? ANY : parts[1];
            boolean isRight = parts.length <= 3
                    && !parts[0].isEmpty()
                    && !zone.isEmpty()
                    && (!parts[0].equals(ANY) || zone.equals(ANY))
                    && (parts.length < 3 || parts[2].equals(ANY));
            return isRight ? new Place(parts[0], zone) : null;
        }

        public boolean takes(String ofRegion, String ofZone) {
            return (region.equals(ANY) || region.equals(ofRegion)) && (zone.equals(ANY) || zone.equals(ofZone));
        }

        /** Whether some zone is one of both. */
        boolean overlaps(Place other) {
            return takes(other.region, other.zone) || other.takes(region, zone);
        }
    }

    /** The labels of a caller that make a difference. */
    public Map<String, String> asked(Map<String, String> caller) {
        Map<String, String> asked = new LinkedHashMap<>();
        List<String> names = failoverPriority.isEmpty() ? List.of(Topology.REGION, Topology.ZONE) : failoverPriority;
        for (String name : names) {
            String value = caller.get(name);
            if (value != null) {
                asked.put(name, value);
            }
        }
        return asked;
    }

    /**
     * How soon an instance is called: 0 for at first. There may be numbers that no instance has.
     *
     * @param caller its labels, where it is among them
     * @param instance the same of it
     */
    public int priority(Map<String, String> caller, Map<String, String> instance) {
        return failoverPriority.isEmpty() ? byPlace(caller, instance) : byLabels(caller, instance);
    }

    private int byLabels(Map<String, String> caller, Map<String, String> instance) {
        int equal = 0;
        for (String label : failoverPriority) {
            int sign = label.indexOf('=');
            String name = sign < 0 ? label : label.substring(0, sign);
            String wanted = sign < 0 ? caller.get(name) : label.substring(sign + 1);
            if (wanted == null || !wanted.equals(instance.get(name))) {
                break;
            }
            equal++;
        }
        return failoverPriority.size() - equal;
    }

    private int byPlace(Map<String, String> caller, Map<String, String> instance) {
        String from = caller.getOrDefault(Topology.REGION, "");
        String at = instance.getOrDefault(Topology.REGION, "");
        if (from.equals(at)) {
            return caller.getOrDefault(Topology.ZONE, "").equals(instance.getOrDefault(Topology.ZONE, "")) ? 0 : 1;
        }
        String next = failover.get(from);
        return next == null || next.equals(at) ? 2 : 3;
    }

    /** How calls of a caller are shared out; null where nothing is said of it. */
    public @Nullable Distribute distribute(Map<String, String> caller) {
        String region = caller.getOrDefault(Topology.REGION, "");
        String zone = caller.getOrDefault(Topology.ZONE, "");
        for (Distribute one : distribute) {
            if (one.from().takes(region, zone)) {
                return one;
            }
        }
        return null;
    }
}
