package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import java.util.Map;

/** {@code google.protobuf.Struct}, as far as metadata uses it. */
final class Structs {
    private Structs() {}

    /** Its members that are text; those of nested structs too. */
    static void strings(Message struct, Map<String, String> into) {
        for (Message field : struct.messages(1)) {
            var value = field.message(2);
            if (value.has(3)) {
                into.put(field.string(1), value.string(3));
            } else if (value.has(5)) {
                strings(value.message(5), into);
            }
        }
    }

    /** Whether {@code filter_metadata[namespace][key]} is true, written as a boolean or as text. */
    static boolean flag(Message metadata, String namespace, String key) {
        for (Message entry : metadata.messages(1)) {
            if (!entry.string(1).equals(namespace)) {
                continue;
            }
            for (Message field : entry.message(2).messages(1)) {
                if (field.string(1).equals(key)) {
                    var value = field.message(2);
                    return value.flag(4) || value.string(3).equals("true");
                }
            }
        }
        return false;
    }

    /** The value of a member; empty where there is none. */
    static Message member(Message struct, String name) {
        for (Message field : struct.messages(1)) {
            if (field.string(1).equals(name)) {
                return field.message(2);
            }
        }
        return Message.EMPTY;
    }
}
