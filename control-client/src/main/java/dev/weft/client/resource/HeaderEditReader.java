package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HeaderEdits.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code request_headers_to_add} and {@code request_headers_to_remove}, the same of answers, and what those made here carry. */
final class HeaderEditReader {
    private HeaderEditReader() {}

    /** The edits of one level. */
    static HeaderEdits read(Message owner, int addField, int removeField, String where, Findings findings) {
        List<String> remove = new ArrayList<>();
        for (String name : owner.strings(removeField)) {
            if (editable(name, where, findings)) {
                remove.add(name.toLowerCase(Locale.ROOT));
            }
        }
        List<Entry> set = new ArrayList<>();
        List<Entry> add = new ArrayList<>();
        options(owner, addField, where, findings, set, add);
        return remove.isEmpty() && set.isEmpty() && add.isEmpty()
                ? HeaderEdits.NONE
                : new HeaderEdits(remove, set, add);
    }

    /** What edits add to an answer that is made here, and has no headers yet. */
    static List<Entry> added(HeaderEdits edits) {
        List<Entry> headers = new ArrayList<>();
        for (HeaderEdits level = edits; level != null; level = level.then()) {
            headers.addAll(level.set());
            headers.addAll(level.add());
        }
        return headers;
    }

    /** The headers that a filter adds to an answer that it makes. */
    static List<Entry> answer(Message owner, int addField, String where, Findings findings) {
        List<Entry> headers = new ArrayList<>();
        options(owner, addField, where, findings, headers, headers);
        return headers;
    }

    private static void options(
            Message owner, int addField, String where, Findings findings, List<Entry> set, List<Entry> add) {
        for (Message option : owner.messages(addField)) {
            var header = option.message(1);
            String name = header.string(1).toLowerCase(Locale.ROOT);
            String value = header.has(3) ? new String(header.bytes(3), StandardCharsets.UTF_8) : header.string(2);
            if (!editable(name, where, findings)) {
                continue;
            }
            if (!sendable(value)) {
                findings.refuse(where + ".headers", "the value of '" + name + "' holds control characters");
                continue;
            }
            // A percent sign that stands for itself is written twice.
            String plain = value.replace("%%", "");
            if (plain.indexOf('%') >= 0) {
                findings.unsupported("HeaderValue.value with a command operator (" + name + ")");
                continue;
            }
            var entry = new Entry(name, value.replace("%%", "%"));
            boolean append = !option.has(2) || option.message(2).flag(1);
            switch ((int) option.number(3)) {
                case 0 -> (append ? add : set).add(entry);
                case 2 -> set.add(entry);
                default -> findings.unsupported("HeaderValueOption.append_action " + option.number(3));
            }
        }
    }

    /** RFC 9110, 5.5: anything else would be another line, or make a library throw. */
    private static boolean sendable(String value) {
        return value.chars().noneMatch(c -> c < ' ' && c != '\t' || c == 0x7F);
    }

    private static boolean editable(String name, String where, Findings findings) {
        if (name.isEmpty() || name.startsWith(":") || name.equalsIgnoreCase("host")) {
            findings.refuse(where + ".headers", "'" + name + "' can't be edited");
            return false;
        }
        return true;
    }
}
