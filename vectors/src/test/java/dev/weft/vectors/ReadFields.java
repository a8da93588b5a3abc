package dev.weft.vectors;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.weft.client.warm.Standalone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which fields the readers look at, found out by asking them: a field that is there with a type it can't
 * have on the wire makes whoever reads it complain, and nobody else. One of which only the presence is
 * looked at changes what comes out. The readers are given messages of the cases, each field of which is
 * tried in each surrounding in which the message occurs, once with all of its siblings, once without each
 * of them and once alone, because members of a choice are not looked at beside another.
 */
final class ReadFields {
    /** Surroundings of a message that are tried at the most. */
    private static final int MOST = 16;

    private final Map<Descriptor, List<List<DynamicMessage>>> surroundings = new LinkedHashMap<>();

    ReadFields(List<List<DynamicMessage>> configs) {
        Map<Descriptor, Set<Set<Integer>>> shapes = new HashMap<>();
        for (List<DynamicMessage> config : configs) {
            Map<Descriptor, Set<Integer>> here = new LinkedHashMap<>();
            config.forEach(resource -> Surgery.visit(resource, message -> {
                var set = here.computeIfAbsent(message.getDescriptorForType(), type -> new TreeSet<>());
                message.getAllFields().keySet().forEach(field -> set.add(field.getNumber()));
            }));
            here.forEach((type, shape) -> {
                var known = surroundings.computeIfAbsent(type, any -> new ArrayList<>());
                if (known.size() < MOST
                        && shapes.computeIfAbsent(type, any -> new LinkedHashSet<>())
                                .add(shape)) {
                    known.add(config);
                }
            });
        }
    }

    /** Every field that is read, by {@code message.field}. */
    Map<String, FieldDescriptor> all() {
        Map<String, FieldDescriptor> all = new TreeMap<>();
        surroundings.forEach((type, configs) -> {
            for (FieldDescriptor field : type.getFields()) {
                if (configs.stream().anyMatch(config -> isRead(config, field))) {
                    all.put(field.getFullName(), field);
                }
            }
        });
        return all;
    }

    private static boolean isRead(List<DynamicMessage> config, FieldDescriptor field) {
        List<FieldDescriptor> siblings = new ArrayList<>();
        config.forEach(resource -> Surgery.visit(resource, message -> {
            if (message.getDescriptorForType().equals(field.getContainingType())) {
                siblings.addAll(message.getAllFields().keySet());
            }
        }));
        siblings.remove(field);
        if (complains(config, field, List.of()) || complains(config, field, siblings)) {
            return true;
        }
        return Set.copyOf(siblings).stream().anyMatch(one -> complains(config, field, List.of(one)));
    }

    private static boolean complains(
            List<DynamicMessage> config, FieldDescriptor field, List<FieldDescriptor> without) {
        Standalone bare = read(config, field, without, false);
        Standalone wrong = read(config, field, without, true);
        List<String> more = new ArrayList<>(wrong.refused());
        more.removeAll(bare.refused());
        if (more.isEmpty()) {
            return !wrong.refused().equals(bare.refused()) || !wrong.snapshot().equals(bare.snapshot());
        }
        return more.stream().anyMatch(why -> why.contains("field " + field.getNumber() + " has wire type"));
    }

    private static Standalone read(
            List<DynamicMessage> config, FieldDescriptor field, List<FieldDescriptor> without, boolean wrong) {
        List<Message> changed = new ArrayList<>();
        for (DynamicMessage resource : config) {
            changed.add(Surgery.change(resource, field.getContainingType(), message -> {
                message.clearField(field);
                without.forEach(message::clearField);
                if (wrong) {
                    message.setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(field.getNumber(), impossible(field))
                            .build());
                }
            }));
        }
        return Config.read(changed);
    }

    private static UnknownFieldSet.Field impossible(FieldDescriptor field) {
        var value = UnknownFieldSet.Field.newBuilder();
        boolean fixed32 = field.getType() == FieldDescriptor.Type.FLOAT;
        return fixed32 ? value.addFixed64(1).build() : value.addFixed32(1).build();
    }
}
