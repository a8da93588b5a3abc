package dev.weft.it;

import static dev.weft.vectors.VectorFiles.map;

import dev.weft.it.WirePeers.Manner;
import dev.weft.vectors.Vector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A case as it is played over sockets: calls, and of each what every endpoint does, which requests must come, and what
 * the application must get.
 */
final class WireCase {
    private static final Set<String> FAILURES =
            Set.of("cold", "no_route", "no_endpoint", "overflow", "timeout", "tls_required", "reset");
    private static final Map<String, Object> PASS = Map.of("pass", true);
    private static final Map<String, Object> REFUSED = Map.of("refused", true);

    /** A request that must come; null and empty for what doesn't matter. */
    record Expected(
            @Nullable String address,
            @Nullable String cluster,
            @Nullable String path,
            @Nullable Map<String, Object> headers) {}

    /** A call, or other resources where there is none. */
    static final class Part {
        final Subject.@Nullable Asked asked;
        final Map<String, Object> publish;
        final List<Expected> expected = new ArrayList<>();
        final List<Manner> manners = new ArrayList<>();
        /**
         * Fields as in the case: {@code deliver}, {@code reply} with more, {@code pass}, or {@code refused}; empty for
         * anything.
         */
        Map<String, Object> outcome = Map.of();

        private Part(Subject.@Nullable Asked asked, Map<String, Object> publish) {
            this.asked = asked;
            this.publish = publish;
        }
    }

    private final List<Part> parts = new ArrayList<>();

    private WireCase() {}

    /** @throws IllegalArgumentException when it has something that can't be seen or done over sockets */
    static WireCase of(Vector vector) {
        if (!vector.refused().isEmpty()) {
            throw new IllegalArgumentException("resources are refused");
        }
        WireCase made = new WireCase();
        vector.goes().forEach((line, where) -> made.goes(line, String.valueOf(where)));
        vector.steps().forEach(made::step);
        return made;
    }

    List<Part> parts() {
        return parts;
    }

    private Part part() {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("nothing was called");
        }
        return parts.get(parts.size() - 1);
    }

    private void goes(String line, String where) {
        Part part = new Part(asked(line, Map.of()), Map.of());
        parts.add(part);
        String[] words = where.split(" ", 2);
        if (where.equals("pass")) {
            part.outcome = PASS;
        } else if (where.equals("ask")) {
            throw new IllegalArgumentException("a name is asked for");
        } else if (words[0].matches("[0-9]{3}")) {
            part.outcome = local(words[0], words.length > 1 ? words[1] : "");
        } else {
            part.expected.add(new Expected(null, words[0], words.length > 1 ? words[1] : null, null));
        }
    }

    private static Map<String, Object> local(String status, String more) {
        if (FAILURES.contains(more)) {
            return REFUSED;
        }
        return status.startsWith("3")
                ? Map.of("reply", status, "headers", Map.of("location", more))
                : Map.of("reply", status, "body", more);
    }

    private void step(Map<String, Object> step) {
        Map<String, Object> more = new HashMap<>(step);
        String word = step.keySet().iterator().next();
        Object value = more.remove(word);
        switch (word) {
            case "call" -> {
                parts.add(new Part(asked(String.valueOf(value), more), Map.of()));
                List.of("headers", "replayable", "as").forEach(more::remove);
            }
            case "publish" -> parts.add(new Part(null, map(value)));
            case "send" -> {
                String address = value == null || value.equals("any") ? null : String.valueOf(value);
                Object headers = more.remove("headers");
                part().expected
                        .add(new Expected(
                                address,
                                text(more, "cluster"),
                                text(more, "path"),
                                headers == null ? null : map(headers)));
            }
            case "answer" -> {
                Map<String, String> headers = new TreeMap<>();
                map(more.remove("headers")).forEach((name, text) -> headers.put(name, String.valueOf(text)));
                manner(new Manner(Integer.parseInt(String.valueOf(value)), headers));
            }
            case "end" -> {
                if (!value.equals("reset")) {
                    throw new IllegalArgumentException("an attempt ends with " + value);
                }
                manner(new Manner(0, Map.of()));
            }
            case "deliver" -> part().outcome = Map.of("deliver", value);
            case "reply" -> {
                part().outcome = FAILURES.contains(String.valueOf(more.get("kind"))) ? REFUSED : step;
                more.clear();
            }
            case "pass" -> part().outcome = PASS;
            default -> throw new IllegalArgumentException("'" + word + "' can't be played over sockets");
        }
        if (!more.isEmpty()) {
            throw new IllegalArgumentException(more.keySet() + " of '" + word + "' can't be played over sockets");
        }
    }

    /** What the last request meets. */
    private void manner(Manner manner) {
        Part part = part();
        if (part.manners.size() != part.expected.size() - 1) {
            throw new IllegalArgumentException("two attempts are open at once");
        }
        part.manners.add(manner);
    }

    private static @Nullable String text(Map<String, Object> more, String key) {
        Object value = more.remove(key);
        return value == null ? null : String.valueOf(value);
    }

    private static Subject.Asked asked(String line, Map<String, Object> options) {
        String[] words = line.strip().split(" +");
        if (words[0].equals("CONNECTION")) {
            throw new IllegalArgumentException("a connection as such is no call of a client");
        }
        Map<String, String> headers = new TreeMap<>();
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            headers.put(words[i].substring(0, equals).toLowerCase(Locale.ROOT), words[i].substring(equals + 1));
        }
        map(options.get("headers")).forEach((name, value) -> headers.put(name, String.valueOf(value)));
        boolean once = Boolean.FALSE.equals(options.get("replayable"));
        boolean empty = words[0].equals("GET") || words[0].equals("HEAD") || words[0].equals("DELETE");
        return new Subject.Asked(words[0], words[1], once ? "once" : empty ? "none" : "text", headers);
    }
}
