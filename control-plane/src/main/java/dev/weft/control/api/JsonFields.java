package dev.weft.control.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.http.Request;
import dev.weft.control.rule.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON object in a body, read field by field; {@link #end} refuses what nobody asked for. */
final class JsonFields {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_TEXT = 64 * 1024;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TEXT)
                            .maxNumberLength(32)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;
    private final String path;
    private final List<FieldError> errors;
    private final Set<String> known = new LinkedHashSet<>();

    private JsonFields(JsonNode object, String path, List<FieldError> errors) {
        this.object = object;
        this.path = path;
        this.errors = errors;
    }

    /** @param types media types that the body may say it is of */
    static JsonFields of(Request request, String... types) throws ProblemException {
        checkType(request, types);
        JsonNode read;
        try {
            read = JSON.readTree(request.body());
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, "the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ProblemException(400, "the body is not JSON: " + e.getMessage());
        }
        if (read == null || !read.isObject()) {
            throw new ProblemException(400, "the body must be a JSON object");
        }
        return new JsonFields(read, "", new ArrayList<>());
    }

    static void checkType(Request request, String... types) throws ProblemException {
        String header = request.header("content-type");
        String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!List.of(types).contains(type)) {
            throw new ProblemException(415, "the Content-Type must be " + String.join(" or ", types));
        }
    }

    void wrong(String field, String reason) {
        errors.add(new FieldError(path + field, reason));
    }

    boolean has(String name) {
        known.add(name);
        return object.has(name);
    }

    boolean isNull(String name) {
        return object.path(name).isNull();
    }

    private @Nullable JsonNode value(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    String text(String name, String absent) {
        JsonNode value = value(name);
        if (value != null && !value.isTextual()) {
            wrong(name, "must be text");
        }
        return value == null || !value.isTextual() ? absent : value.textValue();
    }

    int integer(String name, int absent) {
        JsonNode value = value(name);
        if (value == null) {
            return absent;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            wrong(name, "must be a whole number");
            return absent;
        }
        return value.intValue();
    }

    Duration duration(String name, Duration absent) {
        JsonNode value = value(name);
        Duration read = value == null ? absent : value.isTextual() ? Durations.parse(value.textValue()) : null;
        if (read == null) {
            wrong(name, "must be a duration such as \"30s\" or \"1m30s\"");
            return absent;
        }
        return read;
    }

    /** One of the names of an enum; null when it is absent or wrong. */
    <E extends Enum<E>> @Nullable E word(String name, Class<E> words, List<E> allowed) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        for (E word : allowed) {
            if (value.isTextual() && word.name().equals(value.textValue())) {
                return word;
            }
        }
        wrong(name, "must be one of " + allowed);
        return null;
    }

    /** Values are text; null stands for a name to be taken away where that means something. */
    Map<String, @Nullable String> texts(String name, boolean allowsNull) {
        JsonNode value = value(name);
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        if (value == null) {
            return texts;
        }
        if (!value.isObject()) {
            wrong(name, "must be an object of texts");
            return texts;
        }
        value.properties().forEach(field -> {
            if (field.getValue().isTextual()) {
                texts.put(field.getKey(), field.getValue().textValue());
            } else if (field.getValue().isNull() && allowsNull) {
                texts.put(field.getKey(), null);
            } else {
                wrong(name + "." + field.getKey(), "must be text");
            }
        });
        return texts;
    }

    boolean bool(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            wrong(name, "must be true or false");
        }
        return value != null && value.booleanValue();
    }

    /** An object in this one, which counts its errors here; end it with {@link #unknown}. */
    @Nullable
    JsonFields object(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isObject()) {
            wrong(name, "must be an object");
        }
        return value == null || !value.isObject() ? null : new JsonFields(value, path + name + ".", errors);
    }

    /** Names every field that nobody has asked for. */
    void unknown() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                wrong(name, "is unknown; known are " + String.join(", ", known));
            }
        });
    }

    /** Refuses the body with all that is wrong in it, and with every field that nobody has asked for. */
    void end() throws ProblemException {
        unknown();
        if (!errors.isEmpty()) {
            throw new ProblemException(422, "the body can't be taken as it is", errors);
        }
    }
}
