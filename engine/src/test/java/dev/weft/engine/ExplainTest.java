package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.explain.Explainer;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.util.List;
import java.util.Map;
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
                    10.0.0.2:8080 {}, in flight 0: candidate <- would be picked
                    10.0.0.3:8080 {}, in flight 0: candidate
                  would be sent to 10.0.0.2:8080, chosen by round robin
                """, said.text());
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
    void aHostOutsideTheMeshIsSaidToPass() {
        engine.publish(Rules.snapshot(Rules.to("a", null)));
        assertEquals(
                "not a mesh host: the call passes through untouched",
                Explainer.explain(engine.live(), random, FakeRequest.get("elsewhere", "/"), 0, 0)
                        .conclusion());
    }
}
