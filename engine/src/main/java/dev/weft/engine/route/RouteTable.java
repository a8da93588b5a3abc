package dev.weft.engine.route;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one virtual host: the first that matches wins.
 *
 * <p>Few routes are tried one by one, as far as their {@link Beginnings} leave them. Many are found through a
 * {@link RouteIndex}, which names the few that may match; both try the same conditions.
 */
public final class RouteTable {
    /** The number of no route. */
    public static final int NONE = RouteIndex.NONE;

    /** Up to here trying is cheaper than looking up. */
    private static final int FEW = 24;

    private final VirtualHost host;
    private final int number;
    private final boolean ignoreParameters;
    private final Asked[] routes;
    private final boolean drawn;
    private final @Nullable RouteIndex index;
    private final @Nullable Beginnings beginnings;

    /**
     * A route and what it asks for, near at hand.
     *
     * @param text a path condition that is plain text, or null
     * @param exact whether the path is to be the text, and not to begin with it
     * @param ends whether it matters where the path ends: not where the target's beginning is surely the path's
     * @param suffix that every path ends with; empty where looking is no cheaper than matching
     * @param pathOnly whether it asks for nothing else
     */
    private record Asked(
            Route route, @Nullable String text, boolean exact, boolean ends, String suffix, boolean pathOnly) {
        static Asked of(Route route) {
            PathMatch path = route.match().path();
            boolean exact = path instanceof PathMatch.Exact;
            boolean text = (exact || path instanceof PathMatch.Prefix) && !Paths.ignoresCase(path);
            String literal = text ? Paths.literal(path) : null;
            boolean ends = literal == null || exact || Paths.end(literal, true) < literal.length();
            return new Asked(
                    route,
                    literal,
                    exact,
                    ends,
                    Paths.suffix(path),
                    route.match().pathOnly());
        }

        /** Whether every target that begins with these few characters is for it. */
        boolean certain() {
            return text != null && !ends && pathOnly && Beginnings.tells(text);
        }
    }

    /** @param number which no other table of the snapshot has */
    RouteTable(VirtualHost host, int number) {
        this.host = host;
        this.number = number;
        this.ignoreParameters = host.ignorePathParameters();
        this.routes = host.routes().stream().map(Asked::of).toArray(Asked[]::new);
        boolean anyDrawn = false;
        for (Asked asked : routes) {
            anyDrawn |= asked.route.match().perMillion() < Match.ALWAYS;
        }
        this.drawn = anyDrawn;
        boolean few = routes.length <= FEW;
        this.beginnings = few ? beginnings() : null;
        this.index = few ? null : new RouteIndex(host.routes().toArray(Route[]::new));
    }

    private Beginnings beginnings() {
        String[] literals = new String[routes.length];
        long certain = 0;
        for (int i = 0; i < routes.length; i++) {
            PathMatch path = routes[i].route.match().path();
            literals[i] = Paths.ignoresCase(path) ? "" : Paths.literal(path);
            certain |= routes[i].certain() ? 1L << i : 0;
        }
        return new Beginnings(literals, certain);
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
        int draw = draw(random);
        return beginnings != null
                ? scan(beginnings, target, request, draw)
                : Objects.requireNonNull(index).find(this, target, end(target), request, draw);
    }

    /** What this table's routes for a share of the calls are held against, for one call. */
    public int draw(RandomSource random) {
        return drawn ? random.below(Match.ALWAYS) : 0;
    }

    /** Where the path of a request target ends for this table. */
    public int end(String target) {
        return Paths.end(target, ignoreParameters);
    }

    private int scan(Beginnings beginnings, String target, Request request, int draw) {
        long packed = Beginnings.pack(target);
        int end = -1; // most calls end before it matters
        for (long left = beginnings.left(target); left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            if (!beginnings.mayBe(i, packed)) {
                continue;
            }
            if (beginnings.certain(i)) {
                return i;
            }
            end = end < 0 ? end(target) : end;
            if (matches(i, target, end, request, draw)) {
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
                : (!route.ends || (route.exact ? text.length() == end : text.length() <= end))
                        && target.startsWith(text);
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
