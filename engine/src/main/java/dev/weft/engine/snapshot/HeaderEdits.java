package dev.weft.engine.snapshot;

import dev.weft.engine.call.HeaderWriter;
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

    /** Applies the edits to a request. */
    public void apply(HeaderWriter writer) {
        if (this == NONE) {
            return;
        }
        for (int i = 0; i < remove.size(); i++) {
            writer.remove(remove.get(i));
        }
        for (int i = 0; i < set.size(); i++) {
            writer.set(set.get(i).name(), set.get(i).value());
        }
        for (int i = 0; i < add.size(); i++) {
            writer.add(add.get(i).name(), add.get(i).value());
        }
    }
}
