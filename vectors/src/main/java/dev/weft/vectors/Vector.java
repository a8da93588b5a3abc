package dev.weft.vectors;

import java.util.List;
import java.util.Map;

/**
 * A decision case.
 *
 * @param file in which it stands
 * @param cites the field or the document that it is an example of
 * @param config as {@link Config} reads it
 * @param steps events, and what is expected after each
 * @param goes requests, and where each goes at once
 * @param refused parts of the sentences by which resources are refused
 * @param unsupported what is reported as set and not done
 * @param random {@code low}, {@code high} or a seed
 * @param wire whether it is played over sockets too
 */
public record Vector(
        String file,
        String name,
        String cites,
        Map<String, Object> config,
        List<Map<String, Object>> steps,
        Map<String, Object> goes,
        List<String> refused,
        List<String> unsupported,
        String random,
        boolean wire) {
    @Override
    public String toString() {
        return file + ": " + name;
    }
}
