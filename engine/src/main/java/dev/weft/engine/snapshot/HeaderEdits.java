package dev.weft.engine.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header changes a rule asks for: removals first, then sets, then additions.
 *
 * @param then those of the level around this one, which come after all of these (Envoy: a weighted
 *     cluster's, its route's, the virtual host's, the route table's); null for none
 */
public record HeaderEdits(
        List<String> remove,
        List<Entry> set,
        List<Entry> add,
        @Nullable HeaderEdits then) {
    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

    public HeaderEdits {
        remove = List.copyOf(remove);
        set = List.copyOf(set);
        add = List.copyOf(add);
    }

    public HeaderEdits(List<String> remove, List<Entry> set, List<Entry> add) {
        this(remove, set, add, null);
    }

    /** One header more. */
    public static HeaderEdits adding(String name, String value) {
        return new HeaderEdits(List.of(), List.of(), List.of(new Entry(name, value)));
    }

    /** These, and then those of the level around. */
    public HeaderEdits then(HeaderEdits outer) {
        if (outer == NONE) {
            return this;
        }
        return this == NONE ? outer : new HeaderEdits(remove, set, add, then == null ? outer : then.then(outer));
    }

    public record Entry(String name, String value) {
        public Entry {
            Bounds.named("header.key", name);
        }
    }
}
