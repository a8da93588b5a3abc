package dev.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestMeshTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final TestCall CALL = TestCall.get("http://order/");

    private static TestMesh shop() throws IOException {
        return TestMesh.istio(RESOURCES.resolve("shop"))
                .instance("order", "10.0.0.1:8080", Map.of("version", "v1"))
                .instance("order", "10.0.0.2:8080", Map.of("version", "v1"))
                .start();
    }

    @Test
    void xdsIsReadAsAnAgentReadsIt() throws IOException {
        TestMesh mesh = TestMesh.xds(RESOURCES.resolve("xds/order.json")).start();

        Shares shares = mesh.share(1_000, CALL);

        assertTrue(Math.abs(shares.cluster("a") - 750) < 60, shares::toString);
        assertEquals(1_000, shares.cluster("a") + shares.cluster("b"));
    }

    @Test
    void whatAgentsDontDoIsSaid() throws IOException {
        assertEquals(Set.of(), shop().unsupported());
        assertEquals(
                Set.of("RetryPolicy.retry_on 'http3-post-connect-failure'"),
                TestMesh.xds(RESOURCES.resolve("xds/unsupported.yaml")).start().unsupported());
    }

    @Test
    void equalSeedsGiveEqualDecisions() throws IOException {
        var builder = TestMesh.xds(RESOURCES.resolve("xds/order.json")).seed(7);

        assertEquals(builder.start().share(100, CALL), builder.start().share(100, CALL));
    }

    @Test
    void aRuleWithAMistakeIsRefusedWithFileLineAndField() {
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> TestMesh.istio(RESOURCES.resolve("refused")).start());

        assertTrue(refused.getMessage().contains("order.yaml:7:"), refused::getMessage);
        assertTrue(refused.getMessage().contains("spec.http[0].timeout"), refused::getMessage);
    }

    @Test
    void aFileWithoutResourcesIsRefused() {
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> TestMesh.xds(RESOURCES.resolve("shop/order.yaml")).start());

        assertTrue(refused.getMessage().contains("order.yaml"), refused::getMessage);
    }

    @Test
    void anInstanceWithoutAPortIsRefused() {
        var builder = TestMesh.istio(RESOURCES.resolve("shop"));

        assertThrows(IllegalArgumentException.class, () -> builder.instance("order", "10.0.0.1"));
    }

    @Test
    void namesThatNobodyRegisteredPassThrough() throws IOException {
        TestMesh mesh = shop();

        assertEquals(Decision.Kind.PASSED, mesh.get("http://elsewhere.example/").kind());
        assertFalse(mesh.knows("http://elsewhere.example/"));
        assertTrue(mesh.knows("http://order.default.svc.cluster.local/"));
    }

    @Test
    void whatRulesDeclareIsThereAndWhatIsForCallersOfOneNamespaceCountsForThem() throws IOException {
        TestMesh mesh = TestMesh.istio(RESOURCES.resolve("declared")).start();

        Decision decision = mesh.get("http://pay.example.com/");
        assertEquals("192.0.2.7:8080", decision.instance());
        assertEquals("ours-alone", decision.route());
        assertEquals(Decision.Kind.REFUSED, mesh.get("http://bank.example.com/").kind());
    }

    @Test
    void whatIsForCallersWithLabelsCountsForThem() throws IOException {
        var rules = TestMesh.istio(RESOURCES.resolve("sources")).instance("order", "10.0.0.1:8080");

        assertEquals("all", rules.start().get("http://order/").route());
        assertEquals(
                "front",
                rules.caller("default", Map.of("app", "front", "tier", "web"))
                        .start()
                        .get("http://order/")
                        .route());
        assertEquals(
                "lab",
                rules.caller("lab", Map.of("app", "back"))
                        .start()
                        .get("http://order.default/")
                        .route());
        var xds = TestMesh.xds(RESOURCES.resolve("xds/order.json"));
        assertThrows(IllegalStateException.class, () -> xds.caller("lab", Map.of()));
    }

    @Test
    void aBreakerAndAFallbackThatARuleAsksForAreThoseOfTheAgent() throws IOException {
        TestMesh mesh = TestMesh.istio(RESOURCES.resolve("resilience"))
                .instance("order", "10.0.0.1:8080", Map.of())
                .start()
                .answers("10.0.0.1:8080", 500);
        assertEquals(Set.of(), mesh.unsupported());

        Decision listed = mesh.get("http://order/list");
        assertEquals(1, listed.attempts().size());
        assertEquals(203, listed.status());
        assertEquals("[]", listed.body());
        assertEquals("application/json", listed.headers().get("content-type"));

        for (int i = 0; i < 5; i++) {
            assertEquals(500, mesh.get("http://order/other").status());
        }
        Decision stopped = mesh.get("http://order/other");
        assertEquals(0, stopped.attempts().size(), "five of five have failed");
        assertEquals(503, stopped.status());
        assertEquals(1, mesh.get("http://order/list").attempts().size(), "the breaker of the other route is its own");
    }

    @Test
    void aPostIsNotSentAgain() throws IOException {
        TestMesh mesh = shop().breaks("10.0.0.1:8080").breaks("10.0.0.2:8080");

        Decision decision = mesh.call(TestCall.post("http://order/"));

        assertEquals(Decision.Kind.FAILED, decision.kind());
        assertEquals(1, decision.attempts().size());
        assertEquals("reset", decision.why());
    }

    @Test
    void aRefusedConnectionIsTriedElsewhere() throws IOException {
        TestMesh mesh = shop().refuses("10.0.0.1:8080");

        for (int i = 0; i < 10; i++) {
            Decision decision = mesh.call(TestCall.post("http://order/").once());
            assertEquals(200, decision.status());
            assertEquals("10.0.0.2:8080", decision.instance());
        }
    }

    @Test
    void answersTakeTheirTimeAndTheCallersOwnLimitCounts() throws IOException {
        TestMesh mesh = shop().answers("10.0.0.1:8080", 200, Duration.ofMillis(300))
                .answers("10.0.0.2:8080", 200, Duration.ofMillis(300));

        assertEquals(Duration.ofMillis(300), mesh.call(CALL).took());
        assertEquals(
                Decision.Kind.REFUSED,
                mesh.call(CALL.within(Duration.ofMillis(100))).kind());
    }
}
