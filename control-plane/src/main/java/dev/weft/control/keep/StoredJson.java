package dev.weft.control.keep;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON that outlives a process, and is read by others of another version: while replicas are replaced one by one, or
 * after a step back. What a later version says beside what is known here is left alone.
 */
public final class StoredJson {
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private StoredJson() {}
}
