package dev.weft.engine.snapshot;

import java.util.List;

/** Header changes a rule asks for: removals first, then sets, then additions. */
public record HeaderEdits(List<String> remove, List<Entry> set, List<Entry> add) {
    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

    public HeaderEdits {
        remove = List.copyOf(remove);
        set = List.copyOf(set);
        add = List.copyOf(add);
    }

    public record Entry(String name, String value) {}
}
