package dev.weft.testkit.replay;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object of a recording. What is missing or of another kind is refused by the name of its field.
 *
 * @param path of the object, ending with a dot; empty for the line itself
 */
record Line(JsonObject object, String path) {
    boolean has(String name) {
        return object.has(name);
    }

    String text(String name) {
        JsonPrimitive value = primitive(name);
        if (!value.isString()) {
            throw wrong(name, "is no text");
        }
        return value.getAsString();
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    long number(String name) {
        JsonPrimitive value = primitive(name);
        try {
            return value.isNumber() ? value.getAsBigDecimal().longValueExact() : refuse(name);
        } catch (ArithmeticException e) {
            return refuse(name);
        }
    }

    private long refuse(String name) {
        throw wrong(name, "is no whole number");
    }

    long number(String name, long least, long most) {
        long number = number(name);
        if (number < least || number > most) {
            throw wrong(name, number + " is out of range");
        }
        return number;
    }

    boolean flag(String name) {
        JsonPrimitive value = primitive(name);
        if (!value.isBoolean()) {
            throw wrong(name, "is neither true nor false");
        }
        return value.getAsBoolean();
    }

    Line object(String name) {
        return of(object.get(name), path + name);
    }

    private static Line of(@Nullable JsonElement element, String path) {
        if (element == null || !element.isJsonObject()) {
            throw new IllegalArgumentException(path + ": " + (element == null ? "is missing" : "is no object"));
        }
        return new Line(element.getAsJsonObject(), path + ".");
    }

    List<Line> objects(String name) {
        List<Line> all = new ArrayList<>();
        for (JsonElement element : array(name)) {
            all.add(of(element, path + name + "[" + all.size() + "]"));
        }
        return all;
    }

    /** Empty where there are none. */
    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        if (has(name)) {
            for (JsonElement element : array(name)) {
                if (!element.isJsonPrimitive()) {
                    throw wrong(name + "[" + all.size() + "]", "is no text");
                }
                all.add(element.getAsString());
            }
        }
        return all;
    }

    Map<String, String> map(String name) {
        Line fields = object(name);
        Map<String, String> map = new TreeMap<>();
        fields.object.keySet().forEach(key -> map.put(key, fields.text(key)));
        return map;
    }

    Map<String, Integer> numbers(String name) {
        Map<String, Integer> map = new TreeMap<>();
        if (has(name)) {
            Line fields = object(name);
            fields.object.keySet().forEach(key -> map.put(key, (int) fields.number(key, 0, Integer.MAX_VALUE)));
        }
        return map;
    }

    IllegalArgumentException wrong(String name, String why) {
        return new IllegalArgumentException(path + name + ": " + why);
    }

    private JsonPrimitive primitive(String name) {
        JsonElement element = object.get(name);
        if (element == null || !element.isJsonPrimitive()) {
            throw wrong(name, element == null ? "is missing" : "is no single value");
        }
        return element.getAsJsonPrimitive();
    }

    private JsonArray array(String name) {
        JsonElement element = object.get(name);
        if (element == null || !element.isJsonArray()) {
            throw wrong(name, element == null ? "is missing" : "is no list");
        }
        return element.getAsJsonArray();
    }
}
