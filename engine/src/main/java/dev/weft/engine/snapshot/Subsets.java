package dev.weft.engine.snapshot;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a cluster that a call can choose by labels (Envoy: {@code lb_subset_config}).
 *
 * @param fallback for calls that choose nothing, or what does not exist
 * @param defaultSubset labels of {@link Fallback#DEFAULT_SUBSET}
 * @param selectors by which sets of labels the endpoints are divided
 */
public record Subsets(Fallback fallback, Map<String, String> defaultSubset, List<Selector> selectors) {
    public Subsets {
        defaultSubset = Map.copyOf(defaultSubset);
        selectors = List.copyOf(selectors);
    }

    /** What becomes of a call whose subset has no endpoint. */
    public enum Fallback {
        NO_FALLBACK,
        ANY_ENDPOINT,
        DEFAULT_SUBSET
    }

    /**
     * @param fallback null for the cluster's
     */
    public record Selector(Set<String> keys, @Nullable Fallback fallback) {
        public Selector {
            keys = Set.copyOf(keys);
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("subset_selectors.keys is empty");
            }
        }
    }
}
