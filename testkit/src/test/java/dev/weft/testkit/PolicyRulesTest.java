package dev.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.warm.Standalone;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.StatefulSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rules say of policies, as agents read it and as their calls meet it. */
class PolicyRulesTest {
    private static final String ORDER = "order.default.svc.cluster.local";

    @TempDir
    private Path temp;

    private Path rules(String... documents) throws IOException {
        return Files.writeString(temp.resolve("rules.yaml"), String.join("---\n", documents));
    }

    private static String destination(String trafficPolicy) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec: {host: order, trafficPolicy: {%s}}
                """.formatted(trafficPolicy);
    }

    private static String resilience(String name, String parts) {
        return """
                apiVersion: weft.dev/v1
                kind: Resilience
                metadata: {name: %s}
                spec: {host: order, %s}
                """.formatted(name, parts);
    }

    private Standalone read(String... documents) throws IOException {
        Standalone read = IstioRules.read(
                List.of(rules(documents)),
                List.of(Instance.of("order", "10.0.0.1:8080", Map.of())),
                "default",
                Map.of(),
                "cluster.local");
        assertEquals(Set.of(), read.unsupported());
        return read;
    }

    private static Cluster cluster(Standalone read) {
        return Objects.requireNonNull(read.snapshot().clusters().get("outbound|0||" + ORDER));
    }

    private static Route route(Standalone read) {
        return read.snapshot().hosts().stream()
                .filter(host -> host.name().equals(ORDER))
                .findFirst()
                .orElseThrow()
                .routes()
                .get(0);
    }

    private static <G extends Guard> G guard(Standalone read, Class<G> kind) {
        return route(read).guards().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private static final TestCall CALL = TestCall.get("http://order/");

    @Test
    void balancersHaveTheirSettings() throws IOException {
        assertEquals(
                Balancer.PEAK_EWMA,
                cluster(read(destination("loadBalancer: {simple: PEAK_EWMA}"))).balancer());
        assertEquals(
                new Balancer.PeakEwma(5_000_000_000L, 30_000_000L, 1_000_000_000L),
                cluster(read(
                                destination("loadBalancer: {simple: PEAK_EWMA}"),
                                resilience("order", "peakEwma: {decay: 5s}")))
                        .balancer());
        Cluster reported = cluster(read(
                destination("loadBalancer: {simple: CLIENT_SIDE_WEIGHTED_ROUND_ROBIN}"),
                resilience(
                        "order",
                        "subsetting: {instances: 7}, reportedLoad: {blackout: 0s, expiration: 1m, update: 500ms,"
                                + " errorPenalty: 1.5, utilization: [named_metrics.queue]}")));
        assertEquals(
                new Balancer.ClientSideWeighted(0, 60_000_000_000L, 500_000_000L, 1.5, List.of("named_metrics.queue")),
                reported.balancer());
        assertEquals(7, reported.sharing().subsetSize());
        Cluster hashed = cluster(read(
                destination("loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 101}}}"),
                resilience("order", "subsetting: {instances: 7}")));
        assertEquals(new Balancer.Maglev(101), hashed.balancer());
        assertEquals(7, hashed.sharing().subsetSize());
    }

    @Test
    void whoAnswersSlowlyGetsFewCallsByPeakEwma() throws IOException {
        TestMesh mesh = TestMesh.istio(rules(destination("loadBalancer: {simple: PEAK_EWMA}")))
                .instance("order", "10.0.0.1:8080")
                .instance("order", "10.0.0.2:8080")
                .start()
                .answers("10.0.0.1:8080", 200, Duration.ofMillis(500))
                .answers("10.0.0.2:8080", 200, Duration.ofMillis(5));

        Shares shares = mesh.share(100, CALL);

        assertTrue(shares.instance("10.0.0.1:8080") < 10, shares::toString);
    }

    @Test
    void aSubsetOfTheInstancesTakesAllCalls() throws IOException {
        TestMesh.Builder mesh = TestMesh.istio(rules(resilience("order", "subsetting: {instances: 2}")));
        for (int i = 1; i <= 9; i++) {
            mesh.instance("order", "10.0.0." + i + ":8080");
        }
        TestMesh started = mesh.start();
        Set<String> met = new java.util.HashSet<>();
        for (int i = 0; i < 100; i++) {
            met.add(started.call(CALL).instance());
        }
        assertEquals(2, met.size(), met::toString);
    }

    @Test
    void aSessionStaysWithTheInstanceThatItsCookieNames() throws IOException {
        Standalone read =
                read(resilience("order", "session: {cookie: {name: cart, ttl: 1h, path: /cart}, strict: true}"));
        StatefulSession session = guard(read, StatefulSession.class);
        assertEquals(new StatefulSession.Key.Cookie("cart", 3600, "/cart"), session.key());
        assertTrue(session.strict());

        TestMesh mesh = TestMesh.istio(rules(resilience("order", "session: {header: X-Session}")))
                .instance("order", "10.0.0.1:8080")
                .instance("order", "10.0.0.2:8080")
                .start();
        String second = java.util.Base64.getEncoder().encodeToString("10.0.0.2:8080".getBytes());
        assertEquals(100, mesh.share(100, CALL.header("x-session", second)).instance("10.0.0.2:8080"));
    }
}
