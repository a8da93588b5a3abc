package dev.weft.engine.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a route applies: the path and every header match (Envoy: {@code route.v3.RouteMatch}).
 *
 * @param path matched against the path without the query
 */
public record Match(PathMatch path, List<HeaderMatch> headers) {
    public static final Match ANY = new Match(new PathMatch.Prefix("/"), List.of());

    public Match {
        headers = List.copyOf(headers);
    }

    /** A condition on the path. */
    public sealed interface PathMatch {
        record Exact(String path) implements PathMatch {}

        /** Plain text prefix: {@code /a} matches {@code /ab}. */
        record Prefix(String prefix) implements PathMatch {}

        /** Prefix of whole segments: {@code /a} matches {@code /a} and {@code /a/b}, not {@code /ab}. */
        record SeparatedPrefix(String prefix) implements PathMatch {}

        /** The whole path matches. */
        record Regex(com.google.re2j.Pattern pattern) implements PathMatch {}
    }

    /**
     * A condition on one header.
     *
     * @param name lower case; {@code :method}, {@code :authority} and {@code :path} are understood
     * @param value condition on the first value; null asks only that the header is present
     * @param invert the condition must not hold (an absent header then matches)
     */
    public record HeaderMatch(String name, @Nullable StringMatch value, boolean invert) {}

    /** A condition on text. */
    public sealed interface StringMatch {
        record Exact(String text, boolean ignoreCase) implements StringMatch {}

        record Prefix(String text, boolean ignoreCase) implements StringMatch {}

        record Suffix(String text, boolean ignoreCase) implements StringMatch {}

        record Contains(String text, boolean ignoreCase) implements StringMatch {}

        /** The whole value matches. */
        record Regex(com.google.re2j.Pattern pattern) implements StringMatch {}
    }
}
