package dev.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.warm.Standalone;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.AdmissionControl.Statuses;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.StatefulSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rules say of policies, as agents read it and as their calls meet it. */
class PolicyRulesTest {
    private static final String REGION = "topology.kubernetes.io/region";
    private static final String ZONE = "topology.kubernetes.io/zone";
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

    private static final String RETRIES = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: order}
            spec:
              hosts: [order]
              http:
                - name: list
                  retries: {attempts: 2, perTryTimeout: 100ms, retryOn: 5xx}
                  route: [{destination: {host: order}}]
            """;

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

    private static Map<String, String> at(String place) {
        String[] parts = place.split("/", -1);
        return Map.of(REGION, parts[0], ZONE, parts[1]);
    }

    /** Three instances, two in the caller's region. */
    private TestMesh places(String caller, String setting) throws IOException {
        return TestMesh.istio(rules(destination("loadBalancer: {localityLbSetting: {" + setting + "}}")))
                .instance("order", "10.0.0.1:8080", at("eu/eu-1"))
                .instance("order", "10.0.0.2:8080", at("eu/eu-2"))
                .instance("order", "10.0.0.3:8080", at("us/us-1"))
                .caller("default", at(caller))
                .start();
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
        Set<String> met = new HashSet<>();
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
        String second = Base64.getEncoder().encodeToString("10.0.0.2:8080".getBytes(StandardCharsets.UTF_8));
        assertEquals(100, mesh.share(100, CALL.header("x-session", second)).instance("10.0.0.2:8080"));
    }

    @Test
    void callsGoToTheNearestAndFurtherWhereNobodyIsLeft() throws IOException {
        TestMesh mesh = places("eu/eu-2", "enabled: true");
        assertEquals(100, mesh.share(100, CALL).instance("10.0.0.2:8080"));

        mesh.refuses("10.0.0.2:8080");
        mesh.share(2, CALL);
        assertEquals(50, mesh.share(50, CALL).instance("10.0.0.1:8080"), "in the region, before the other one");

        mesh.refuses("10.0.0.1:8080");
        mesh.share(2, CALL);
        assertEquals("10.0.0.3:8080", mesh.call(CALL).instance());
    }

    @Test
    void callsOfARegionGoToTheOneThatIsNamedForIt() throws IOException {
        TestMesh.Builder mesh = TestMesh.istio(
                        rules(destination("loadBalancer: {localityLbSetting: {failover: [{from: us, to: ap}]}}")))
                .instance("order", "10.0.0.1:8080", at("eu/eu-1"))
                .instance("order", "10.0.0.2:8080", at("ap/ap-1"));
        assertEquals(
                100,
                mesh.caller("default", at("us/us-1")).start().share(100, CALL).instance("10.0.0.2:8080"));
        Shares elsewhere = mesh.caller("default", at("af/af-1")).start().share(100, CALL);
        assertTrue(elsewhere.instance("10.0.0.1:8080") > 30, elsewhere::toString);
    }

    @Test
    void callsAreSharedOutAsTheCallersPlaceSays() throws IOException {
        String setting = "distribute: [{from: eu/eu-1, to: {eu/eu-1: 80, \"us/*\": 20}}]";
        Shares shares = places("eu/eu-1", setting).share(1_000, CALL);
        assertTrue(Math.abs(shares.instance("10.0.0.1:8080") - 800) < 60, shares::toString);
        assertEquals(0, shares.instance("10.0.0.2:8080"));

        Shares others = places("eu/eu-2", setting).share(300, CALL);
        assertTrue(others.instance("10.0.0.2:8080") > 60, others::toString);
    }

    @Test
    void instancesWithTheCallersLabelsAreCalledFirst() throws IOException {
        Map<String, String> blue = new HashMap<>(at("us/us-1"));
        blue.put("lane", "blue");
        TestMesh mesh = TestMesh.istio(rules(
                        destination("loadBalancer: {localityLbSetting: {failoverPriority: [lane, " + ZONE + "]}}")))
                .instance("order", "10.0.0.1:8080", at("eu/eu-1"))
                .instance("order", "10.0.0.2:8080", Map.of("lane", "blue"))
                .instance("order", "10.0.0.3:8080", blue)
                .caller("default", Map.of("lane", "blue", ZONE, "us-1"))
                .start();
        List<String> met = new ArrayList<>();
        met.add(mesh.call(CALL).instance());
        mesh.refuses("10.0.0.3:8080").call(CALL);
        met.add(mesh.call(CALL).instance());
        mesh.refuses("10.0.0.2:8080").call(CALL);
        met.add(mesh.call(CALL).instance());

        assertEquals(List.of("10.0.0.3:8080", "10.0.0.2:8080", "10.0.0.1:8080"), met);
    }

    @Test
    void aPortHasSettingsOfItsOwn() throws IOException {
        Standalone read = read("""
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: order}
                spec:
                  hosts: [order]
                  resolution: STATIC
                  ports: [{number: 80, name: http}, {number: 81, name: http-admin}]
                  endpoints: [{address: 10.0.0.8}]
                """, destination("""
                loadBalancer: {simple: RANDOM}, connectionPool: {tcp: {connectTimeout: 1s}},
                portLevelSettings: [{port: {number: 81}, loadBalancer: {simple: PEAK_EWMA}}]"""));
        var clusters = read.snapshot().clusters();
        Cluster usual = Objects.requireNonNull(clusters.get("outbound|80||" + ORDER));
        Cluster admin = Objects.requireNonNull(clusters.get("outbound|81||" + ORDER));
        assertEquals(Balancer.RANDOM, usual.balancer());
        assertEquals(Balancer.PEAK_EWMA, admin.balancer());
        assertEquals(1_000_000_000L, admin.connectTimeoutNanos());
    }

    @Test
    void limitsThatFindThemselvesHaveTheirSettings() throws IOException {
        Standalone read = read(resilience("order", """
                admissionControl: {success: ["200-299"], window: 10s, aggression: 2, threshold: 90, minRate: 5, maxRejection: 50},
                adaptiveConcurrency: {percentile: 90, maxCalls: 200, minCalls: 5, update: 50ms, minRtt: {interval: 30s, calls: 20, jitter: 10}, buffer: 50, status: 429}"""));
        AdmissionControl admission = guard(read, AdmissionControl.class);
        assertEquals(
                new AdmissionControl(
                        admission.scope(), true, List.of(new Statuses(200, 300)), 10_000_000_000L, 2, 0.9, 5, 0.5),
                admission);
        AdaptiveConcurrency adaptive = guard(read, AdaptiveConcurrency.class);
        assertEquals(
                new AdaptiveConcurrency(
                        adaptive.scope(),
                        true,
                        0.9,
                        200,
                        50_000_000L,
                        new AdaptiveConcurrency.MinRtt.Measured(30_000_000_000L, 0.1, 20),
                        5,
                        0.5,
                        429),
                adaptive);
        assertEquals(
                new AdaptiveConcurrency.MinRtt.Fixed(5_000_000L),
                guard(
                                read(resilience("order", "adaptiveConcurrency: {minRtt: {fixed: 5ms}}")),
                                AdaptiveConcurrency.class)
                        .minRtt());
    }

    @Test
    void anotherAttemptBeginsBesideOneThatIsTooSlow() throws IOException {
        TestMesh mesh = TestMesh.istio(rules(RETRIES, resilience("order", "hedge: {onPerTryTimeout: true}")))
                .instance("order", "10.0.0.1:8080")
                .instance("order", "10.0.0.2:8080")
                .start()
                .answers("10.0.0.1:8080", 200, Duration.ofMillis(150))
                .answers("10.0.0.2:8080", 200, Duration.ofMillis(150));

        Decision decision = mesh.call(CALL);

        assertEquals(2, decision.attempts().size());
        assertEquals(Duration.ofMillis(150), decision.took(), "the first one, which was not given up");
        Action.Forward forward = (Action.Forward)
                route(read(resilience("order", "hedge: {initialRequests: 2}"))).action();
        assertEquals(new HedgePolicy(2, 0), forward.hedge());
    }

    @Test
    void anAnswerWithAHeaderIsFollowedByAnotherAttempt() throws IOException {
        Action.Forward forward = (Action.Forward)
                route(read(RETRIES, resilience("order", "retriableHeaders: {x-again: \"yes\", x-draining: \"\"}")))
                        .action();
        var retry = Objects.requireNonNull(forward.retry());
        assertEquals(
                Set.of("5xx", "retriable-headers"),
                retry.on().stream().map(on -> on.word()).collect(Collectors.toSet()));
        assertEquals(
                List.of("x-again", "x-draining"),
                Objects.requireNonNull(retry.headers()).answers().stream()
                        .map(HeaderMatch::name)
                        .toList());
    }

    @Test
    void aServiceCountsTheCallsOfManyProcesses() throws IOException {
        Standalone read = read("""
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: limits}
                spec:
                  hosts: [limits]
                  resolution: STATIC
                  ports: [{number: 8081, name: grpc}, {number: 80, name: http}]
                  endpoints: [{address: 10.0.0.7}]
                """, resilience("all", """
                rateLimitService: {destination: {host: limits, port: {number: 8081}}, domain: shop, timeout: 50ms,
                failureModeDeny: true, status: 430, statusOnError: 503},
                globalRateLimit: {descriptors: [{entries: [{value: list}, {key: user, header: X-User, optional: true}]},
                {entries: [{destinationCluster: true}, {key: page, queryParameter: p}, {key: tier, value: gold}]}]}""").replace("host: order", "host: '*'"));
        GlobalRateLimit limit = guard(read, GlobalRateLimit.class);
        assertEquals("outbound|8081||limits.default.svc.cluster.local", limit.service());
        assertTrue(read.snapshot().clusters().containsKey("outbound|8081||limits.default.svc.cluster.local"));
        assertEquals("shop", limit.domain());
        assertEquals(50_000_000L, limit.timeoutNanos());
        assertEquals(
                List.of(
                        new RateLimits.Kind(
                                0,
                                List.of(
                                        new Part.GenericKey("generic_key", "list"),
                                        new Part.RequestHeader("x-user", "user", true))),
                        new RateLimits.Kind(
                                0,
                                List.of(
                                        new Part.DestinationCluster(),
                                        new Part.QueryParameter("p", "page", false),
                                        new Part.GenericKey("tier", "gold")))),
                route(read).limits().own());
    }
}
