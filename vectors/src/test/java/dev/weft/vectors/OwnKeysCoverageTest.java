package dev.weft.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.client.warm.Standalone;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The mutation check of our own words, which stand in metadata, so that to the check of fields they are one. Which
 * keys there are the readers say themselves: they name them when they meet one that they don't know.
 */
@Tag("mutation")
@TestInstance(Lifecycle.PER_CLASS)
class OwnKeysCoverageTest {
    private static final String OURS = "weft";
    private static final String STRANGE = "no_such_key";
    private static final Pattern KNOWN = Pattern.compile("\\." + STRANGE + ": is unknown; known are ([a-z_, ]+)");

    /** Keys that stand in a case, as a path, with the cases, cheap ones first. */
    private final Map<String, List<Vector>> having = new TreeMap<>();

    /** Objects of which keys are read. */
    private final Set<String> objects = new TreeSet<>();

    OwnKeysCoverageTest() {
        List<Vector> vectors = new ArrayList<>(VectorFiles.all(Path.of("cases")));
        vectors.sort(Comparator.comparingInt(vector -> vector.steps().toString().length()));
        for (Vector vector : vectors) {
            Set<String> keys = new TreeSet<>();
            for (List<Message> config : configs(vector)) {
                Surgery.loosen(config)
                        .forEach(resource -> Surgery.visit(resource, message -> {
                            if (message.getDescriptorForType().equals(Metadata.getDescriptor())) {
                                keys("", own(message), keys);
                            }
                        }));
            }
            keys.forEach(
                    key -> having.computeIfAbsent(key, any -> new ArrayList<>()).add(vector));
        }
    }

    private static List<List<Message>> configs(Vector vector) {
        List<List<Message>> all = new ArrayList<>(List.of(Config.messages(vector.config())));
        for (Map<String, Object> step : vector.steps()) {
            if (step.containsKey("publish")) {
                Map<String, Object> changed = new LinkedHashMap<>(vector.config());
                changed.putAll(VectorFiles.map(step.get("publish")));
                all.add(Config.messages(changed));
            }
        }
        return all;
    }

    private void keys(String before, Struct struct, Set<String> into) {
        struct.getFieldsMap().forEach((key, value) -> {
            into.add(before + key);
            if (value.hasStructValue()) {
                objects.add(before + key);
                keys(before + key + ".", value.getStructValue(), into);
            }
        });
    }

    @Test
    void everyKeyThatIsReadStandsInACase() {
        Set<String> missing = new TreeSet<>();
        Set<String> read = new TreeSet<>();
        for (String object : objects) {
            for (Vector vector : having.getOrDefault(object, List.of())) {
                Standalone strange =
                        Config.read(changed(Config.messages(vector.config()), struct -> with(struct, object)));
                for (String why : strange.refused()) {
                    Matcher known = KNOWN.matcher(why);
                    if (known.find()) {
                        List.of(known.group(1).split(", ")).forEach(key -> read.add(object + "." + key));
                    }
                }
            }
        }
        missing.addAll(read);
        missing.removeAll(having.keySet());

        assertFalse(read.size() < 15, () -> "only " + read + " are said to be read");
        assertEquals(new TreeSet<>(), missing, "read, and in no case");
    }

    @Test
    void everyKeyThatStandsInACaseDecidesOne() {
        var survivors = new TreeSet<String>();
        having.forEach((key, vectors) -> {
            if (vectors.stream().noneMatch(vector -> misses(vector, key))) {
                survivors.add(key);
            }
        });

        assertEquals(new TreeSet<>(), survivors, "taken out of all cases without a difference");
    }

    private static boolean misses(Vector vector, String key) {
        try {
            Play.of(vector, messages -> changed(messages, struct -> without(struct, key)));
            return false;
        } catch (Mismatch e) {
            return true;
        }
    }

    private static Struct without(Struct struct, String path) {
        int dot = path.indexOf('.');
        String key = dot < 0 ? path : path.substring(0, dot);
        if (dot < 0) {
            return struct.toBuilder().removeFields(key).build();
        }
        Value inner = struct.getFieldsOrDefault(key, Value.getDefaultInstance());
        return inner.hasStructValue()
                ? put(struct, key, without(inner.getStructValue(), path.substring(dot + 1)))
                : struct;
    }

    /** With a key that nobody knows in this object. */
    private static Struct with(Struct struct, String object) {
        int dot = object.indexOf('.');
        String key = dot < 0 ? object : object.substring(0, dot);
        Value inner = struct.getFieldsOrDefault(key, Value.getDefaultInstance());
        if (!inner.hasStructValue()) {
            return struct;
        }
        Struct deeper = dot < 0
                ? inner.getStructValue().toBuilder()
                        .putFields(STRANGE, Value.newBuilder().setNumberValue(1).build())
                        .build()
                : with(inner.getStructValue(), object.substring(dot + 1));
        return put(struct, key, deeper);
    }

    private static Struct put(Struct struct, String key, Struct value) {
        return struct.toBuilder()
                .putFields(key, Value.newBuilder().setStructValue(value).build())
                .build();
    }

    private static List<Message> changed(List<Message> messages, UnaryOperator<Struct> change) {
        List<Message> changed = new ArrayList<>();
        for (DynamicMessage message : Surgery.loosen(messages)) {
            changed.add(Surgery.change(message, Metadata.getDescriptor(), metadata -> {
                Metadata typed = typed(metadata.build());
                if (typed.containsFilterMetadata(OURS)) {
                    Struct own = change.apply(typed.getFilterMetadataOrThrow(OURS));
                    Metadata other =
                            typed.toBuilder().putFilterMetadata(OURS, own).build();
                    metadata.clear().mergeFrom(other);
                }
            }));
        }
        return changed;
    }

    private static Struct own(Message metadata) {
        return typed(metadata).getFilterMetadataOrDefault(OURS, Struct.getDefaultInstance());
    }

    private static Metadata typed(Message metadata) {
        try {
            return Metadata.parseFrom(metadata.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
