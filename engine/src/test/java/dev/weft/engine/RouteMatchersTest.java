package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Domain;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.QueryMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.PathTemplate;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMatchersTest {
    private static final PathMatch ROOT = new PathMatch.Prefix("/");

    private static RouteTable table(boolean ignoreParameters, Match match) {
        VirtualHost host = new VirtualHost(
                "h", List.of("h"), List.of(new Route("r", match, Action.Forward.to("c"))), ignoreParameters);
        return new HostTable(new Snapshot("1", Rules.KNOWN, List.of(host), Map.of())).routes("h", 80);
    }

    private static void check(boolean expected, Match match, FakeRequest request) {
        RouteTable table = table(false, match);
        assertEquals(expected, table.match(request, new SeededRandom(1)) != null, () -> match + " and " + request);
        String why = table.mismatch(match(table), request, 0);
        assertEquals(expected, why == null, () -> match + " and " + request + ": " + why);
    }

    private static Route match(RouteTable table) {
        return table.host().routes().get(0);
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                Arguments.of(new PathMatch.Exact("/a", true), "/A?b", "/A/"),
                Arguments.of(new PathMatch.Prefix("/Api/", true), "/aPI/x", "/aP"),
                Arguments.of(new PathMatch.SeparatedPrefix("/a"), "/a/b", "/ab"),
                Arguments.of(new PathMatch.SeparatedPrefix("/A", true), "/a", "/ab"),
                Arguments.of(new PathMatch.Exact("/a"), "/a#b", "/a%23b"),
                Arguments.of(new PathMatch.Prefix(""), "", null),
                Arguments.of(new PathMatch.Regex(Pattern.compile("/a/[0-9]+")), "/a/1?x", "/a/1/"),
                Arguments.of(template("/a/{x}/**"), "/a/1/b/c", "/a/1"),
                Arguments.of(template("/a/*"), "/a/b", "/a/b/c"),
                Arguments.of(template("/a/*"), "/a/b.c-d", "/a/"),
                Arguments.of(template("/v/{id=x/*}.ts"), "/v/x/1.ts", "/v/y/1.ts"),
                Arguments.of(template("/**.mpd"), "/a/b/c.mpd", "/a/b/cmpd"));
    }

    private static PathMatch template(String text) {
        return new PathMatch.Template(PathTemplate.parse(text));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void pathsThatMatchAndPathsThatDoNot(PathMatch path, String matching, String other) {
        check(true, new Match(path, List.of()), FakeRequest.get("h", matching));
        if (other != null) {
            check(false, new Match(path, List.of()), FakeRequest.get("h", other));
        }
    }

    @Test
    void parametersOfAPathCountUnlessTheTableIgnoresThem() {
        Match match = new Match(new PathMatch.Exact("/a"), List.of());
        FakeRequest request = FakeRequest.get("h", "/a;v=1/b?q");
        assertEquals(null, table(false, match).match(request, new SeededRandom(1)));
        assertEquals("r", table(true, match).match(request, new SeededRandom(1)).name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "/{x}/{x}",
                "/{1}",
                "/{x",
                "/**/a/*",
                "/{a}{b}{c}{d}{e}{f}",
                "/a b",
                "/{x=}",
                "/{x=**}/*",
                "/}"
            })
    void whatIsNoTemplateIsRefused(String text) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PathTemplate.parse(text))
                .getMessage()
                .startsWith("path_template '" + text));
    }

    static Stream<Arguments> headers() {
        StringMatch number = new StringMatch.Range(-5, 10);
        StringMatch exact = new StringMatch.Exact("a", false);
        // condition, inverted, missing as empty; values that match, values that don't (null: absent)
        return Stream.of(
                Arguments.of(exact, false, false, List.of("a"), List.of("A", "ab", "", ABSENT)),
                Arguments.of(new StringMatch.Exact("a", true), false, false, List.of("a", "A"), List.of("b")),
                Arguments.of(new StringMatch.Prefix("a", false), false, false, List.of("a", "ab"), List.of("ba", "")),
                Arguments.of(new StringMatch.Suffix("a", true), false, false, List.of("bA"), List.of("ab", "")),
                Arguments.of(new StringMatch.Contains("B", true), false, false, List.of("abc"), List.of("ac", "")),
                Arguments.of(
                        new StringMatch.Regex(Pattern.compile("a+")), false, false, List.of("aa"), List.of("aab", "")),
                Arguments.of(
                        number,
                        false,
                        false,
                        List.of("-5", "0", "+9"),
                        List.of("10", "-6", "x", "", "1.0", "99999999999999999999")),
                // As in Envoy: inverted or not, a condition on a value says nothing about an absent header.
                Arguments.of(exact, true, false, List.of("b", ""), List.of("a", ABSENT)),
                Arguments.of(exact, true, true, List.of("b", "", ABSENT), List.of("a")),
                Arguments.of(new StringMatch.Exact("", false), false, true, List.of("", ABSENT), List.of("a")),
                Arguments.of(null, false, false, List.of("", "a"), List.of(ABSENT)),
                Arguments.of(null, true, false, List.of(ABSENT), List.of("", "a")));
    }

    private static final String ABSENT = "(absent)";

    @ParameterizedTest
    @MethodSource("headers")
    void headersThatMatchAndHeadersThatDoNot(
            StringMatch value, boolean invert, boolean missingAsEmpty, List<String> matching, List<String> others) {
        Match match = new Match(ROOT, List.of(new HeaderMatch("x-team", value, invert, missingAsEmpty)));
        matching.forEach(said -> check(true, match, saying(said)));
        others.forEach(said -> check(false, match, saying(said)));
    }

    private static FakeRequest saying(String value) {
        FakeRequest request = FakeRequest.get("h", "/");
        return value.equals(ABSENT) ? request : request.with("x-team", value);
    }

    @Test
    void whatHttpSaysOfTheRequestItselfCanBeMatched() {
        check(true, pseudo(":method", "GET"), FakeRequest.get("h", "/"));
        check(false, pseudo(":method", "GET"), FakeRequest.post("h", "/"));
        check(true, pseudo(":scheme", "https"), FakeRequest.get("h", "/").https());
        check(false, pseudo(":scheme", "https"), FakeRequest.get("h", "/"));
        check(true, pseudo(":authority", "h"), FakeRequest.get("h", "/"));
        check(true, pseudo(":path", "/x?y"), FakeRequest.get("h", "/x?y"));
    }

    private static Match pseudo(String name, String value) {
        return new Match(ROOT, List.of(new HeaderMatch(name, new StringMatch.Exact(value, false), false)));
    }

    @ParameterizedTest
    @CsvSource({
        "/?v=1, true",
        "/?a=2&v=1, true",
        "/?v=%31, true",
        "/?%76=1, true",
        "/?v=1&v=2, true",
        "/?v=2&v=1, false",
        "/?v=11, false",
        "/?v, false",
        "/, false",
        "/?, false",
        "/?vv=1, false",
        "/?a=v=1, false",
        "/#?v=1, false",
        "/?v=1#v=2, true",
        "/?V=1, false",
        "/?v=%3, false",
    })
    void aQueryParameterMatchesByItsFirstValueDecoded(String target, boolean expected) {
        var query = new QueryMatch("v", new StringMatch.Exact("1", false), false);
        check(expected, new Match(ROOT, List.of(), List.of(query), false, Match.ALWAYS), FakeRequest.get("h", target));
    }

    @ParameterizedTest
    @CsvSource({"/?debug, true", "/?debug=, true", "/?debugger=1, false", "/, false"})
    void aQueryParameterMayBeAskedForAlone(String target, boolean expected) {
        for (boolean invert : new boolean[] {false, true}) {
            var query = new QueryMatch("debug", null, invert);
            var match = new Match(ROOT, List.of(), List.of(query), false, Match.ALWAYS);
            check(expected != invert, match, FakeRequest.get("h", target));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc, true",
        "application/grpc+proto, true",
        "application/grpc-web, false",
        "application/json, false",
    })
    void onlyGrpcWhereTheRouteIsForGrpc(String type, boolean expected) {
        Match match = new Match(ROOT, List.of(), List.of(), true, Match.ALWAYS);
        check(expected, match, FakeRequest.post("h", "/s/m").with("content-type", type));
        check(false, match, FakeRequest.post("h", "/s/m"));
    }

    @Test
    void aRouteForAShareOfTheCallsGetsThatShare() {
        RouteTable table = table(false, new Match(ROOT, List.of(), List.of(), false, 250_000));
        SeededRandom random = new SeededRandom(5);
        int matched = 0;
        for (int i = 0; i < 100_000; i++) {
            matched += table.match(FakeRequest.get("h", "/"), random) == null ? 0 : 1;
        }
        // Four standard deviations of a binomial share.
        assertTrue(Math.abs(matched - 25_000) < 4 * Math.sqrt(100_000 * 0.25 * 0.75), "matched " + matched);
        assertEquals(
                "it is for 25.0 % of the calls, and this one was not drawn",
                table.mismatch(match(table), FakeRequest.get("h", "/"), 250_000));
    }

    @Test
    void twoHalvesAreHeldAgainstOneDraw() {
        Match half = new Match(ROOT, List.of(), List.of(), false, 500_000);
        VirtualHost host = new VirtualHost(
                "h",
                List.of("h"),
                List.of(
                        new Route("a", half, Action.Forward.to("c")),
                        new Route("b", half, Action.Forward.to("c")),
                        new Route("rest", Match.ANY, Action.Forward.to("c"))));
        RouteTable table = new HostTable(new Snapshot("1", Rules.KNOWN, List.of(host), Map.of())).routes("h", 80);
        SeededRandom random = new SeededRandom(5);
        for (int i = 0; i < 1000; i++) {
            assertTrue(!table.match(FakeRequest.get("h", "/"), random).name().equals("b"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "[::1], 80, literal",
        "::1, 80, literal",
        "[2001:DB8::1], 81, with-port",
        "2001:db8::1, 81, with-port",
        "2001:db8::1, 80, ",
        "10.0.0.1, 80, v4",
    })
    void literalsOfAddressesAreFoundHoweverTheyAreWritten(String host, int port, String expected) {
        HostTable table = new HostTable(new Snapshot(
                "1",
                Rules.KNOWN,
                List.of(named("literal", "[::1]"), named("with-port", "[2001:db8::1]:81"), named("v4", "10.0.0.1.")),
                Map.of()));
        RouteTable found = table.routes(host, port);
        assertEquals(expected, found == null ? null : found.host().name());
        assertEquals(expected != null, table.mayRoute(host, port));
    }

    @ParameterizedTest
    @CsvSource({"80, http", "443, https", "8080, any"})
    void aDomainWithTheSchemesOwnPortIsFoundWhereNoPortWasWritten(int port, String expected) {
        HostTable table = new HostTable(new Snapshot(
                "1",
                Rules.KNOWN,
                List.of(named("http", "shop:80"), named("https", "Shop:443"), named("any", "shop.")),
                Map.of()));
        assertEquals(expected, table.routes("SHOP", port).host().name());
    }

    private static VirtualHost named(String name, String domain) {
        return new VirtualHost(name, List.of(domain), List.of(new Route("r", Match.ANY, Action.Forward.to("c"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a:0", "a:65536", "a:", "a*b", "*a*", "**", "u@a", "a/b", "a b", "http://a"})
    void whatIsNoDomainIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Domain.parse(text));
    }
}
