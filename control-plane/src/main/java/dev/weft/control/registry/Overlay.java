package dev.weft.control.registry;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has said about an instance, beside what it says of itself. It stays when the
 * instance registers again, and goes with it.
 *
 * @param state the stricter of this and the instance's own counts; null for no word
 * @param weight instead of its own; null for no word
 * @param labels beside its own, and instead of those of the same name
 */
public record Overlay(@Nullable State state, @Nullable Integer weight, Map<String, String> labels) {
    public static final Overlay NONE = new Overlay(null, null, Map.of());

    public Overlay {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    Instance over(Instance own) {
        if (equals(NONE)) {
            return own;
        }
        Map<String, String> all = new HashMap<>(own.labels());
        all.putAll(labels);
        return own.with(
                state == null ? own.state() : own.state().orStricter(state),
                weight == null ? own.weight() : weight,
                all);
    }
}
