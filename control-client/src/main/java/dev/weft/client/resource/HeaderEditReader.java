package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HeaderEdits.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code request_headers_to_add} and {@code request_headers_to_remove}. */
final class HeaderEditReader {
    private HeaderEditReader() {}

    /** Edits of one level; {@link #then} adds those of the level around it, which come later (Envoy's order). */
    record Edits(List<String> remove, List<Entry> set, List<Entry> add) {
        Edits then(Edits outer) {
            return new Edits(join(remove, outer.remove), join(set, outer.set), join(add, outer.add));
        }

        HeaderEdits toHeaderEdits() {
            return remove.isEmpty() && set.isEmpty() && add.isEmpty()
                    ? HeaderEdits.NONE
                    : new HeaderEdits(remove, set, add);
        }

        private static <T> List<T> join(List<T> first, List<T> second) {
            if (first.isEmpty() || second.isEmpty()) {
                return first.isEmpty() ? second : first;
            }
            var all = new ArrayList<>(first);
            all.addAll(second);
            return all;
        }
    }

    static Edits read(Message owner, int addField, int removeField, String where, Findings findings) {
        List<String> remove = new ArrayList<>();
        for (String name : owner.strings(removeField)) {
            if (editable(name, where, findings)) {
                remove.add(name.toLowerCase(Locale.ROOT));
            }
        }
        List<Entry> set = new ArrayList<>();
        List<Entry> add = new ArrayList<>();
        for (Message option : owner.messages(addField)) {
            var header = option.message(1);
            String name = header.string(1).toLowerCase(Locale.ROOT);
            String value = header.has(3) ? new String(header.bytes(3), StandardCharsets.UTF_8) : header.string(2);
            if (!editable(name, where, findings)) {
                continue;
            }
            if (value.indexOf('%') >= 0) {
                findings.unsupported("HeaderValue.value with a command operator (" + name + ")");
                continue;
            }
            boolean append = !option.has(2) || option.message(2).flag(1);
            switch ((int) option.number(3)) {
                case 0 -> (append ? add : set).add(new Entry(name, value));
                case 2 -> set.add(new Entry(name, value));
                default -> findings.unsupported("HeaderValueOption.append_action " + option.number(3));
            }
        }
        return new Edits(remove, set, add);
    }

    private static boolean editable(String name, String where, Findings findings) {
        if (name.isEmpty() || name.startsWith(":") || name.equalsIgnoreCase("host")) {
            findings.refuse(where + ".request_headers", "'" + name + "' can't be edited");
            return false;
        }
        return true;
    }
}
