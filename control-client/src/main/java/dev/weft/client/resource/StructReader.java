package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code google.protobuf.Struct} read member by member; what is wrong or unknown in it is refused by name. */
final class StructReader {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(?:\\.([0-9]{1,9}))?(ms|s|m|h)");

    private final String where;
    private final Findings findings;
    private final Map<String, Message> members = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    /** Those that are looked for, be they there or not. */
    private final Set<String> known = new TreeSet<>();

    private StructReader(Message struct, String where, Findings findings) {
        this.where = where;
        this.findings = findings;
        for (Message field : struct.messages(1)) {
            members.put(field.string(1), field.message(2));
        }
    }

    /** {@code filter_metadata[namespace]}; empty where there is none. */
    static StructReader of(Message metadata, String namespace, String where, Findings findings) {
        for (Message entry : metadata.messages(1)) {
            if (entry.string(1).equals(namespace)) {
                return new StructReader(entry.message(2), where, findings);
            }
        }
        return new StructReader(Message.EMPTY, where, findings);
    }

    boolean has(String name) {
        known.add(name);
        return members.containsKey(name);
    }

    StructReader object(String name) {
        var value = value(name);
        if (!value.has(5)) {
            findings.refuse(where + "." + name, "is not an object");
        }
        return new StructReader(value.message(5), where + "." + name, findings);
    }

    int integer(String name, int absent) {
        if (!has(name)) {
            return absent;
        }
        var value = value(name);
        double number = value.real(2);
        if (!value.has(2) || number != Math.rint(number) || number < 0 || number > Integer.MAX_VALUE) {
            findings.refuse(where + "." + name, "is not a whole number");
            return absent;
        }
        return (int) number;
    }

    /** Empty where it is absent. */
    String text(String name) {
        var value = value(name);
        if (has(name) && !value.has(3)) {
            findings.refuse(where + "." + name, "is not text");
        }
        return value.string(3);
    }

    /** Every member, each of which is text; in the order of their names. */
    Map<String, String> texts() {
        Map<String, String> all = new TreeMap<>();
        members.keySet().forEach(name -> all.put(name, text(name)));
        return all;
    }

    /** A time in text, such as {@code 1.5s} or {@code 200ms}. */
    long nanos(String name, long absent) {
        if (!has(name)) {
            return absent;
        }
        Matcher text = DURATION.matcher(value(name).string(3));
        if (!text.matches()) {
            findings.refuse(where + "." + name, "is not a duration such as 1.5s or 200ms");
            return absent;
        }
        long unit = switch (text.group(3)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
        double part = text.group(2) == null ? 0 : Double.parseDouble("0." + text.group(2));
        return times(Long.parseLong(text.group(1)), unit) + (long) (part * unit);
    }

    /** Some hundred years are as good as for ever. */
    private static long times(long count, long unit) {
        return Math.min(count, Long.MAX_VALUE / 2 / unit) * unit;
    }

    private Message value(String name) {
        known.add(name);
        read.add(name);
        return members.getOrDefault(name, Message.EMPTY);
    }

    /** Refuses what nobody asked for. */
    void end() {
        for (String name : members.keySet()) {
            if (!read.contains(name)) {
                findings.refuse(where + "." + name, "is unknown; known are " + String.join(", ", known));
            }
        }
    }
}
