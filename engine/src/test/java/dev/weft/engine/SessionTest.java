package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.SessionGate;
import dev.weft.engine.policy.Keeping;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.StatefulSession;
import dev.weft.engine.snapshot.StatefulSession.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that keep to their endpoint, in virtual time. */
class SessionTest {
    private static final Key HEADER = new Key.Header("x-session");
    private static final Key COOKIE = new Key.Cookie("sticky", 600, "/cart");

    private final Stage stage = new Stage();

    private void publish(Key key, boolean strict, Action action, Cluster cluster) {
        stage.engine.publish(Rules.guarded(action, List.of(new StatefulSession("route a", key, strict)), cluster));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static FakeRequest of(int endpoint) {
        return FakeRequest.get("shop", "/").with("x-session", base64("10.0.0." + endpoint + ":8080"));
    }

    private Set<Integer> reached(FakeRequest request) {
        stage.sentTo.clear();
        for (int i = 0; i < 30; i++) {
            Style.BLOCKING.call(stage, request);
        }
        return new HashSet<>(stage.sentTo);
    }

    private static Cluster sick(Health health, Sharing sharing) {
        List<Endpoint> endpoints = new ArrayList<>(Rules.endpoints(4));
        endpoints.set(2, new Endpoint(Rules.address(3), health, 1, Endpoint.Locality.NONE, java.util.Map.of()));
        return Rules.sharing(Cluster.of("a", endpoints), sharing);
    }

    @ParameterizedTest
    @EnumSource
    void theAnswerOfAFirstCallSaysWhichEndpointItWas(Style style) {
        publish(HEADER, false, Rules.to("a", null), Rules.cluster("a", 4));
        assertEquals(200, style.call(stage, FakeRequest.get("shop", "/")).status());
        int first = stage.sentTo.get(0);
        assertEquals(List.of(HeaderEdits.adding("x-session", base64("10.0.0." + first + ":8080"))), stage.edits);
        stage.edits.clear();
        assertEquals(Set.of(first), reached(of(first)));
        assertEquals(List.of(), stage.edits);
    }

    @ParameterizedTest
    @EnumSource
    void aSessionMovesWithTheAnswerOfARetry(Style style) {
        stage.peer(3, new Peer.Answers(503, ms(1)));
        publish(HEADER, true, Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 4));
        assertEquals(200, style.call(stage, of(3)).status());
        assertEquals(3, stage.sentTo.get(0));
        assertEquals(1, stage.edits.size());
        assertEquals(
                base64("10.0.0." + stage.sentTo.get(1) + ":8080"),
                stage.edits.get(0).add().get(0).value());
    }

    @Test
    void whereTheEndpointIsGoneAnotherIsChosen() {
        publish(HEADER, false, Rules.to("a", null), Rules.cluster("a", 4));
        assertEquals(Set.of(1, 2, 3, 4), reached(of(9)));
        SessionGate gate =
                (SessionGate) stage.engine.ledger().gates().iterator().next();
        reached(of(2));
        reached(FakeRequest.get("shop", "/"));
        assertEquals(30, gate.moved());
        assertEquals(30, gate.kept());
        assertEquals(30, gate.begun());
    }

    @Test
    void aStrictSessionFailsWithoutItsEndpoint() {
        publish(HEADER, true, Rules.to("a", null), Rules.cluster("a", 4));
        assertEquals(
                "NO_ENDPOINT: shop:80: the endpoint of its session, 10.0.0.9:8080, can't be used",
                Style.BLOCKING.call(stage, of(9)).failure());
        assertEquals(List.of(), stage.sentTo);
        assertEquals(Set.of(2), reached(of(2)));
        assertEquals(Set.of(1, 2, 3, 4), reached(FakeRequest.get("shop", "/")), "a call that names none");
    }

    @ParameterizedTest
    @CsvSource({"DEGRADED,true", "HEALTHY,true", "UNHEALTHY,false", "TIMEOUT,false", "DRAINING,false"})
    void anEndpointKeepsItsSessionsWhileItIsHealthyOrDegraded(Health health, boolean keeps) {
        publish(HEADER, false, Rules.to("a", null), sick(health, Sharing.DEFAULT));
        assertEquals(keeps ? Set.of(3) : Set.of(1, 2, 4), reached(of(3)));
    }

    @Test
    void theRuleSaysInWhichStatesAnEndpointKeepsThem() {
        publish(
                HEADER,
                false,
                Rules.to("a", null),
                sick(Health.DRAINING, Sharing.DEFAULT.keeping(Set.of(Health.DRAINING))));
        assertEquals(Set.of(3), reached(of(3)));
        assertTrue(reached(of(2)).size() > 1, "healthy is not among them");
    }

    @Test
    void aCookieIsForItsPath() {
        publish(COOKIE, true, Rules.to("a", null), Rules.cluster("a", 4));
        String cookie = "other=1; sticky=\"" + base64("\n\r10.0.0.2:8080") + "\"";
        assertEquals(Set.of(2), reached(FakeRequest.get("shop", "/cart").with("cookie", cookie)));
        assertEquals(Set.of(2), reached(FakeRequest.get("shop", "/cart/1").with("cookie", cookie)));
        assertEquals(Set.of(2), reached(FakeRequest.get("shop", "/cart?x").with("cookie", cookie)));
        assertEquals(List.of(), stage.edits);
        assertTrue(reached(FakeRequest.get("shop", "/cartoon").with("cookie", cookie))
                        .size()
                > 1);
        assertTrue(reached(FakeRequest.get("shop", "/").with("cookie", cookie)).size() > 1);
        assertEquals(List.of(), stage.edits, "nothing is set where the cookie is not for");
    }

    @Test
    void aCookieIsSetAsEnvoySetsIt() {
        String value = base64("\n\r10.0.0.2:8080");
        assertEquals(
                new Refusal.Header("set-cookie", "sticky=\"" + value + "\"; Max-Age=600; Path=/cart; HttpOnly"),
                Keeping.answer(COOKIE, "10.0.0.2:8080"));
        assertEquals(
                new Refusal.Header("set-cookie", "s=\"" + value + "\"; HttpOnly"),
                Keeping.answer(new Key.Cookie("s", 0, ""), "10.0.0.2:8080"));
        assertEquals("10.0.0.2:8080", Keeping.address(value));
        assertEquals("[2001:db8::1]:80", Keeping.address(base64("[2001:db8::1]:80")));
        assertEquals("10.0.0.2:80", Keeping.address(base64("\n\u000b10.0.0.2:80\u0010\u0001")), "with Envoy's expiry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "a", "Cg==", "Cv8=", "Cn8x", "CgA="})
    void whatNamesNoEndpointBeginsASession(String value) {
        assertNull(Keeping.address(value));
    }

    @Test
    void explainSaysWhereTheSessionIs() {
        publish(HEADER, true, Rules.to("a", null), Rules.cluster("a", 4));
        Style.BLOCKING.call(stage, of(3));
        var told = Explainer.explain(stage.engine.live(), new SeededRandom(1), of(3), 0, 1);
        assertEquals("10.0.0.3:8080", told.picked());
        assertTrue(told.conclusion().endsWith("chosen by its session"), told.conclusion());
        assertEquals(
                List.of("session (route a) by header x-session, strictly: 0 began, 1 calls kept to theirs, 0 moved"),
                told.guards());
        assertEquals(
                "the endpoint of its session, 10.0.0.9:8080, can't be used: the call is refused",
                Explainer.explain(stage.engine.live(), new SeededRandom(1), of(9), 0, 1)
                        .conclusion());
    }

    @Test
    void whatCanNotBeIsRefused() {
        for (String name : List.of("", "a b", "a=b", "a;b", "ä")) {
            assertThrows(IllegalArgumentException.class, () -> new Key.Header(name));
            assertThrows(IllegalArgumentException.class, () -> new Key.Cookie(name, 0, ""));
        }
        assertThrows(IllegalArgumentException.class, () -> new Key.Cookie("a", -1, ""));
        assertThrows(IllegalArgumentException.class, () -> new Key.Cookie("a", 0, "/;x"));
    }
}
