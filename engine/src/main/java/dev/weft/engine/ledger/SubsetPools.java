package dev.weft.engine.ledger;

import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Subsets;
import dev.weft.engine.snapshot.Subsets.Fallback;
import dev.weft.engine.snapshot.Subsets.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The subsets of a cluster (Envoy: {@code lb_subset_config}): for each selector, the endpoints that have
 * all of its labels, divided by their values. A call's labels must be exactly those of a selector.
 */
final class SubsetPools {
    private final Subsets config;
    private final Pool whole;
    private final Pool fallback;
    private final Map<Map<String, String>, Pool> byLabels = new HashMap<>();
    private final Map<Set<String>, Selector> byKeys = new HashMap<>();

    SubsetPools(
            Subsets config,
            Cluster cluster,
            ClusterStats stats,
            List<LiveEndpoint> all,
            Pool whole,
            @Nullable Callers callers) {
        this.config = config;
        this.whole = whole;
        this.fallback = new Pool(cluster, stats, having(config.defaultSubset(), all), callers);
        for (Selector selector : config.selectors()) {
            byKeys.putIfAbsent(selector.keys(), selector);
            Map<Map<String, String>, List<LiveEndpoint>> divided = new HashMap<>();
            for (LiveEndpoint endpoint : all) {
                Map<String, String> labels = new TreeMap<>(endpoint.config().labels());
                labels.keySet().retainAll(selector.keys());
                if (labels.size() == selector.keys().size()) {
                    divided.computeIfAbsent(Map.copyOf(labels), any -> new ArrayList<>())
                            .add(endpoint);
                }
            }
            divided.forEach((labels, members) -> byLabels.put(labels, new Pool(cluster, stats, members, callers)));
        }
    }

    private static List<LiveEndpoint> having(Map<String, String> labels, List<LiveEndpoint> all) {
        List<LiveEndpoint> some = new ArrayList<>();
        for (LiveEndpoint endpoint : all) {
            if (endpoint.config().labels().entrySet().containsAll(labels.entrySet())) {
                some.add(endpoint);
            }
        }
        return some;
    }

    /** Where a call with these labels goes; null when it has nowhere to go. */
    @Nullable
    Pool of(Map<String, String> labels) {
        Pool chosen = labels.isEmpty() ? null : byLabels.get(labels);
        if (chosen != null) {
            return chosen;
        }
        Selector selector = labels.isEmpty() ? null : byKeys.get(labels.keySet());
        Fallback instead = selector == null || selector.fallback() == null ? config.fallback() : selector.fallback();
        return switch (instead) {
            case NO_FALLBACK -> null;
            case ANY_ENDPOINT -> whole;
            case DEFAULT_SUBSET -> fallback;
        };
    }
}
