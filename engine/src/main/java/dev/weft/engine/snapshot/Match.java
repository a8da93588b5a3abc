package dev.weft.engine.snapshot;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * When a route applies: everything here holds (Envoy: {@code route.v3.RouteMatch}).
 *
 * @param path matched against the path without query and fragment
 * @param query conditions on parameters of the query
 * @param grpc only requests whose content type is gRPC's
 * @param perMillion the share of the calls for which the rest may hold (Envoy: {@code
 *     runtime_fraction}); all routes of a table are held against one draw for each call
 */
public record Match(PathMatch path, List<HeaderMatch> headers, List<QueryMatch> query, boolean grpc, int perMillion) {
    /** Every call, in {@link #perMillion}. */
    public static final int ALWAYS = 1_000_000;

    public static final Match ANY = new Match(new PathMatch.Prefix("/"), List.of());

    public Match {
        headers = List.copyOf(headers);
        query = List.copyOf(query);
        if (perMillion < 0 || perMillion > ALWAYS) {
            throw new IllegalArgumentException("match.perMillion: " + perMillion + " is not from 0 to " + ALWAYS);
        }
    }

    public Match(PathMatch path, List<HeaderMatch> headers) {
        this(path, headers, List.of(), false, ALWAYS);
    }

    /** Whether the path decides alone. */
    public boolean pathOnly() {
        return headers.isEmpty() && query.isEmpty() && !grpc && perMillion == ALWAYS;
    }

    /** A condition on the path. Case, where it does not matter, is that of ASCII. */
    public sealed interface PathMatch {
        record Exact(String path, boolean ignoreCase) implements PathMatch {
            public Exact(String path) {
                this(path, false);
            }
        }

        /** Plain text prefix: {@code /a} matches {@code /ab}. */
        record Prefix(String prefix, boolean ignoreCase) implements PathMatch {
            public Prefix(String prefix) {
                this(prefix, false);
            }
        }

        /** Prefix of whole segments: {@code /a} matches {@code /a} and {@code /a/b}, not {@code /ab}. */
        record SeparatedPrefix(String prefix, boolean ignoreCase) implements PathMatch {
            public SeparatedPrefix(String prefix) {
                this(prefix, false);
            }
        }

        /** The whole path matches. */
        record Regex(FullMatch regex) implements PathMatch {
            public Regex(com.google.re2j.Pattern pattern) {
                this(new FullMatch(pattern));
            }
        }

        /** The whole path is like this (Envoy: {@code uri_template}). */
        record Template(PathTemplate template) implements PathMatch {}
    }

    /**
     * A condition on one header; several values of it count as one, joined with commas.
     *
     * @param name lower case; {@code :method}, {@code :authority}, {@code :path} and {@code :scheme} are
     *     understood
     * @param value null asks only that the header is present
     * @param invert the condition must not hold; about an absent header that says only what asks for
     *     presence, as in Envoy and gRPC (A28)
     * @param missingAsEmpty an absent header counts as an empty one (Envoy: {@code
     *     treat_missing_header_as_empty})
     */
    public record HeaderMatch(String name, @Nullable StringMatch value, boolean invert, boolean missingAsEmpty) {
        public HeaderMatch {
            if (name.isEmpty() || !name.equals(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("headers.name: '" + name + "' is not a name in lower case");
            }
        }

        public HeaderMatch(String name, @Nullable StringMatch value, boolean invert) {
            this(name, value, invert, false);
        }
    }

    /**
     * A condition on the first parameter of this name, decoded.
     *
     * @param value null asks only that it is present
     * @param invert the condition must not hold
     */
    public record QueryMatch(String name, @Nullable StringMatch value, boolean invert) {
        public QueryMatch {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("query_parameters.name: is empty");
            }
        }
    }

    /** A condition on text. */
    public sealed interface StringMatch {
        record Exact(String text, boolean ignoreCase) implements StringMatch {}

        record Prefix(String text, boolean ignoreCase) implements StringMatch {}

        record Suffix(String text, boolean ignoreCase) implements StringMatch {}

        record Contains(String text, boolean ignoreCase) implements StringMatch {}

        /** The whole value matches. */
        record Regex(FullMatch regex) implements StringMatch {
            public Regex(com.google.re2j.Pattern pattern) {
                this(new FullMatch(pattern));
            }
        }

        /** The value is a whole number from {@code start} to below {@code end} (Envoy: {@code Int64Range}). */
        record Range(long start, long end) implements StringMatch {
            public Range {
                if (start >= end) {
                    throw new IllegalArgumentException("range_match: " + start + " is not below " + end);
                }
            }
        }
    }
}
