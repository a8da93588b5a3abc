package dev.weft.engine.route;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one virtual host: the first that matches wins.
 *
 * <p>Few routes are tried one by one. Many are found through a {@link RouteIndex}, which names the
 * few that may match; both try the same conditions.
 */
public final class RouteTable {
    /** The number of no route. */
    public static final int NONE = RouteIndex.NONE;

    /** Up to here trying is cheaper than looking up. */
    private static final int FEW = 24;

    private static final int BEGINNING = 8;

    private final VirtualHost host;
    private final int number;
    private final boolean ignoreParameters;
    private final Asked[] routes;
    private final boolean drawn;
    private final @Nullable RouteIndex index;

    // The first characters of each route's path, packed: most routes are ruled out by one comparison.
    private final long[] beginnings;
    private final long[] masks;

    /**
     * A route and what it asks for, near at hand.
     *
     * @param text a path condition that is plain text, or null
     * @param exact whether the path is to be the text, and not to begin with it
     * @param suffix that every path ends with; empty where looking is no cheaper than matching
     * @param pathOnly whether it asks for nothing else
     */
    private record Asked(Route route, @Nullable String text, boolean exact, String suffix, boolean pathOnly) {
        static Asked of(Route route) {
            PathMatch path = route.match().path();
            boolean exact = path instanceof PathMatch.Exact;
            boolean text = (exact || path instanceof PathMatch.Prefix) && !Paths.ignoresCase(path);
            return new Asked(
                    route,
                    text ? Paths.literal(path) : null,
                    exact,
                    Paths.suffix(path),
                    route.match().pathOnly());
        }
    }

    /** @param number which no other table of the snapshot has */
    RouteTable(VirtualHost host, int number) {
        this.host = host;
        this.number = number;
        this.ignoreParameters = host.ignorePathParameters();
        this.routes = host.routes().stream().map(Asked::of).toArray(Asked[]::new);
        this.beginnings = new long[routes.length];
        this.masks = new long[routes.length];
        boolean anyDrawn = false;
        for (int i = 0; i < routes.length; i++) {
            Match match = routes[i].route.match();
            PathMatch path = match.path();
            String literal = Paths.ignoresCase(path) ? "" : Paths.literal(path);
            beginnings[i] = beginning(literal, literal.length());
            int known = Math.min(literal.length(), BEGINNING);
            masks[i] = known == BEGINNING ? -1L : (1L << 8 * known) - 1;
            anyDrawn |= match.perMillion() < Match.ALWAYS;
        }
        this.drawn = anyDrawn;
        this.index = routes.length <= FEW ? null : new RouteIndex(host.routes().toArray(Route[]::new));
    }

    /** Up to eight characters, one in each byte, cut to it; equal text gives equal values. */
    private static long beginning(String text, int length) {
        long packed = 0;
        for (int i = Math.min(length, BEGINNING) - 1; i >= 0; i--) {
            packed = packed << 8 | text.charAt(i) & 0xFF;
        }
        return packed;
    }

    public VirtualHost host() {
        return host;
    }

    /** Counted from 0 among the tables of the snapshot. */
    public int number() {
        return number;
    }

    /** How many routes there are, that of connections included. */
    public int size() {
        return routes.length + (host.tcp() == null ? 0 : 1);
    }

    /** A route by its number. */
    public Route route(int i) {
        TcpProxy tcp = host.tcp();
        return i == routes.length && tcp != null ? tcp.route() : routes[i].route;
    }

    /** The number of the route of connections of which nothing but their bytes is known; that of none where they have none. */
    public int tcp() {
        return host.tcp() == null ? NONE : routes.length;
    }

    /** The first route that matches, or null. */
    public @Nullable Route match(Request request, RandomSource random) {
        int found = find(request, random);
        return found == NONE ? null : routes[found].route;
    }

    /**
     * The number of the first route that matches, or that of none. Allocates nothing but for regular expressions that are
     * large and for parameters that are percent-encoded.
     *
     * @param random asked once, and only where a route is for a share of the calls
     */
    public int find(Request request, RandomSource random) {
        String target = request.path();
        int end = end(target);
        int draw = draw(random);
        return index == null ? scan(target, end, request, draw) : index.find(this, target, end, request, draw);
    }

    /** What this table's routes for a share of the calls are held against, for one call. */
    public int draw(RandomSource random) {
        return drawn ? random.below(Match.ALWAYS) : 0;
    }

    /** Where the path of a request target ends for this table. */
    public int end(String target) {
        return Paths.end(target, ignoreParameters);
    }

    private int scan(String target, int end, Request request, int draw) {
        long beginning = beginning(target, end);
        for (int i = 0; i < routes.length; i++) {
            if (((beginning ^ beginnings[i]) & masks[i]) == 0 && matches(i, target, end, request, draw)) {
                return i;
            }
        }
        return NONE;
    }

    /** Whether one route matches. */
    boolean matches(int i, String target, int end, Request request, int draw) {
        Asked route = routes[i];
        String text = route.text;
        boolean path = text == null
                ? dear(route, target, end)
                : (route.exact ? text.length() == end : text.length() <= end) && target.startsWith(text);
        return path && (route.pathOnly || Conditions.hold(route.route.match(), request, draw));
    }

    private static boolean dear(Asked route, String target, int end) {
        String suffix = route.suffix;
        return (suffix.isEmpty() || target.startsWith(suffix, end - suffix.length()))
                && Paths.matches(route.route.match().path(), target, end);
    }

    /**
     * Why a route does not match this request, in words; null when it does.
     *
     * @param draw from {@link #draw}
     */
    public @Nullable String mismatch(Route route, Request request, int draw) {
        String target = request.path();
        int end = end(target);
        Match match = route.match();
        if (!Paths.matches(match.path(), target, end)) {
            return "path " + target.substring(0, end) + " is not " + Paths.words(match.path());
        }
        return Conditions.mismatch(match, request, draw);
    }

    /** A route's condition in words. */
    public static String words(Match match) {
        return Conditions.words(match);
    }
}
