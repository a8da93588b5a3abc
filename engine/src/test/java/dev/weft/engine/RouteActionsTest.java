package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Action.Split;
import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HashPolicy;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.PathRewrite;
import dev.weft.engine.snapshot.PathTemplate;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Substitution;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RouteActionsTest {
    private final Engine engine = new Engine(new SeededRandom(3), new Ambient(() -> false), call -> {}, bug -> {
        throw new AssertionError(bug);
    });

    /** A request of a client that can send another path. */
    private record Rewritable(String host, String path) implements PlainGet {
        @Override
        public boolean rewritable() {
            return true;
        }
    }

    private void publish(PathMatch path, Action action) {
        publish(new Match(path, List.of()), action, "a", "b");
    }

    private void publish(Match match, Action action, String... clusters) {
        Cluster[] all = Stream.of(clusters).map(name -> Rules.cluster(name, 1)).toArray(Cluster[]::new);
        engine.publish(
                Rules.snapshot(new VirtualHost("vh", List.of("shop"), List.of(new Route("r", match, action))), all));
    }

    private Step step(Request request) {
        Call call = engine.call(request, false);
        call.start(0);
        return call.next(0);
    }

    private String sentPath(String target) {
        var send = assertInstanceOf(Step.Send.class, step(new Rewritable("shop", target)));
        return send.attempt().path();
    }

    static Stream<Arguments> rewrites() {
        PathRewrite prefix = new PathRewrite.Prefix("/new");
        PathRewrite root = new PathRewrite.Prefix("/");
        PathRewrite regex = new PathRewrite.Regex(new Substitution(Pattern.compile("/v([0-9])/(.*)"), "/\\2/\\1"));
        PathTemplate template = PathTemplate.parse("/a/{x}/{rest=**}");
        return Stream.of(
                Arguments.of(new PathMatch.Prefix("/old"), prefix, "/old/x?q=1", "/new/x?q=1"),
                Arguments.of(new PathMatch.Prefix("/OLD", true), prefix, "/old", "/new"),
                Arguments.of(new PathMatch.SeparatedPrefix("/old"), prefix, "/old/x#f", "/new/x#f"),
                Arguments.of(new PathMatch.Exact("/old"), prefix, "/old?q", "/new?q"),
                Arguments.of(new PathMatch.Prefix("/old/"), root, "/old/x", "/x"),
                Arguments.of(new PathMatch.Prefix("/old"), root, "/old/x", "/x"),
                Arguments.of(new PathMatch.Regex(Pattern.compile("/.*")), prefix, "/old/x?q", "/new?q"),
                Arguments.of(new PathMatch.Prefix("/"), regex, "/v1/a/b?/v2/c", "/a/b/1?/v2/c"),
                Arguments.of(new PathMatch.Prefix("/"), regex, "/other", "/other"),
                Arguments.of(
                        new PathMatch.Prefix("/old"),
                        new PathRewrite.Prefix("/a b?c\u00e4/%41"),
                        "/old",
                        "/a%20b%3Fc%C3%A4/%41"),
                Arguments.of(new PathMatch.Prefix("/old"), new PathRewrite.Prefix("/100%"), "/old/x", "/100%25/x"),
                Arguments.of(
                        new PathMatch.Prefix("/"),
                        new PathRewrite.Regex(new Substitution(Pattern.compile("[0-9]+"), "N")),
                        "/caf%C3%A9/7",
                        "/caf%25CN%25AN/N"),
                Arguments.of(
                        new PathMatch.Template(template),
                        PathRewrite.Template.of(template, "/{rest}/of/{x}"),
                        "/a/1/b/c?q",
                        "/b/c/of/1?q"));
    }

    @ParameterizedTest
    @MethodSource("rewrites")
    void thePathThatIsSentIsTheRewrittenOne(PathMatch match, PathRewrite rewrite, String asked, String sent) {
        publish(match, Action.Forward.to("a").rewriting(rewrite));
        assertEquals(sent, sentPath(asked));
        String said = Explainer.explain(engine.live(), new SeededRandom(1), FakeRequest.get("shop", asked), 0, 0)
                .conclusion();
        assertTrue(said.contains(" as " + sent + ","), said);
    }

    @Test
    void withoutARewriteThePathIsTheApplications() {
        publish(new PathMatch.Prefix("/"), Action.Forward.to("a"));
        assertEquals(null, sentPath("/old"));
    }

    @Test
    void aClientThatCantSendAnotherPathIsRefusedRatherThanMisdirected() {
        publish(new PathMatch.Prefix("/"), Action.Forward.to("a").rewriting(new PathRewrite.Prefix("/x")));
        var reply = assertInstanceOf(Step.Reply.class, step(FakeRequest.get("shop", "/old")));
        assertEquals(Refusal.Kind.NO_ROUTE, reply.refusal().kind());
        assertTrue(
                reply.refusal().why().contains("rewrites the path"),
                reply.refusal().why());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // scheme, host, port, path, strip; asked; location
                "https, -, 0, -, false, http://shop:80/a?q, https://shop/a?q",
                "https, -, 0, -, false, http://shop:8080/a, https://shop:8080/a",
                "https, -, 8443, -, false, http://shop:8080/a, https://shop:8443/a",
                "-, other, 0, -, false, http://shop:8080/a, http://other/a",
                "-, '[::1]', 81, -, false, http://shop:80/a, http://[::1]:81/a",
                "-, -, 0, /b, false, http://shop:80/a?q=1, http://shop/b?q=1",
                "-, -, 0, /b, true, http://shop:80/a?q=1, http://shop/b",
                "-, -, 0, /b?own, true, http://shop:80/a?q=1, http://shop/b?own",
                "-, -, 0, -, true, http://shop:80/a?q=1, http://shop/a",
            })
    void redirectsGoWhereEnvoysGo(
            String scheme, String host, int port, String path, boolean strip, String asked, String location) {
        publish(
                new PathMatch.Prefix("/"),
                new Action.Redirected(
                        new Redirect(scheme, host, port, path, null, strip, 307),
                        List.of(new HeaderEdits.Entry("x-by", "weft"))));
        java.net.URI uri = java.net.URI.create(asked);
        String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        FakeRequest request = FakeRequest.get("shop", target).port(uri.getPort());
        Refusal answer = assertInstanceOf(Step.Reply.class, step(request)).refusal();
        assertEquals(307, answer.code());
        assertEquals(Refusal.Kind.RULE, answer.kind());
        assertEquals(
                List.of(new Refusal.Header("location", location), new Refusal.Header("x-by", "weft")),
                answer.headers());
        assertEquals(
                "redirected with status 307 to " + location,
                Explainer.explain(engine.live(), new SeededRandom(1), request, 0, 0)
                        .conclusion());
    }

    @Test
    void aRedirectMayRewriteThePath() {
        var redirect = new Redirect(null, null, 0, null, new PathRewrite.Prefix("/new/"), false, 301);
        publish(new PathMatch.Prefix("/old/"), new Action.Redirected(redirect, List.of()));
        Refusal answer = assertInstanceOf(Step.Reply.class, step(FakeRequest.get("shop", "/old/x?q")))
                .refusal();
        assertEquals(
                new Refusal.Header("location", "http://shop/new/x?q"),
                answer.headers().get(0));
    }

    @Test
    void aDirectResponseCarriesHeaders() {
        publish(
                new PathMatch.Prefix("/"),
                new Action.DirectResponse(418, "tea", List.of(new HeaderEdits.Entry("a", "b"))));
        Refusal answer = assertInstanceOf(Step.Reply.class, step(FakeRequest.get("shop", "/")))
                .refusal();
        assertEquals(
                Refusal.rule(
                        Refusal.Details.DIRECT_RESPONSE,
                        418,
                        "direct response of a route",
                        List.of(new Refusal.Header("a", "b")),
                        "tea"),
                answer);
    }

    @Test
    void headersAreEditedFromTheMostSpecificLevelToTheLeast() {
        HeaderEdits host = new HeaderEdits(List.of("x-gone"), List.of(entry("x-who", "host")), List.of());
        HeaderEdits route = new HeaderEdits(
                        List.of(), List.of(entry("x-who", "route")), List.of(entry("x-gone", "route")))
                .then(host);
        HeaderEdits cluster = new HeaderEdits(List.of(), List.of(entry("x-who", "cluster")), List.of());
        publish(
                Match.ANY,
                new Action.Forward(
                        List.of(new WeightedCluster("a", 1, cluster)), Long.MAX_VALUE, null, null, List.of(), route),
                "a");
        var send = assertInstanceOf(Step.Send.class, step(FakeRequest.get("shop", "/")));
        List<String> written = new ArrayList<>();
        send.attempt().edit(new HeaderWriter() {
            @Override
            public void set(String name, String value) {
                if (name.startsWith("x-")) {
                    written.add("set " + name + "=" + value);
                }
            }

            @Override
            public void add(String name, String value) {
                written.add("add " + name + "=" + value);
            }

            @Override
            public void remove(String name) {
                written.add("remove " + name);
            }
        });
        assertEquals(
                List.of("set x-who=cluster", "set x-who=route", "add x-gone=route", "remove x-gone", "set x-who=host"),
                written);
        assertEquals(host, HeaderEdits.NONE.then(host).then(HeaderEdits.NONE));
    }

    private static HeaderEdits.Entry entry(String name, String value) {
        return new HeaderEdits.Entry(name, value);
    }

    private static Action.Forward split(Split by, HashPolicy... policies) {
        Action.Forward plain = Action.Forward.to("a");
        List<WeightedCluster> clusters =
                List.of(new WeightedCluster("a", 75, HeaderEdits.NONE), new WeightedCluster("b", 25, HeaderEdits.NONE));
        return new Action.Forward(clusters, Long.MAX_VALUE, null, null, List.of(), plain.edits())
                .hashing(List.of(policies), by);
    }

    private String cluster(FakeRequest request) {
        Call call = engine.call(request, false);
        call.start(0);
        return call.cluster();
    }

    @Test
    void aSplitByHashKeepsAUserWithOneVersionAndTheSharesRight() {
        publish(Match.ANY, split(Split.HASH, new HashPolicy.Header("x-user", null, false)), "a", "b");
        Map<String, Integer> shares = new HashMap<>();
        for (int user = 0; user < 10_000; user++) {
            FakeRequest request = FakeRequest.get("shop", "/").with("x-user", "user-" + user);
            String first = cluster(request);
            assertEquals(first, cluster(request));
            shares.merge(first, 1, Integer::sum);
        }
        assertTrue(Math.abs(shares.get("a") - 7500) < 4 * Math.sqrt(10_000 * 0.75 * 0.25), shares::toString);
    }

    @Test
    void aSplitByHashLeavesACallWithoutOneToChance() {
        publish(Match.ANY, split(Split.HASH, new HashPolicy.Header("x-user", null, false)), "a", "b");
        assertEquals(List.of("a", "b"), seen(FakeRequest.get("shop", "/")));
    }

    @Test
    void aSplitByHeaderTakesTheNumberThatStandsThere() {
        publish(Match.ANY, split(new Split.Header("x-random")), "a", "b");
        FakeRequest request = FakeRequest.get("shop", "/");
        assertEquals(List.of("a"), seen(request.with("x-random", "74")));
        assertEquals(List.of("b"), seen(request.with("x-random", "175")));
        assertEquals(List.of("a", "b"), seen(request.with("x-random", "-1")));
        assertEquals(List.of("a", "b"), seen(request.with("x-random", "seven")));
    }

    private List<String> seen(FakeRequest request) {
        return Stream.generate(() -> cluster(request))
                .limit(100)
                .distinct()
                .sorted()
                .toList();
    }

    static Stream<Arguments> absurd() {
        return Stream.of(
                absurd("cluster.weight", () -> new WeightedCluster("a", -1, HeaderEdits.NONE)),
                absurd("cluster.name", () -> new WeightedCluster("", 1, HeaderEdits.NONE)),
                absurd("clusters: weights add up to 0", () -> forward(1)),
                absurd(
                        "clusters: weights add up to 4294967294",
                        () -> forward(1, Integer.MAX_VALUE, Integer.MAX_VALUE)),
                absurd("clusters: weights add up to 0", () -> forward(1, 0)),
                absurd("timeout", () -> forward(0, 1)),
                absurd("mirror.perMillion", () -> new Action.Mirror("a", 1_000_001)),
                absurd("direct_response.status", () -> new Action.DirectResponse(199, "")),
                absurd("match.perMillion", () -> new Match(new PathMatch.Prefix("/"), List.of(), List.of(), false, -1)),
                absurd("headers.name", () -> new Match.HeaderMatch("X-A", null, false)),
                absurd("query_parameters.name", () -> new Match.QueryMatch("", null, false)),
                absurd("range_match", () -> new Match.StringMatch.Range(5, 5)),
                absurd("hash_policy.header", () -> new HashPolicy.Header("", null, false)),
                absurd("hash_policy.cookie", () -> new HashPolicy.Cookie("", false)),
                absurd("hash_policy.query_parameter", () -> new HashPolicy.Query("", false)),
                absurd("redirect.scheme", () -> new Redirect("ftp", null, 0, null, null, false, 301)),
                absurd("redirect.port", () -> new Redirect(null, null, 70_000, null, null, false, 301)),
                absurd("redirect.path", () -> new Redirect(null, null, 0, "x", null, false, 301)),
                absurd("redirect.status", () -> new Redirect(null, null, 0, null, null, false, 200)),
                absurd("not a domain", () -> new Redirect(null, "a b", 0, null, null, false, 301)),
                absurd("prefix_rewrite", () -> new PathRewrite.Prefix("x")),
                absurd("substitution", () -> new Substitution(Pattern.compile("(a)"), "\\2")),
                absurd("substitution", () -> new Substitution(Pattern.compile("(a)"), "x\\")),
                absurd("path_template_rewrite", () -> PathRewrite.Template.of(PathTemplate.parse("/{a}"), "/{b}")),
                absurd("path_template_rewrite", () -> PathRewrite.Template.of(PathTemplate.parse("/{a}"), "{a}")));
    }

    private static Action.Forward forward(long timeout, int... weights) {
        List<WeightedCluster> clusters = java.util.Arrays.stream(weights)
                .mapToObj(weight -> new WeightedCluster("c", weight, HeaderEdits.NONE))
                .toList();
        return new Action.Forward(clusters, timeout, null, null, List.of(), HeaderEdits.NONE);
    }

    private static Arguments absurd(String field, Supplier<Object> made) {
        return Arguments.of(field, made);
    }

    @ParameterizedTest
    @MethodSource("absurd")
    void whatMakesNoSenseIsRefusedWithTheNameOfTheField(String field, Supplier<Object> made) {
        String message = assertThrows(IllegalArgumentException.class, made::get).getMessage();
        assertTrue(message.contains(field), message);
    }

    /** To whom the calls of each user go. */
    private Map<String, Set<Endpoint>> served(int users, int calls) {
        Map<String, Set<Endpoint>> served = new HashMap<>();
        for (int i = 0; i < users * calls; i++) {
            String user = "user-" + i % users;
            var send = assertInstanceOf(
                    Step.Send.class, step(FakeRequest.get("shop", "/").with("x-user", user)));
            served.computeIfAbsent(user, none -> new HashSet<>())
                    .add(send.attempt().endpoint());
        }
        return served;
    }

    @Test
    void callsThatARuleMakesAlikeGoToTheSameEndpointOfAHashedCluster() {
        Action.Forward plain = Action.Forward.to("a");
        Action.Forward hashed = plain.hashing(List.of(new HashPolicy.Header("x-user", null, false)), Split.RANDOM);
        for (Balancer balancer : List.of(Balancer.RING_HASH, Balancer.MAGLEV)) {
            Cluster cluster = Rules.balancer(Rules.cluster("a", 10), balancer);
            VirtualHost host = new VirtualHost("vh", List.of("shop"), List.of(new Route("r", Match.ANY, hashed)));
            engine.publish(Rules.snapshot(host, cluster));
            Map<String, Set<Endpoint>> served = served(50, 5);
            assertTrue(served.values().stream().allMatch(endpoints -> endpoints.size() == 1), balancer.name());
            Set<Endpoint> all = new HashSet<>();
            served.values().forEach(all::addAll);
            assertTrue(all.size() > 5, balancer.name() + " uses " + all.size());

            engine.publish(Rules.snapshot(
                    new VirtualHost("vh", List.of("shop"), List.of(new Route("r", Match.ANY, plain))), cluster));
            assertTrue(served(1, 200).get("user-0").size() > 5, "without a rule chance decides");
        }
    }
}
