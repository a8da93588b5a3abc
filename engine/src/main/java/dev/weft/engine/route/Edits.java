package dev.weft.engine.route;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.snapshot.HeaderEdits;
import java.util.List;

/** Makes the header changes that rules ask for, on requests and on answers. */
public final class Edits {
    private Edits() {}

    /** From the most specific level to the least, as in Envoy. */
    public static void apply(HeaderEdits first, HeaderWriter writer) {
        for (HeaderEdits edits = first; edits != null && edits != HeaderEdits.NONE; edits = edits.then()) {
            level(edits, writer);
        }
    }

    private static void level(HeaderEdits edits, HeaderWriter writer) {
        List<String> remove = edits.remove();
        for (int i = 0; i < remove.size(); i++) {
            writer.remove(remove.get(i));
        }
        List<HeaderEdits.Entry> set = edits.set();
        for (int i = 0; i < set.size(); i++) {
            writer.set(set.get(i).name(), set.get(i).value());
        }
        List<HeaderEdits.Entry> add = edits.add();
        for (int i = 0; i < add.size(); i++) {
            writer.add(add.get(i).name(), add.get(i).value());
        }
    }
}
