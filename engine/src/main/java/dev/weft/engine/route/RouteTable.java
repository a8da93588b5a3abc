package dev.weft.engine.route;

import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The routes of one virtual host: the first that matches wins. */
public final class RouteTable {
    private final VirtualHost host;
    private final Route[] routes;

    // The first characters of each route's path, packed: most routes are ruled out by one comparison.
    private final long[] beginnings;
    private final long[] masks;

    RouteTable(VirtualHost host) {
        this.host = host;
        this.routes = host.routes().toArray(Route[]::new);
        this.beginnings = new long[routes.length];
        this.masks = new long[routes.length];
        for (int i = 0; i < routes.length; i++) {
            String literal = literal(routes[i].match().path());
            beginnings[i] = beginning(literal, literal.length());
            int known = Math.min(literal.length(), BEGINNING);
            masks[i] = known == BEGINNING ? -1L : (1L << 8 * known) - 1;
        }
    }

    private static final int BEGINNING = 8;

    /** Up to eight characters, one in each byte, cut to it; equal text gives equal values. */
    private static long beginning(String text, int length) {
        long packed = 0;
        for (int i = Math.min(length, BEGINNING) - 1; i >= 0; i--) {
            packed = packed << 8 | text.charAt(i) & 0xFF;
        }
        return packed;
    }

    /** What every path that matches begins with. */
    private static String literal(PathMatch match) {
        if (match instanceof PathMatch.Exact exact) {
            return exact.path();
        }
        if (match instanceof PathMatch.Prefix prefix) {
            return prefix.prefix();
        }
        return match instanceof PathMatch.SeparatedPrefix prefix ? prefix.prefix() : "";
    }

    public VirtualHost host() {
        return host;
    }

    /** The first route that matches, or null. */
    public @Nullable Route match(Request request) {
        String path = request.path();
        int query = path.indexOf('?');
        int length = query < 0 ? path.length() : query;
        long beginning = beginning(path, length);
        for (int i = 0; i < routes.length; i++) {
            if (((beginning ^ beginnings[i]) & masks[i]) == 0) {
                Match match = routes[i].match();
                if (path(match.path(), path, length) && headers(match.headers(), request)) {
                    return routes[i];
                }
            }
        }
        return null;
    }

    /** Why a route does not match this request, in words; null when it does. */
    public static @Nullable String mismatch(Route route, Request request) {
        String path = request.path();
        int query = path.indexOf('?');
        int length = query < 0 ? path.length() : query;
        Match match = route.match();
        if (!path(match.path(), path, length)) {
            return "path " + path.substring(0, length) + " is not " + words(match.path());
        }
        for (HeaderMatch header : match.headers()) {
            if (!header(header, request)) {
                String value = value(header.name(), request);
                return "header " + header.name() + (value == null ? " is absent" : " is '" + value + "'") + ", wanted "
                        + words(header);
            }
        }
        return null;
    }

    private static boolean path(PathMatch match, String path, int length) {
        if (match instanceof PathMatch.Prefix prefix) {
            String text = prefix.prefix();
            return text.length() <= length && path.startsWith(text);
        }
        if (match instanceof PathMatch.Exact exact) {
            String text = exact.path();
            return text.length() == length && path.startsWith(text);
        }
        if (match instanceof PathMatch.SeparatedPrefix prefix) {
            String text = prefix.prefix();
            int end = text.length();
            return end <= length && path.startsWith(text) && (end == length || path.charAt(end) == '/');
        }
        return ((PathMatch.Regex) match).pattern().matches(path.substring(0, length));
    }

    private static boolean headers(List<HeaderMatch> matches, Request request) {
        for (int i = 0; i < matches.size(); i++) {
            if (!header(matches.get(i), request)) {
                return false;
            }
        }
        return true;
    }

    private static boolean header(HeaderMatch match, Request request) {
        String value = value(match.name(), request);
        boolean holds = value != null && (match.value() == null || text(match.value(), value));
        return holds != match.invert();
    }

    private static @Nullable String value(String name, Request request) {
        return switch (name) {
            case ":method" -> request.method();
            case ":path" -> request.path();
            case ":authority" -> request.host();
            case ":scheme" -> request.secure() ? "https" : "http";
            default -> request.header(name);
        };
    }

    private static boolean text(StringMatch match, String value) {
        if (match instanceof StringMatch.Exact exact) {
            return exact.ignoreCase() ? value.equalsIgnoreCase(exact.text()) : value.equals(exact.text());
        }
        if (match instanceof StringMatch.Prefix prefix) {
            String text = prefix.text();
            return value.regionMatches(prefix.ignoreCase(), 0, text, 0, text.length());
        }
        if (match instanceof StringMatch.Suffix suffix) {
            String text = suffix.text();
            int from = value.length() - text.length();
            return from >= 0 && value.regionMatches(suffix.ignoreCase(), from, text, 0, text.length());
        }
        if (match instanceof StringMatch.Contains contains) {
            return contains.ignoreCase()
                    ? value.toLowerCase(Locale.ROOT).contains(contains.text().toLowerCase(Locale.ROOT))
                    : value.contains(contains.text());
        }
        return ((StringMatch.Regex) match).pattern().matches(value);
    }

    /** A path condition in words. */
    public static String words(PathMatch match) {
        if (match instanceof PathMatch.Exact exact) {
            return "exactly " + exact.path();
        }
        if (match instanceof PathMatch.Prefix prefix) {
            return "under prefix " + prefix.prefix();
        }
        if (match instanceof PathMatch.SeparatedPrefix prefix) {
            return "at or below " + prefix.prefix();
        }
        return "like regex " + ((PathMatch.Regex) match).pattern().pattern();
    }

    /** A header condition in words. */
    public static String words(HeaderMatch header) {
        StringMatch value = header.value();
        String wanted = value == null
                ? "present"
                : value instanceof StringMatch.Exact exact
                        ? "'" + exact.text() + "'"
                        : value instanceof StringMatch.Prefix prefix
                                ? "prefix '" + prefix.text() + "'"
                                : value instanceof StringMatch.Suffix suffix
                                        ? "suffix '" + suffix.text() + "'"
                                        : value instanceof StringMatch.Contains contains
                                                ? "containing '" + contains.text() + "'"
                                                : "like regex "
                                                        + ((StringMatch.Regex) value)
                                                                .pattern()
                                                                .pattern();
        return header.invert() ? "not " + wanted : wanted;
    }
}
