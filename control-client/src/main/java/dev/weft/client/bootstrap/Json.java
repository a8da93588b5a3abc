package dev.weft.client.bootstrap;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON document that knows where it stands. Reading is lenient in what is not asked
 * for and strict in what is: a member of the wrong kind is an error that names its path.
 */
final class Json {
    private final String path;
    private final JsonObject object;
    private final List<String> errors;

    Json(String path, JsonObject object, List<String> errors) {
        this.path = path;
        this.object = object;
        this.errors = errors;
    }

    String path(String member) {
        return path.isEmpty() ? member : path + "." + member;
    }

    void refuse(String member, String why) {
        errors.add(path(member) + " " + why);
    }

    private @Nullable JsonElement get(String member) {
        var value = object.get(member);
        return value == null || value.isJsonNull() ? null : value;
    }

    boolean has(String member) {
        return get(member) != null;
    }

    /** Empty when it is absent. */
    String text(String member) {
        var value = get(member);
        if (value == null) {
            return "";
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            refuse(member, "is not a string");
            return "";
        }
        return value.getAsString();
    }

    /** Null when it is absent. */
    @Nullable
    Json object(String member) {
        var value = get(member);
        if (value == null) {
            return null;
        }
        if (!value.isJsonObject()) {
            refuse(member, "is not an object");
            return null;
        }
        return new Json(path(member), value.getAsJsonObject(), errors);
    }

    /** The objects of a list; empty when it is absent. */
    List<Json> objects(String member) {
        var all = new ArrayList<Json>();
        var list = list(member);
        for (int i = 0; i < list.size(); i++) {
            String at = member + "[" + i + "]";
            if (list.get(i).isJsonObject()) {
                all.add(new Json(path(at), list.get(i).getAsJsonObject(), errors));
            } else {
                refuse(at, "is not an object");
            }
        }
        return all;
    }

    /** The strings of a list; what is no string is left out, as gRPC does. */
    List<String> texts(String member) {
        var all = new ArrayList<String>();
        for (var one : list(member)) {
            if (one.isJsonPrimitive() && one.getAsJsonPrimitive().isString()) {
                all.add(one.getAsString());
            }
        }
        return all;
    }

    private JsonArray list(String member) {
        var value = get(member);
        if (value == null) {
            return new JsonArray();
        }
        if (!value.isJsonArray()) {
            refuse(member, "is not a list");
            return new JsonArray();
        }
        return value.getAsJsonArray();
    }

    JsonObject members() {
        return object;
    }
}
