package dev.weft.control.rule;

import dev.weft.protocol.words.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One YAML mapping, read field by field. Whoever reads it asks for the fields that it knows, then
 * calls {@link #end}, which refuses what nobody asked for. A field that is null counts as absent.
 */
final class Fields {
    private final Document document;
    private final String path;
    private final Node node;
    private final Map<String, NodeTuple> tuples = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    Fields(Document document, String path, MappingNode node) {
        this.document = document;
        this.path = path;
        this.node = node;
        for (NodeTuple tuple : node.getValue()) {
            document.spend();
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                document.wrong(tuple.getKeyNode(), path, "a field's name must be text");
            } else if (tuples.put(key.getValue(), tuple) != null) {
                document.wrong(key, child(key.getValue()), "stands here twice");
            }
        }
    }

    Origin origin() {
        return document.origin(node);
    }

    boolean has(String name) {
        known.add(name);
        return value(name) != null;
    }

    /** Says that a field is wrong, at the place of its value. */
    void wrong(String name, String reason) {
        NodeTuple tuple = tuples.get(name);
        document.wrong(tuple == null ? node : tuple.getValueNode(), child(name), reason);
    }

    /** Says that this mapping as a whole is wrong. */
    void wrong(String reason) {
        document.wrong(node, path, reason);
    }

    /** Fields that Istio knows and this version can't do: refused by name, never ignored. */
    void notYet(String... names) {
        for (String name : names) {
            known.add(name);
            NodeTuple tuple = tuples.get(name);
            if (tuple != null) {
                document.wrong(tuple.getKeyNode(), child(name), "is known to Istio but not supported yet");
            }
        }
    }

    /** Fields that Istio knows and that change nothing here: each is warned of by name, with the reason. */
    void noEffect(String reason, String... names) {
        for (String name : names) {
            known.add(name);
            NodeTuple tuple = tuples.get(name);
            if (tuple != null) {
                document.warn(tuple.getKeyNode(), child(name), "has no effect: " + reason);
            }
        }
    }

    /** Fields that change nothing here, whatever stands in them. */
    void ignore(String... names) {
        known.addAll(List.of(names));
    }

    /** Refuses every field that nobody has asked for. */
    void end() {
        tuples.forEach((name, tuple) -> {
            if (!known.contains(name)) {
                String nearest = Nearest.to(name, known);
                document.wrong(
                        tuple.getKeyNode(),
                        child(name),
                        "is unknown" + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
            }
        });
    }

    @Nullable
    String text(String name) {
        known.add(name);
        Node value = value(name);
        return value == null ? null : document.text(value, child(name));
    }

    String text(String name, String absent) {
        String text = text(name);
        return text == null ? absent : text;
    }

    /** Empty, and an error, when the field is absent or empty. */
    String required(String name) {
        Node value = value(name);
        if (value == null) {
            known.add(name);
            document.wrong(node, child(name), "is missing");
            return "";
        }
        String text = text(name);
        if (text != null && text.isEmpty()) {
            wrong(name, "must not be empty");
        }
        return text == null ? "" : text;
    }

    @Nullable
    Integer integer(String name, int min, int max) {
        known.add(name);
        Node value = value(name);
        return value == null ? null : integer(value, child(name), min, max);
    }

    private @Nullable Integer integer(Node value, String at, int min, int max) {
        if (value instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.INT)
                && scalar.getValue().matches("-?[0-9]{1,18}")) {
            long number = Long.parseLong(scalar.getValue());
            if (number >= min && number <= max) {
                return (int) number;
            }
        }
        document.wrong(value, at, "must be a whole number from " + min + " to " + max + ", is " + show(value));
        return null;
    }

    List<Integer> integers(String name, int min, int max) {
        List<Integer> integers = new ArrayList<>();
        forEach(name, (value, itemPath) -> {
            Integer integer = integer(value, itemPath, min, max);
            if (integer != null) {
                integers.add(integer);
            }
        });
        return integers;
    }

    @Nullable
    Double number(String name, int min, int max) {
        known.add(name);
        Node value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ScalarNode scalar && scalar.getValue().matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            double number = Double.parseDouble(scalar.getValue());
            if (number >= min && number <= max && !scalar.getTag().equals(Tag.STR)) {
                return number;
            }
        }
        document.wrong(value, child(name), "must be a number from " + min + " to " + max + ", is " + show(value));
        return null;
    }

    @Nullable
    Boolean bool(String name) {
        known.add(name);
        Node value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return List.of("true", "yes", "on").contains(scalar.getValue().toLowerCase(Locale.ROOT));
        }
        document.wrong(value, child(name), "must be true or false, is " + show(value));
        return null;
    }

    @Nullable
    Duration duration(String name, Duration min) {
        known.add(name);
        Node value = value(name);
        if (value == null) {
            return null;
        }
        Duration duration = value instanceof ScalarNode scalar ? Durations.parse(scalar.getValue()) : null;
        if (duration == null || duration.compareTo(min) < 0) {
            document.wrong(
                    value,
                    child(name),
                    "must be a duration such as 1.5s, 100ms or 1h"
                            + (min.isZero() ? "" : ", " + min.toMillis() + "ms at least")
                            + ", is " + show(value));
            return null;
        }
        return duration;
    }

    /** One of these words. */
    @Nullable
    String word(String name, Collection<String> words, Collection<String> notYet) {
        String text = text(name);
        if (text == null || words.contains(text)) {
            return text;
        }
        if (notYet.contains(text)) {
            wrong(name, text + " is known to Istio but not supported yet");
            return null;
        }
        String nearest = Nearest.to(text, words);
        wrong(
                name,
                "must be one of " + String.join(", ", words) + ", is '" + text + "'"
                        + (nearest == null ? "" : "; did you mean " + nearest + "?"));
        return null;
    }

    @Nullable
    Fields object(String name) {
        known.add(name);
        Node value = value(name);
        return value == null ? null : document.object(value, child(name));
    }

    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        forEach(name, (value, itemPath) -> {
            Fields object = document.object(value, itemPath);
            if (object != null) {
                objects.add(object);
            }
        });
        return objects;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        forEach(name, (value, itemPath) -> {
            String text = document.text(value, itemPath);
            if (text != null) {
                texts.add(text);
            }
        });
        return texts;
    }

    boolean isEmptyList(String name) {
        return value(name) instanceof SequenceNode sequence
                && sequence.getValue().isEmpty();
    }

    /** A mapping whose field names are free. */
    Map<String, String> textMap(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        Fields object = object(name);
        if (object != null) {
            object.names().forEach(key -> {
                String text = object.text(key);
                if (text != null) {
                    map.put(key, text);
                }
            });
        }
        return map;
    }

    Collection<String> names() {
        return tuples.keySet();
    }

    private interface Item {
        void read(Node value, String itemPath);
    }

    private void forEach(String name, Item item) {
        known.add(name);
        Node value = value(name);
        if (value == null) {
            return;
        }
        if (!(value instanceof SequenceNode sequence)) {
            document.wrong(value, child(name), "must be a list, is " + show(value));
            return;
        }
        int index = 0;
        for (Node element : sequence.getValue()) {
            document.spend();
            item.read(element, child(name) + "[" + index++ + "]");
        }
    }

    private @Nullable Node value(String name) {
        NodeTuple tuple = tuples.get(name);
        Node value = tuple == null ? null : tuple.getValueNode();
        return value == null || value.getTag().equals(Tag.NULL) ? null : value;
    }

    private String child(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String show(Node node) {
        if (node instanceof ScalarNode scalar) {
            String text = scalar.getValue();
            return "'" + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + "'";
        }
        return node instanceof SequenceNode ? "a list" : "a mapping";
    }
}
