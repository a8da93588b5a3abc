package dev.weft.client.bootstrap;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.weft.client.wire.Writer;

/** JSON as {@code google.protobuf.Value}, as the JSON mapping of protobuf has it. */
final class StructWriter {
    private StructWriter() {}

    static Writer value(JsonElement json) {
        var value = new Writer();
        if (json.isJsonObject()) {
            return value.message(5, struct(json.getAsJsonObject()));
        }
        if (json.isJsonArray()) {
            var list = new Writer();
            for (JsonElement one : json.getAsJsonArray()) {
                list.message(1, value(one));
            }
            return value.message(6, list);
        }
        if (json.isJsonNull()) {
            return value.choice(1, 0);
        }
        var primitive = json.getAsJsonPrimitive();
        if (primitive.isBoolean()) {
            return value.choice(4, primitive.getAsBoolean() ? 1 : 0);
        }
        return primitive.isNumber() ? value.real(2, primitive.getAsDouble()) : text(value, primitive.getAsString());
    }

    private static Writer text(Writer value, String text) {
        // An empty text is a text: it must be written.
        return text.isEmpty() ? value.bytes(3, new byte[0]) : value.string(3, text);
    }

    private static Writer struct(JsonObject object) {
        var struct = new Writer();
        for (var member : object.entrySet()) {
            struct.message(1, new Writer().string(1, member.getKey()).message(2, value(member.getValue())));
        }
        return struct;
    }
}
