package dev.weft.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Engine;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.telemetry.Json;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is shown of a configuration and of its endpoints. */
class PagesTest {
    private static final String CLUSTER = "outbound|80||shop";

    private final Engine engine = new Engine(new ThreadRandom(), new Ambient(() -> true), call -> {}, bug -> {});

    private static Endpoint endpoint(int last, Health health, int weight, int priority) {
        return new Endpoint(
                new InetSocketAddress("10.0.0." + last, 80),
                health,
                weight,
                new Endpoint.Locality("r", "z", ""),
                Map.of("version", "v" + last),
                priority,
                0);
    }

    @BeforeEach
    void publish() {
        Cluster cluster =
                Cluster.of(CLUSTER, List.of(endpoint(1, Health.HEALTHY, 3, 0), endpoint(2, Health.DRAINING, 1, 1)));
        Route route = new Route("all", Match.ANY, Action.Forward.to(CLUSTER));
        engine.publish(new Snapshot(
                "7",
                new Directory(Directory.State.KNOWN, Map.of("shop", new Directory.Entry("shop.default", Set.of(80)))),
                List.of(
                        new VirtualHost("shop", List.of("shop"), List.of(route)),
                        new VirtualHost(
                                "db", List.of("db"), List.of(), false, new TcpProxy(route, 5_000_000_000L, false))),
                Map.of(CLUSTER, cluster)));
    }

    private String clusters(String query) throws Exception {
        AdminAnswer answer =
                Clusters.answer(AdminRequest.of("GET", "/clusters" + query, List.of()), engine.live(), 0, true);
        assertEquals(query.isEmpty() ? "text/plain; charset=utf-8" : "application/json", answer.contentType());
        return answer.body();
    }

    @Test
    void clustersAsTextAreEnvoysLines() throws Exception {
        engine.live().clusters().get(CLUSTER).all().get(0).begun(0);
        List<String> lines = clusters("").lines().toList();
        assertTrue(
                lines.containsAll(List.of(
                        CLUSTER + "::balancer::" + Balancer.LEAST_REQUEST.name(),
                        CLUSTER + "::rq_active::1",
                        CLUSTER + "::10.0.0.1:80::rq_active::1",
                        CLUSTER + "::10.0.0.1:80::health_flags::healthy",
                        CLUSTER + "::10.0.0.1:80::weight::3",
                        CLUSTER + "::10.0.0.1:80::priority::0",
                        CLUSTER + "::10.0.0.1:80::ejections::0",
                        CLUSTER + "::10.0.0.1:80::zone::z",
                        CLUSTER + "::10.0.0.2:80::rq_active::0",
                        CLUSTER + "::10.0.0.2:80::health_flags::/eds_status_draining",
                        CLUSTER + "::10.0.0.2:80::priority::1",
                        CLUSTER + "::10.0.0.2:80::removed_by::draining")),
                lines.toString());
    }

    @Test
    void clustersAsJsonSayTheSame() throws Exception {
        String json = clusters("?format=json");
        assertTrue(json.startsWith("{\"snapshot\":\"7\",\"clusters\":[{\"name\":\"" + CLUSTER + "\""), json);
        assertTrue(json.contains("\"weight\":3,\"priority\":0,\"region\":\"r\",\"zone\":\"z\""), json);
        assertTrue(json.contains("\"health\":\"DRAINING\""), json);
        assertTrue(json.contains("\"removedBy\":\"draining\""), json);
    }

    @Test
    void aCallIsExplainedByThePathThatRulesSee() throws Exception {
        Explanations explanations = new Explanations(
                engine, new ThreadRandom(), () -> 0, Outside.NONE, path -> path.contains("..") ? null : "/seen");
        String asked = "/explain?url=http://shop";
        String seen = explanations
                .answer(AdminRequest.of("GET", asked + "/written?x", List.of()))
                .body();
        assertTrue(seen.contains("\"path\":\"/seen\"") && seen.contains("\"picked\":\"10.0.0.1:80\""), seen);
        String refused = explanations
                .answer(AdminRequest.of("GET", asked + "/../x", List.of()))
                .body();
        assertTrue(refused.contains("\"refused\":{\"status\":400,"), refused);
        assertTrue(refused.contains("\"path\":\"/../x\"") && !refused.contains("10.0.0.1"), refused);
    }

    @Test
    void theDumpHoldsNamesRoutesClustersAndEndpoints() {
        Json json = new Json();
        SnapshotJson.write(engine.snapshot(), json.beginObject());
        String dump = json.endObject().toString();
        assertEquals(
                "{\"names\":{\"shop\":\"shop.default\"},\"virtualHosts\":["
                        + "{\"name\":\"shop\",\"domains\":[\"shop\"],\"routes\":[{\"name\":\"all\","
                        + "\"match\":\"path under prefix /\",\"clusters\":{\"" + CLUSTER + "\":1}}]},"
                        + "{\"name\":\"db\",\"domains\":[\"db\"],\"routes\":[],\"tcp\":{\"name\":\"all\","
                        + "\"tls\":false,\"idleTimeoutMillis\":5000,\"clusters\":{\"" + CLUSTER + "\":1}}}],",
                dump.substring(0, dump.indexOf("\"clusters\":[{")));
        assertTrue(
                dump.contains("{\"address\":\"10.0.0.1\",\"port\":80,\"health\":\"HEALTHY\",\"weight\":3,"
                        + "\"priority\":0,\"region\":\"r\",\"zone\":\"z\",\"subZone\":\"\","
                        + "\"labels\":{\"version\":\"v1\"}}"),
                dump);
    }
}
