package dev.weft.control.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.keep.StoredJson;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it stands in a store that replicas share. What an operator has said of it stands elsewhere.
 *
 * @param keeper the replica that hears of it
 */
record SharedInstance(String keeper, Saved instance) {
    private static final JsonMapper JSON = StoredJson.MAPPER;

    /**
     * An operator's word of an instance, as it stands there.
     *
     * @param state null for none, and so with the others
     */
    record Word(
            @Nullable State state,
            @Nullable Integer weight,
            @Nullable Map<String, String> labels) {}

    static byte[] bytes(String keeper, Kept own) {
        return json(new SharedInstance(keeper, Saved.of(own)));
    }

    static byte[] bytes(Overlay overlay) {
        return json(new Word(overlay.state(), overlay.weight(), overlay.labels()));
    }

    static SharedInstance of(byte[] content) throws IOException {
        return JSON.readValue(content, SharedInstance.class);
    }

    static Overlay overlay(byte[] content) throws IOException {
        Word word = JSON.readValue(content, Word.class);
        return new Overlay(word.state(), word.weight(), word.labels() == null ? Map.of() : word.labels());
    }

    private static byte[] json(Object content) {
        try {
            return JSON.writeValueAsBytes(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text and numbers can always be written as JSON", e);
        }
    }
}
