package dev.weft.telemetry.recording;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a recording must not tell: values of headers and of query parameters. That they were there stays, so that rules
 * which ask for no more decide as they did.
 *
 * @param headers names in lower case
 * @param parameters names as they are written
 */
public record Redaction(Set<String> headers, Set<String> parameters) {
    /** Stands for a value that is not told. */
    public static final String MARKER = "(redacted)";

    public Redaction {
        headers = Set.copyOf(headers);
        parameters = Set.copyOf(parameters);
    }

    /** @param names of headers, in any case; behind a {@code ?} of query parameters */
    public static Redaction of(List<String> names) {
        Set<String> headers = new HashSet<>();
        Set<String> parameters = new HashSet<>();
        for (String name : names) {
            if (name.startsWith("?")) {
                parameters.add(name.substring(1));
            } else {
                headers.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return new Redaction(headers, parameters);
    }

    /** @param name in lower case */
    String value(String name, String value) {
        return headers.contains(name) ? MARKER : value;
    }

    /** Path and query as they may be told. */
    String path(String target) {
        int question = target.indexOf('?');
        if (question < 0 || parameters.isEmpty()) {
            return target;
        }
        StringBuilder told = new StringBuilder(target.length()).append(target, 0, question + 1);
        int from = question + 1;
        while (from <= target.length()) {
            int and = target.indexOf('&', from);
            int end = and < 0 ? target.length() : and;
            int equals = target.indexOf('=', from);
            boolean secret = equals >= 0 && equals < end && parameters.contains(target.substring(from, equals));
            told.append(target, from, secret ? equals + 1 : end).append(secret ? MARKER : "");
            told.append(and < 0 ? "" : "&");
            from = end + 1;
        }
        return told.toString();
    }

    /** The same of a path that may be missing. */
    @Nullable
    String pathOrNull(@Nullable String target) {
        return target == null ? null : path(target);
    }
}
