package dev.weft.control.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What stands in a store that replicas share, as far as it has been heard of. */
final class SharedView {
    private final Map<String, Map<Instance.Key, Told>> instances = new HashMap<>();
    private final Map<String, Map<Instance.Key, Overlay>> words = new HashMap<>();

    /** An instance, and the replica that keeps it. */
    record Told(Kept kept, String keeper) {}

    @Nullable
    Told instance(Instance.Key key) {
        return instances.getOrDefault(key.host(), Map.of()).get(key);
    }

    void instance(Instance.Key key, @Nullable Told now) {
        put(instances, key, now);
    }

    /** What an operator has said of an instance, which need not be there. */
    Overlay word(Instance.Key key) {
        return words.getOrDefault(key.host(), Map.of()).getOrDefault(key, Overlay.NONE);
    }

    void word(Instance.Key key, Overlay now) {
        put(words, key, now.equals(Overlay.NONE) ? null : now);
    }

    /** All instances of a host of which anything stands there. */
    Set<Instance.Key> keys(String host) {
        Set<Instance.Key> keys =
                new TreeSet<>(instances.getOrDefault(host, Map.of()).keySet());
        keys.addAll(words.getOrDefault(host, Map.of()).keySet());
        return keys;
    }

    private static <T> void put(Map<String, Map<Instance.Key, T>> into, Instance.Key key, @Nullable T value) {
        if (value != null) {
            into.computeIfAbsent(key.host(), host -> new HashMap<>()).put(key, value);
            return;
        }
        Map<Instance.Key, T> left = into.get(key.host());
        if (left != null) {
            left.remove(key);
            if (left.isEmpty()) {
                into.remove(key.host());
            }
        }
    }
}
