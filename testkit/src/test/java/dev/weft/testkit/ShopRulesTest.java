package dev.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/testkit.md}. */
class ShopRulesTest {
    private final TestMesh mesh;

    ShopRulesTest() throws IOException {
        mesh = TestMesh.istio(Path.of("src/test/resources/shop"))
                .instance("order", "10.0.0.1:8080", Map.of("version", "v1"))
                .instance("order", "10.0.0.2:8080", Map.of("version", "v1"))
                .instance("order", "10.0.0.3:8080", Map.of("version", "v2"))
                .start();
    }

    @Test
    void callersOfTheBetaMeetTheSecondVersion() {
        Decision beta = mesh.call(TestCall.get("http://order/orders").header("x-beta", "yes"));

        assertEquals("10.0.0.3:8080", beta.instance());
        assertEquals("beta", beta.route());
        assertEquals("beta", beta.attempts().get(0).headers().get("x-lane"));
    }

    @Test
    void everybodyElseMeetsTheFirst() {
        Shares shares = mesh.share(100, TestCall.get("http://order/orders"));

        assertEquals(100, shares.instance("10.0.0.1:8080") + shares.instance("10.0.0.2:8080"));
        assertEquals(0, shares.instance("10.0.0.3:8080"));
    }

    @Test
    void aFailingInstanceIsNoticedByNobody() {
        mesh.answers("10.0.0.1:8080", 503);

        assertEquals(
                Map.of(200, 100),
                mesh.share(100, TestCall.get("http://order/orders")).statuses());
    }

    @Test
    void aCallThatNobodyAnswersEndsAfterTwoSeconds() {
        mesh.hangs("10.0.0.1:8080").hangs("10.0.0.2:8080");

        Decision late = mesh.get("http://order/orders");

        assertEquals(Decision.Kind.REFUSED, late.kind());
        assertEquals(504, late.status());
        assertEquals(Duration.ofSeconds(2), late.took());
    }

    @Test
    void oldPathsAreRedirected() {
        Decision old = mesh.get("http://order/old/7");

        assertEquals(Decision.Kind.LOCAL, old.kind());
        assertEquals("http://order/new", old.headers().get("location"));
    }
}
