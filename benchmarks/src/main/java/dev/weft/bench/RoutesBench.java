package dev.weft.bench;

import com.google.re2j.Pattern;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Request;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Finding the route of a request among a thousand routes, beside among ten. Of the routes 40 % ask
 * for an exact path, 40 % for a prefix, 15 % for a header, 5 % for a regular expression, and each is
 * hit as often as any other. Ten routes can't have that mix, so two tables of ten have it together.
 */
final class RoutesBench {
    private static final int REQUESTS = 1000;
    private static final int PASSES = 20;
    private static final int ROUNDS = 40;
    private static final RandomSource NO_CHANCE = new RandomSource() {
        @Override
        public int below(int bound) {
            throw new IllegalStateException("no route here is for a share of the calls");
        }

        @Override
        public long bits() {
            throw new IllegalStateException("no route here is for a share of the calls");
        }
    };

    private final RouteTable[] tables;
    private final Asked[] requests;
    private long sink;

    /** @param tables how many, which share the mix */
    private RoutesBench(int tables, int routesEach) {
        this.tables = new RouteTable[tables];
        List<Asked> all = new ArrayList<>();
        List<List<Route>> routes = new ArrayList<>();
        for (int i = 0; i < tables; i++) {
            routes.add(new ArrayList<>());
        }
        for (int i = 0; i < tables * routesEach; i++) {
            routes.get(i % tables).add(new Route("r" + i, match(i), Action.Forward.to("c")));
        }
        for (int i = 0; i < REQUESTS; i++) {
            all.add(request(i % (tables * routesEach)));
        }
        Random order = new Random(1);
        for (int i = 0; i < tables; i++) {
            Collections.shuffle(routes.get(i), order);
            VirtualHost host = new VirtualHost("h", List.of("h"), routes.get(i));
            Directory known = new Directory(Directory.State.KNOWN, Map.of());
            this.tables[i] = Objects.requireNonNull(
                    new HostTable(new Snapshot("bench", known, List.of(host), Map.of())).routes("h", 80));
        }
        Collections.shuffle(all, order);
        this.requests = all.toArray(Asked[]::new);
        for (Asked asked : requests) {
            Route found = find(asked);
            if (found == null || !found.name().equals("r" + asked.route)) {
                throw new IllegalStateException("route " + asked.route + " is not found by " + asked.path);
            }
        }
    }

    /** What the n-th route asks for: of twenty in a row eight, eight, three and one of a kind. */
    private static Match match(int n) {
        String id = Integer.toString(n);
        return switch (kind(n)) {
            case 0 -> new Match(new PathMatch.Exact("/api/v1/orders-" + id + "/summary"), List.of());
            case 1 -> new Match(new PathMatch.Prefix("/api/v1/users-" + id + "/"), List.of());
            case 2 ->
                new Match(
                        new PathMatch.Prefix("/"),
                        List.of(new HeaderMatch("x-canary", new StringMatch.Exact("team-" + id, false), false)));
            default -> new Match(new PathMatch.Regex(Pattern.compile("/api/v1/items-" + id + "/[0-9]+")), List.of());
        };
    }

    private static int kind(int n) {
        int place = n % 20;
        return place < 8 ? 0 : place < 16 ? 1 : place < 19 ? 2 : 3;
    }

    private static Asked request(int n) {
        return switch (kind(n)) {
            case 0 -> new Asked(n, "/api/v1/orders-" + n + "/summary?full=true", "none");
            case 1 -> new Asked(n, "/api/v1/users-" + n + "/addresses/4", "none");
            case 2 -> new Asked(n, "/api/v2/anything/else", "team-" + n);
            default -> new Asked(n, "/api/v1/items-" + n + "/4711", "none");
        };
    }

    private @Nullable Route find(Asked asked) {
        return tables[asked.route % tables.length].match(asked, NO_CHANCE);
    }

    private double nanos() {
        long start = System.nanoTime();
        for (int pass = 0; pass < PASSES; pass++) {
            for (Asked asked : requests) {
                Route found = find(asked);
                sink += found == null ? 0 : found.name().length();
            }
        }
        return (System.nanoTime() - start) / (double) (PASSES * REQUESTS);
    }

    static void run(String suffix) {
        RoutesBench many = new RoutesBench(1, 1000);
        RoutesBench few = new RoutesBench(2, 10);
        for (int i = 0; i < 30; i++) {
            few.nanos();
            many.nanos();
        }
        double[] manyNanos = new double[ROUNDS];
        double[] fewNanos = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            manyNanos[i] = many.nanos();
            fewNanos[i] = few.nanos();
            ratios[i] = manyNanos[i] / fewNanos[i];
        }
        Rounds.result("engine.routes_1000_ns" + suffix, Rounds.median(manyNanos), "ns");
        Rounds.result("engine.routes_10_ns" + suffix, Rounds.median(fewNanos), "ns");
        Rounds.result("engine.routes_1000_ratio" + suffix, Rounds.of(ratios));
        System.out.println("(sum " + (many.sink + few.sink) + ")");
    }

    /** A request whose headers are looked through in order, as libraries do. */
    private static final class Asked implements Request {
        private final int route;
        private final String path;
        private final String[] headers;

        Asked(int route, String path, String canary) {
            this.route = route;
            this.path = path;
            this.headers = new String[] {
                "Host", "h", "User-Agent", "bench", "Accept", "*/*", "X-Canary", canary, "Accept-Encoding", "gzip"
            };
        }

        @Override
        public String host() {
            return "h";
        }

        @Override
        public int port() {
            return 80;
        }

        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public @Nullable String header(String name) {
            for (int i = 0; i < headers.length; i += 2) {
                if (headers[i].equalsIgnoreCase(name)) {
                    return headers[i + 1];
                }
            }
            return null;
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }
}
