package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a reader finds out about one resource on its way: all errors, not only the first. */
final class Findings {
    private static final int MOST = 20;
    /** Characters; what it says may quote what came. */
    private static final int LONGEST = 4096;

    private final List<String> errors = new ArrayList<>();
    private final Set<String> unsupported = new LinkedHashSet<>();
    private int lacking;

    void refuse(String where, String why) {
        if (errors.size() < MOST) {
            errors.add(cut(where + ": " + why));
        }
    }

    /** Something that isn't here, and may come. */
    void lacks(String where, String why) {
        refuse(where, why);
        lacking++;
    }

    /** Whether all that speaks against it may change by itself. */
    boolean waits() {
        return lacking > 0 && lacking == errors.size();
    }

    /** Understood, but not done: reported by name, and the rest goes live. */
    void unsupported(String field) {
        if (unsupported.size() < MOST) {
            unsupported.add(cut(field));
        }
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    }

    /** Call when a message has been read: what it set and nobody asked for is unsupported. */
    void unread(Message message, String type) {
        for (int field : message.unread()) {
            unsupported(type + "." + FieldNames.of(type, field));
        }
    }

    List<String> errors() {
        return errors;
    }

    Set<String> unsupported() {
        return unsupported;
    }
}
