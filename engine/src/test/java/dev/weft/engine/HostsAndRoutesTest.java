package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.re2j.Pattern;
import dev.weft.engine.balance.RandomSource;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsAndRoutesTest {
    private static final RandomSource CHANCE = new SeededRandom(1);

    private static VirtualHost host(String name, String... domains) {
        return new VirtualHost(name, List.of(domains), List.of(route(name, Match.ANY)));
    }

    private static Route route(String name, Match match) {
        return new Route(name, match, Action.Forward.to(name));
    }

    private static HostTable table(Directory directory, VirtualHost... hosts) {
        return new HostTable(new Snapshot("1", directory, List.of(hosts), Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "order, 80, order",
        "ORDER, 80, order",
        "order., 80, order",
        "order.default.svc.cluster.local, 80, order",
        "order, 9090, order-9090",
        "a.shop.example, 80, any-shop",
        "b.a.shop.example, 80, any-shop",
        "www.shop.example, 80, www",
        "x.www.shop.example, 80, longer",
        "shop.example, 80, any",
        "api.de, 80, api",
        "other, 80, any",
    })
    void theMostSpecificDomainWinsAsInEnvoy(String host, int port, String expected) {
        HostTable table = table(
                Rules.KNOWN,
                host("order", "order", "order.default.svc.cluster.local"),
                host("order-9090", "order:9090"),
                host("any", "*"),
                host("any-shop", "*.shop.example"),
                host("longer", "*.www.shop.example"),
                host("www", "www.shop.example"),
                host("api", "api.*"));
        RouteTable found = table.routes(host, port);
        assertEquals(expected, found == null ? null : found.host().name());
    }

    @Test
    void aDirectoryNameIsOursWithItsPortsOnly() {
        Directory directory = new Directory(
                Directory.State.KNOWN,
                Map.of(
                        "order", new Directory.Entry("order.default", Set.of()),
                        "pay", new Directory.Entry("pay.default", Set.of(443))));
        HostTable table = table(directory);
        assertEquals(true, table.mayRoute("order", 1234));
        assertEquals(true, table.mayRoute("Pay", 443));
        assertEquals(false, table.mayRoute("pay", 80));
        assertEquals(false, table.mayRoute("elsewhere", 80));
    }

    @Test
    void withoutADirectoryAnyNameButLiteralsMayBeOurs() {
        HostTable table = table(Directory.PENDING);
        assertEquals(true, table.mayRoute("order", 80));
        assertEquals(false, table.mayRoute("127.0.0.1", 80));
        assertEquals(false, table.mayRoute("[::1]", 80));
        assertEquals(false, table.mayRoute("localhost", 80));
    }

    @Test
    void theFirstRouteThatMatchesWins() {
        VirtualHost host = new VirtualHost(
                "h",
                List.of("h"),
                List.of(
                        route("tester", new Match(new PathMatch.Prefix("/"), List.of(header("x-tester", "yes")))),
                        route("exact", new Match(new PathMatch.Exact("/a"), List.of())),
                        route("segment", new Match(new PathMatch.SeparatedPrefix("/seg"), List.of())),
                        route("regex", new Match(new PathMatch.Regex(Pattern.compile("/r/[0-9]+")), List.of())),
                        route("prefix", new Match(new PathMatch.Prefix("/a"), List.of()))));
        RouteTable table = table(Rules.KNOWN, host).routes("h", 80);
        assertEquals(
                "exact", table.match(FakeRequest.get("h", "/a?x=1"), CHANCE).name());
        assertEquals("prefix", table.match(FakeRequest.get("h", "/ab"), CHANCE).name());
        assertEquals(
                "segment", table.match(FakeRequest.get("h", "/seg/x"), CHANCE).name());
        assertEquals(
                "segment", table.match(FakeRequest.get("h", "/seg"), CHANCE).name());
        assertNull(table.match(FakeRequest.get("h", "/segment"), CHANCE));
        assertEquals(
                "regex", table.match(FakeRequest.get("h", "/r/12?q"), CHANCE).name());
        assertEquals(
                "tester",
                table.match(FakeRequest.get("h", "/zzz").with("x-tester", "yes"), CHANCE)
                        .name());
        assertNull(table.match(FakeRequest.get("h", "/zzz").with("x-tester", "no"), CHANCE));
    }

    private static HeaderMatch header(String name, String exactly) {
        return new HeaderMatch(name, new StringMatch.Exact(exactly, false), false);
    }

    @Test
    void whatMatchSaysAndWhatItsExplanationSaysAgree() {
        Random random = new Random(11);
        String[] words = {"/", "/a", "/a/b", "/ab", "/b", "", "x", "X", "xyz"};
        for (int i = 0; i < 20_000; i++) {
            String word = words[random.nextInt(words.length)];
            PathMatch path = Arrays.<PathMatch>asList(
                            new PathMatch.Exact(word),
                            new PathMatch.Prefix(word),
                            new PathMatch.SeparatedPrefix(word),
                            new PathMatch.Regex(Pattern.compile(Pattern.quote(word) + ".*")))
                    .get(random.nextInt(4));
            String text = words[random.nextInt(words.length)];
            boolean ignoreCase = random.nextBoolean();
            StringMatch value = Arrays.<StringMatch>asList(
                            new StringMatch.Exact(text, ignoreCase),
                            new StringMatch.Prefix(text, ignoreCase),
                            new StringMatch.Suffix(text, ignoreCase),
                            new StringMatch.Contains(text, ignoreCase),
                            new StringMatch.Regex(Pattern.compile(Pattern.quote(text))),
                            null)
                    .get(random.nextInt(6));
            List<HeaderMatch> headers = new ArrayList<>();
            if (random.nextBoolean()) {
                headers.add(new HeaderMatch("h", value, random.nextBoolean()));
            }
            Route route = route("r", new Match(path, headers));
            VirtualHost host = new VirtualHost("h", List.of("h"), List.of(route));
            FakeRequest request = FakeRequest.get("h", "/" + words[random.nextInt(words.length)]);
            if (random.nextBoolean()) {
                request = request.with("h", words[random.nextInt(words.length)]);
            }
            boolean matched = table(Rules.KNOWN, host).routes("h", 80).match(request, CHANCE) != null;
            assertEquals(
                    matched,
                    table(Rules.KNOWN, host).routes("h", 80).mismatch(route, request, 0) == null,
                    route + " and " + request);
        }
    }
}
