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
    /** Up to here trying is cheaper than looking up. */
    private static final int FEW = 24;

    private static final int BEGINNING = 8;

    private final VirtualHost host;
    private final Route[] routes;
    private final boolean[] pathOnly;
    /** A path condition that is plain text, or null: what most routes ask for stands near at hand. */
    private final @Nullable String[] texts;

    private final boolean[] exact;
    private final String[] suffixes;
    private final boolean drawn;
    private final @Nullable RouteIndex index;

    // The first characters of each route's path, packed: most routes are ruled out by one comparison.
    private final long[] beginnings;
    private final long[] masks;

    RouteTable(VirtualHost host) {
        this.host = host;
        this.routes = host.routes().toArray(Route[]::new);
        this.beginnings = new long[routes.length];
        this.masks = new long[routes.length];
        this.pathOnly = new boolean[routes.length];
        this.texts = new String[routes.length];
        this.exact = new boolean[routes.length];
        this.suffixes = new String[routes.length];
        boolean anyDrawn = false;
        for (int i = 0; i < routes.length; i++) {
            Match match = routes[i].match();
            PathMatch path = match.path();
            String literal = Paths.ignoresCase(path) ? "" : Paths.literal(path);
            beginnings[i] = beginning(literal, literal.length());
            int known = Math.min(literal.length(), BEGINNING);
            masks[i] = known == BEGINNING ? -1L : (1L << 8 * known) - 1;
            pathOnly[i] = match.pathOnly();
            exact[i] = path instanceof PathMatch.Exact;
            boolean text = exact[i] || path instanceof PathMatch.Prefix;
            texts[i] = text && !Paths.ignoresCase(path) ? literal : null;
            suffixes[i] = Paths.suffix(path);
            anyDrawn |= match.perMillion() < Match.ALWAYS;
        }
        this.drawn = anyDrawn;
        this.index = routes.length <= FEW ? null : new RouteIndex(routes);
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

    /** The route of connections of which nothing but their bytes is known; null where there is none. */
    public @Nullable Route tcp() {
        TcpProxy tcp = host.tcp();
        return tcp == null ? null : tcp.route();
    }

    /**
     * The first route that matches, or null. Allocates nothing but for regular expressions that are
     * large and for parameters that are percent-encoded.
     *
     * @param random asked once, and only where a route is for a share of the calls
     */
    public @Nullable Route match(Request request, RandomSource random) {
        String target = request.path();
        int end = end(target);
        int draw = draw(random);
        int found = index == null ? scan(target, end, request, draw) : index.find(this, target, end, request, draw);
        return found == RouteIndex.NONE ? null : routes[found];
    }

    /** What this table's routes for a share of the calls are held against, for one call. */
    public int draw(RandomSource random) {
        return drawn ? random.below(Match.ALWAYS) : 0;
    }

    /** Where the path of a request target ends for this table. */
    public int end(String target) {
        return Paths.end(target, host.ignorePathParameters());
    }

    private int scan(String target, int end, Request request, int draw) {
        long beginning = beginning(target, end);
        for (int i = 0; i < routes.length; i++) {
            if (((beginning ^ beginnings[i]) & masks[i]) == 0 && matches(i, target, end, request, draw)) {
                return i;
            }
        }
        return RouteIndex.NONE;
    }

    /** Whether one route matches. */
    boolean matches(int i, String target, int end, Request request, int draw) {
        String text = texts[i];
        boolean path = text == null
                ? dear(i, target, end)
                : (exact[i] ? text.length() == end : text.length() <= end) && target.startsWith(text);
        return path && (pathOnly[i] || Conditions.hold(routes[i].match(), request, draw));
    }

    private boolean dear(int i, String target, int end) {
        String suffix = suffixes[i];
        return (suffix.isEmpty() || target.startsWith(suffix, end - suffix.length()))
                && Paths.matches(routes[i].match().path(), target, end);
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
