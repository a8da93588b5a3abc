package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.QueryMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.PathTemplate;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of any size gives the route that trying all of them in order gives. */
class RouteIndexTest {
    private static final String[] SEGMENTS = {
        "a", "b", "A", "ab", "aB", "", "a;v=1", "a.b", "ä", "%61", "K", "\u212a", "\u0161"
    };
    private static final String[] VALUES = {"x", "X", "xy", "", "7", "-3", "y,x"};
    private static final String[] REGEXES = {
        "/a.*",
        "/a/[^/]+",
        "/(a|b)/.*",
        ".*b",
        "/a|/b",
        "(?i)/a/B",
        "/a?/b",
        "/a+",
        "/ab{0,2}",
        "^/a/b$",
        "/a\\.b",
        "\\Q/a.\\Eb",
        "[/a]+",
        "/[]a]b?",
        "/a/.*/b",
        "",
        "/\\w+/b\\b",
        "/ab*?",
        "/a(/b)+b"
    };

    private final Random random;

    RouteIndexTest() {
        random = new Random(20);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        int segments = random.nextInt(4);
        for (int i = 0; i < segments; i++) {
            path.append('/').append(SEGMENTS[random.nextInt(SEGMENTS.length)]);
        }
        return path.append(random.nextBoolean() ? "/" : "").toString();
    }

    private PathMatch condition() {
        String path = path();
        boolean ignoreCase = random.nextInt(4) == 0;
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new PathMatch.Exact(path, ignoreCase);
            case 3, 4, 5 -> new PathMatch.Prefix(path, ignoreCase);
            case 6 -> new PathMatch.SeparatedPrefix(path, ignoreCase);
            case 7 -> new PathMatch.Prefix("/");
            case 8 ->
                new PathMatch.Template(
                        PathTemplate.parse(one(List.of("/a/*", "/{x}/b", "/a/**", "/*/a/{y=b/*}", "/**.b"))));
            default -> new PathMatch.Regex(Pattern.compile(one(List.of(REGEXES))));
        };
    }

    private StringMatch text() {
        String text = VALUES[random.nextInt(VALUES.length)];
        boolean ignoreCase = random.nextInt(3) == 0;
        return switch (random.nextInt(8)) {
            case 0 -> new StringMatch.Prefix(text, ignoreCase);
            case 1 -> new StringMatch.Suffix(text, ignoreCase);
            case 2 -> new StringMatch.Contains(text, ignoreCase);
            case 3 -> new StringMatch.Range(-3, 8);
            case 4 -> new StringMatch.Regex(Pattern.compile("x*y?"));
            default -> new StringMatch.Exact(text, ignoreCase);
        };
    }

    private Match match() {
        List<HeaderMatch> headers = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            StringMatch value = random.nextInt(6) == 0 ? null : text();
            headers.add(new HeaderMatch(one(List.of("h", "g")), value, random.nextInt(4) == 0, random.nextInt(4) == 0));
        }
        if (random.nextInt(5) == 0) {
            headers.add(new HeaderMatch(":method", new StringMatch.Exact("GET", false), false));
        }
        List<QueryMatch> query = random.nextInt(6) == 0
                ? List.of(new QueryMatch("q", random.nextBoolean() ? text() : null, random.nextInt(4) == 0))
                : List.of();
        int share = random.nextInt(8) == 0 ? 500_000 : Match.ALWAYS;
        return new Match(condition(), headers, query, random.nextInt(20) == 0, share);
    }

    private FakeRequest request() {
        String tail =
                one(List.of("", "", "?", "?q=x", "?p=1&q=%78y&q=z", "#f", "?q#q=x", "#?q=x", "?Q=x&=&q", ";p=1?q=7"));
        FakeRequest request = FakeRequest.get("h", path() + tail).method(one(List.of("GET", "POST")));
        for (String name : List.of("h", "g")) {
            request = random.nextBoolean() ? request.with(name, VALUES[random.nextInt(VALUES.length)]) : request;
        }
        return random.nextInt(4) == 0
                ? request.with(
                        "content-type", one(List.of("application/grpc", "application/grpc+x", "application/grpcx")))
                : request;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 24, 25, 60, 400})
    void whateverTheSizeTheFirstThatMatchesWins(int size) {
        int found = 0;
        for (int round = 0; round < 40; round++) {
            List<Route> routes = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                routes.add(new Route("r" + i, match(), Action.Forward.to("c")));
            }
            boolean ignoreParameters = random.nextBoolean();
            RouteTable table = table(new VirtualHost("h", List.of("h"), routes, ignoreParameters));
            for (int i = 0; i < 250; i++) {
                FakeRequest request = request();
                long seed = random.nextLong();
                int draw = table.draw(new SeededRandom(seed));
                Route expected = Model.first(routes, request, draw, ignoreParameters);
                assertEquals(expected, table.match(request, new SeededRandom(seed)), request::toString);
                found += expected == null ? 0 : 1;
                for (Route route : routes.subList(0, Math.min(size, 10))) {
                    boolean matches = Model.matches(route.match(), request, draw, ignoreParameters);
                    assertEquals(matches, table.mismatch(route, request, draw) == null, () -> route + " " + request);
                }
            }
        }
        assertTrue(size == 0 || found > 100, "requests that found a route: " + found);
    }

    private static RouteTable table(VirtualHost host) {
        return new HostTable(new Snapshot("1", Rules.KNOWN, List.of(host), Map.of())).routes("h", 80);
    }

    @Test
    void matchingAllocatesNothing() {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            PathMatch path = i % 3 == 0
                    ? new PathMatch.Exact("/e/" + i)
                    : new PathMatch.Regex(Pattern.compile("/p/" + i + "/[a-z]+(-[0-9]+)*"));
            List<HeaderMatch> headers = i % 3 == 2
                    ? List.of(new HeaderMatch("h", new StringMatch.Exact("v" + i, false), false))
                    : List.of();
            Match match = i % 3 == 2 ? new Match(new PathMatch.Prefix("/"), headers) : new Match(path, headers);
            routes.add(new Route("r" + i, match, Action.Forward.to("c")));
        }
        RouteTable table = table(new VirtualHost("h", List.of("h"), routes));
        FakeRequest[] requests = {
            FakeRequest.get("h", "/e/297?x=1"),
            FakeRequest.get("h", "/p/298/x").with("h", "none"),
            FakeRequest.get("h", "/").with("h", "v299"),
            FakeRequest.get("h", "/nowhere")
        };
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        SeededRandom chance = new SeededRandom(1);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 4000; i++) {
                table.match(requests[i % requests.length], chance);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // Whoever asks how much was allocated allocates a little.
        assertTrue(least < 1000, "bytes for 4,000 matches: " + least);
    }

    /** The same rules, as slow and as plain as they can be said. */
    private static final class Model {
        static Route first(List<Route> routes, FakeRequest request, int draw, boolean ignoreParameters) {
            return routes.stream()
                    .filter(route -> matches(route.match(), request, draw, ignoreParameters))
                    .findFirst()
                    .orElse(null);
        }

        static boolean matches(Match match, FakeRequest request, int draw, boolean ignoreParameters) {
            String path = request.path().split("[?#]", 2)[0];
            path = ignoreParameters ? path.split(";", 2)[0] : path;
            String type = request.headers().getOrDefault("content-type", "");
            return path(match.path(), path)
                    && match.headers().stream().allMatch(header -> header(header, request))
                    && match.query().stream().allMatch(query -> query(query, request))
                    && (!match.grpc() || type.equals("application/grpc") || type.startsWith("application/grpc+"))
                    && draw < match.perMillion();
        }

        private static boolean path(PathMatch match, String path) {
            if (match instanceof PathMatch.Exact exact) {
                return lower(path, exact.ignoreCase()).equals(lower(exact.path(), exact.ignoreCase()));
            }
            if (match instanceof PathMatch.Prefix prefix) {
                return lower(path, prefix.ignoreCase()).startsWith(lower(prefix.prefix(), prefix.ignoreCase()));
            }
            if (match instanceof PathMatch.SeparatedPrefix prefix) {
                String text = lower(prefix.prefix(), prefix.ignoreCase());
                String whole = lower(path, prefix.ignoreCase());
                return whole.equals(text) || whole.startsWith(text + "/");
            }
            return match instanceof PathMatch.Regex regex
                    ? regex.regex().pattern().matches(path)
                    : ((PathMatch.Template) match).template().regex().pattern().matches(path);
        }

        private static String lower(String text, boolean ignoreCase) {
            StringBuilder out = new StringBuilder();
            text.chars().forEach(c -> out.append((char) (ignoreCase && c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c)));
            return out.toString();
        }

        private static boolean header(HeaderMatch match, FakeRequest request) {
            String value = match.name().equals(":method")
                    ? request.method()
                    : request.headers().get(match.name());
            if (value == null && match.missingAsEmpty()) {
                value = "";
            }
            if (match.value() == null) {
                return (value != null) != match.invert();
            }
            return value != null && text(match.value(), value) != match.invert();
        }

        private static boolean query(QueryMatch match, FakeRequest request) {
            String target = request.path().split("#", 2)[0];
            String query = target.contains("?") ? target.split("\\?", 2)[1] : "";
            String value = null;
            for (String pair : query.split("&")) {
                String[] parts = pair.split("=", 2);
                if (value == null && parts[0].equals(match.name())) {
                    value = parts.length == 1 ? "" : parts[1].replace("%78", "x");
                }
            }
            return (value != null && (match.value() == null || text(match.value(), value))) != match.invert();
        }

        private static boolean text(StringMatch match, String value) {
            String folded = value.toLowerCase(Locale.ROOT);
            if (match instanceof StringMatch.Exact e) {
                return e.ignoreCase() ? folded.equals(e.text().toLowerCase(Locale.ROOT)) : value.equals(e.text());
            }
            if (match instanceof StringMatch.Prefix p) {
                return p.ignoreCase()
                        ? folded.startsWith(p.text().toLowerCase(Locale.ROOT))
                        : value.startsWith(p.text());
            }
            if (match instanceof StringMatch.Suffix s) {
                return s.ignoreCase() ? folded.endsWith(s.text().toLowerCase(Locale.ROOT)) : value.endsWith(s.text());
            }
            if (match instanceof StringMatch.Contains c) {
                return c.ignoreCase() ? folded.contains(c.text().toLowerCase(Locale.ROOT)) : value.contains(c.text());
            }
            if (match instanceof StringMatch.Range range) {
                return value.matches("[-+]?[0-9]+")
                        && Long.parseLong(value) >= range.start()
                        && Long.parseLong(value) < range.end();
            }
            return ((StringMatch.Regex) match).regex().pattern().matches(value);
        }
    }
}
