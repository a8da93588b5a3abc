package dev.weft.control.translate;

import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Topology;
import dev.weft.control.rule.LocalityLb;
import dev.weft.control.rule.LocalityLb.Distribute;
import dev.weft.control.rule.LocalityLb.Place;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The localities of a cluster's endpoints, with priorities and weights as they are for one caller. */
final class LocalityWriter {
    /** Parts of a percent, so that weights that don't divide evenly still come close. */
    private static final long PARTS = 10_000;

    private final @Nullable LocalityLb rule;
    private final Map<String, String> caller;
    private final @Nullable Distribute shares;

    /** By priority, then by name, so that equal sets have equal bytes. */
    private final TreeMap<Integer, TreeMap<String, Group>> groups = new TreeMap<>();

    private static final class Group {
        private final LocalityLbEndpoints.Builder endpoints;
        private final String region;
        private final String zone;
        private int weight;

        Group(Instance instance) {
            region = instance.region();
            zone = instance.zone();
            endpoints = LocalityLbEndpoints.newBuilder()
                    .setLocality(Locality.newBuilder().setRegion(region).setZone(zone));
        }
    }

    /**
     * @param rule null where calls go to all alike
     * @param caller its labels, where it is among them; nothing for one that says nothing of it
     */
    LocalityWriter(@Nullable LocalityLb rule, Map<String, String> caller) {
        boolean isPlaced = caller.containsKey(Topology.REGION) || caller.containsKey(Topology.ZONE);
        boolean counts = rule != null
                && rule.isEnabled()
                && (isPlaced || !rule.failoverPriority().isEmpty());
        this.rule = counts ? rule : null;
        this.caller = caller;
        this.shares = this.rule == null ? null : this.rule.distribute(caller);
    }

    void add(Instance instance, LbEndpoint.Builder endpoint) {
        int priority = rule == null || !rule.distribute().isEmpty()
                ? 0
                : rule.priority(caller, Topology.with(instance.labels(), instance.region(), instance.zone()));
        Group group = groups.computeIfAbsent(priority, p -> new TreeMap<>())
                .computeIfAbsent(instance.region() + "/" + instance.zone(), zone -> new Group(instance));
        group.endpoints.addLbEndpoints(endpoint);
        group.weight += instance.weight();
    }

    List<LocalityLbEndpoints> localities() {
        List<LocalityLbEndpoints> all = new ArrayList<>();
        int priority = 0; // a number that nobody has would be a gap, which clients refuse
        for (Map<String, Group> alike : groups.values()) {
            Map<Place, Integer> weights = weights(alike);
            for (Group group : alike.values()) {
                int weight = shares == null ? group.weight : share(shares, group, weights);
                if (weight > 0) {
                    all.add(group.endpoints
                            .setPriority(priority)
                            .setLoadBalancingWeight(Wire.number(weight))
                            .build());
                }
            }
            priority++;
        }
        return all;
    }

    /** Of all localities together that share what one place gets. */
    private Map<Place, Integer> weights(Map<String, Group> alike) {
        Map<Place, Integer> weights = new HashMap<>();
        if (shares != null) {
            for (Group group : alike.values()) {
                Place place = place(shares, group);
                if (place != null) {
                    weights.merge(place, group.weight, Integer::sum);
                }
            }
        }
        return weights;
    }

    /** 0 for a locality that gets nothing. */
    private static int share(Distribute shares, Group group, Map<Place, Integer> weights) {
        Place place = place(shares, group);
        Integer percent = place == null ? null : shares.to().get(place);
        if (place == null || percent == null) {
            return 0;
        }
        return (int) Math.max(1, percent * PARTS * group.weight / weights.getOrDefault(place, 1));
    }

    private static @Nullable Place place(Distribute shares, Group group) {
        for (Place place : shares.to().keySet()) {
            if (place.takes(group.region, group.zone)) {
                return place;
            }
        }
        return null;
    }
}
