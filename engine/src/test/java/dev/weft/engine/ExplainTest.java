package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HashPolicy;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class ExplainTest {
    private final SeededRandom random = new SeededRandom(1);
    private final Engine engine = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});

    @Test
    void itNamesWhatMatchedWhatWasRemovedAndWhatWouldBePicked() {
        Match admin = new Match(new PathMatch.Prefix("/admin"), List.of());
        VirtualHost host = new VirtualHost(
                "shop",
                List.of("shop", "shop.default"),
                List.of(
                        new Route("admin", admin, Rules.to("b", null)),
                        new Route("rest", Match.ANY, Rules.to("a", null))));
        Endpoint out = new Endpoint(
                Rules.address(1), Endpoint.Health.UNHEALTHY, 1, Endpoint.Locality.NONE, Map.of("version", "v1"));
        Endpoint in = Endpoint.of(Rules.address(2));
        Endpoint also = Endpoint.of(Rules.address(3));
        engine.publish(Rules.snapshot(host, Rules.roundRobin(Cluster.of("a", List.of(out, in, also)))));

        Explanation said = Explainer.explain(engine.live(), random, FakeRequest.get("Shop.default", "/x?y"), 0, 0);

        assertEquals("""
                GET Shop.default:80/x?y
                  virtual host shop, found by domain shop.default
                  route admin (path under prefix /admin): no, path /x is not under prefix /admin
                  route rest (path under prefix /): matches
                  cluster a: 100.0 % of calls, chosen this time
                    10.0.0.1:8080 {version=v1}, in flight 0: removed, unhealthy
                    10.0.0.2:8080 {}, in flight 0: candidate, 50.0 % of the calls <- would be picked
                    10.0.0.3:8080 {}, in flight 0: candidate, 50.0 % of the calls
                  would be sent to 10.0.0.2:8080, chosen by round robin
                """, said.text());
    }

    @Test
    void whileTheMeshIsPausedItSaysThatTheCallPassesOrMayNot() throws Exception {
        Cluster plain = Rules.cluster("a", 2);
        for (boolean secured : new boolean[] {false, true}) {
            Transport tls = new Transport.Tls(SSLContext.getDefault(), "", List.of());
            engine.publish(Rules.snapshot(Rules.to("a", null), secured ? Rules.transport(plain, tls) : plain));
            Explanation said = Explainer.paused(engine.live(), random, FakeRequest.get("shop", "/"), 0, 0);
            assertNull(said.picked());
            assertEquals(secured, said.refused() != null);
            assertEquals(
                    secured
                            ? "refused with status 503: shop:80: TLS is required, and the mesh is paused"
                            : "the mesh is paused: the call passes through untouched",
                    said.conclusion());
            assertTrue(said.text().endsWith("  " + said.conclusion() + "\n"), said::text);
        }
    }

    @Test
    void anAnswerThatBeganAndWasLateIsNotCalledNone() {
        Explanation.Attempt late = new Explanation.Attempt(1, "10.0.0.1:8080", Outcome.DEADLINE, 200, 1, "");
        assertEquals("200, its answer took longer than its time limit", late.met());
    }

    @Test
    void itSaysWhyAGoodEndpointGetsNothing() {
        Endpoint first = Endpoint.of(Rules.address(1));
        Endpoint second =
                new Endpoint(Rules.address(2), Endpoint.Health.HEALTHY, 1, Endpoint.Locality.NONE, Map.of(), 1, 0);
        engine.publish(Rules.snapshot(Rules.to("a", null), Cluster.of("a", List.of(first, second))));
        String said = Explainer.explain(engine.live(), random, FakeRequest.get("shop", "/"), 0, 7)
                .text();
        assertTrue(said.contains("10.0.0.2:8080 {}, in flight 0: removed, priority 1 gets no calls now"), said);
        assertTrue(said.contains("would be sent to 10.0.0.1:8080"), said);
    }

    @Test
    void itSaysWhatTheChoiceGoesBy() {
        assertEquals(List.of("costs 2 calls", "costs 0 calls"), scores(Balancer.LEAST_REQUEST, 1, 1));
        assertEquals(List.of("worth 0.33", "worth 3.00"), scores(Balancer.LEAST_REQUEST, 1, 3));
        assertEquals(List.of("costs 90.0 ms", "costs 30.0 ms"), scores(Balancer.PEAK_EWMA, 1, 1));
        assertEquals(List.of("costs 90.0 ms", "costs 15.0 ms"), scores(Balancer.PEAK_EWMA, 1, 2));
        assertEquals(List.of("25.0 % of the calls", "75.0 % of the calls"), scores(Balancer.ROUND_ROBIN, 1, 3));
        assertEquals(List.of("50.0 % of the calls", "50.0 % of the calls"), scores(Balancer.RANDOM, 1, 1));
    }

    /** Of two endpoints with these weights, the first with two calls in flight. */
    private List<String> scores(Balancer balancer, int first, int second) {
        Engine fresh = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});
        Cluster cluster = Cluster.of("a", List.of(weighing(1, first), weighing(2, second)));
        fresh.publish(Rules.snapshot(Rules.to("a", null), Rules.balancer(cluster, balancer)));
        LiveEndpoint busy = fresh.live().clusters().get("a").all().get(0);
        busy.begun(0);
        busy.begun(0);
        return Explainer.explain(fresh.live(), random, FakeRequest.get("shop", "/"), 0, 0).candidates().stream()
                .map(candidate -> candidate.score().words())
                .toList();
    }

    private static Endpoint weighing(int number, int weight) {
        return new Endpoint(Rules.address(number), Endpoint.Health.HEALTHY, weight, Endpoint.Locality.NONE, Map.of());
    }

    @Test
    void ofHashesItSaysWhoseTheCallsIs() {
        Action.Forward hashed =
                Rules.to("a", null).hashing(List.of(new HashPolicy.Header("x-user", null, false)), Action.Split.RANDOM);
        for (Balancer balancer : List.of(Balancer.RING_HASH, Balancer.MAGLEV)) {
            Cluster cluster = Rules.balancer(Rules.cluster("a", 2), balancer);
            engine.publish(Rules.snapshot(hashed, cluster));
            for (int user = 0; user < 20; user++) {
                FakeRequest request = FakeRequest.get("shop", "/").with("x-user", "u" + user);
                Explanation said = Explainer.explain(engine.live(), random, request, 0, 0);
                List<String> its = said.candidates().stream()
                        .filter(one -> one.score().words().equals("50.0 % of the hashes, and this one"))
                        .map(Explanation.Candidate::address)
                        .toList();
                assertEquals(List.of(said.picked()), its);
            }
            assertTrue(
                    Explainer.explain(engine.live(), random, FakeRequest.get("shop", "/"), 0, 0).candidates().stream()
                            .allMatch(one -> one.score().words().equals("50.0 % of the hashes")),
                    "a call without a hash has none of them");
        }
    }

    @Test
    void aShareIsOneOfAllCallsWhereverTheyAreSharedOut() {
        Endpoint first = Endpoint.of(Rules.address(1));
        Endpoint sick = new Endpoint(Rules.address(2), Endpoint.Health.UNHEALTHY, 1, Endpoint.Locality.NONE, Map.of());
        Endpoint second =
                new Endpoint(Rules.address(3), Endpoint.Health.HEALTHY, 1, Endpoint.Locality.NONE, Map.of(), 1, 0);
        engine.publish(
                Rules.snapshot(Rules.to("a", null), Rules.roundRobin(Cluster.of("a", List.of(first, sick, second)))));

        List<Explanation.Candidate> said = Explainer.explain(engine.live(), random, FakeRequest.get("shop", "/"), 0, 0)
                .candidates();

        assertEquals("70.0 % of the calls", said.get(0).score().words());
        assertNull(said.get(1).score());
        assertEquals("30.0 % of the calls", said.get(2).score().words());
    }

    @Test
    void anotherHostIsSaidWithTheEndpoint() {
        Action.Forward forward = Action.Forward.to("a").naming(new HostRewrite.Literal("inner.example"));
        engine.publish(Rules.snapshot(forward, Rules.cluster("a", 1)));
        String said = Explainer.explain(engine.live(), random, FakeRequest.get("shop", "/"), 0, 0)
                .conclusion();
        assertTrue(said.contains(" with the host inner.example, chosen by "), said);
    }

    @Test
    void aHostOutsideTheMeshIsSaidToPass() {
        engine.publish(Rules.snapshot(Rules.to("a", null)));
        assertEquals(
                "not a mesh host: the call passes through untouched",
                Explainer.explain(engine.live(), random, FakeRequest.get("elsewhere", "/"), 0, 0)
                        .conclusion());
    }
}
