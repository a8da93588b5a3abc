package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.BreakerGate;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failures that the application does not see, in virtual time; and peers that are told which attempt they see. */
class FallbackTest {
    private static final FakeRequest GET = FakeRequest.get("shop", "/");

    private final Stage stage = new Stage();

    private static Action.Forward falling(Action.Forward forward) {
        return forward.answering(false, new Fallback(203, "[]", List.of(new HeaderEdits.Entry("x-from", "fallback"))));
    }

    private Refusal refusal(int call) {
        return stage.finished.get(call).refusal();
    }

    @ParameterizedTest
    @EnumSource
    void aFailureThatIsLeftAfterTheLastRetryIsAnsweredHere(Style style) {
        stage.engine.publish(Rules.snapshot(falling(Rules.to("a", Rules.usualRetry())), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(1)));
        assertEquals(203, style.call(stage, GET).status());
        assertEquals(3, stage.sentTo.size());
        assertEquals(3, stage.discarded);
        assertEquals(
                "fallback for attempt 3 to /10.0.0.1:8080: UNAVAILABLE",
                refusal(0).why());
        assertEquals("[]", refusal(0).body());
        assertEquals(
                List.of(new Refusal.Header("x-from", "fallback")), refusal(0).headers());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void soIsAnExceptionATimeLimitAndAClusterWithoutEndpoints(Style style) {
        stage.engine.publish(Rules.snapshot(falling(Rules.to("a", null)), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Breaks(ms(1)));
        assertEquals(203, style.call(stage, GET).status());
        stage.engine.publish(
                Rules.snapshot(falling(Rules.timeout(Rules.to("a", null), ms(10))), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Hangs());
        assertEquals(203, style.call(stage, GET).status());
        assertEquals(
                "fallback for shop:80: no answer within the time limit of the call",
                refusal(1).why());
        stage.engine.publish(Rules.snapshot(falling(Rules.to("a", null)), Rules.cluster("a", 0)));
        assertEquals(203, style.call(stage, GET).status());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void whatTheCallerDidWrongAndWhatIsGoodIsDelivered(Style style) {
        stage.engine.publish(Rules.snapshot(falling(Rules.to("a", null)), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(404, ms(1)), new Peer.Answers(200, ms(1)));
        assertEquals(404, style.call(stage, GET).status());
        assertEquals(200, style.call(stage, GET).status());
    }

    @ParameterizedTest
    @EnumSource
    void tlsThatCannotBeHadIsNeverHidden(Style style) {
        stage.engine.publish(Rules.snapshot(
                falling(Rules.to("a", null)),
                Rules.transport(Rules.cluster("a", 1), new Transport.Unavailable("no certificate"))));
        assertTrue(style.call(stage, GET).failure().startsWith("TLS_REQUIRED: "));
    }

    @ParameterizedTest
    @EnumSource
    void aCallOfGrpcGetsItsFailure(Style style) {
        FakeRequest grpc = GET.with("content-type", "application/grpc");
        stage.engine.publish(Rules.snapshot(falling(Rules.to("a", null)), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(1)));
        assertEquals(503, style.call(stage, grpc).status());
        stage.engine.publish(Rules.snapshot(falling(Rules.to("a", null)), Rules.cluster("a", 0)));
        assertTrue(style.call(stage, grpc).failure().startsWith("NO_ENDPOINT: "));
    }

    @Test
    void anAnswerToGrpcHasGrpcsTypeAloneAndAMessageThatCanBeSent() {
        FakeRequest grpc = GET.with("content-type", "application/grpc");
        List<Refusal.Header> own =
                List.of(new Refusal.Header("Content-Type", "application/json"), new Refusal.Header("x-a", "b"));
        assertEquals(
                List.of(
                        new Refusal.Header("x-a", "b"),
                        new Refusal.Header("content-type", "application/grpc"),
                        new Refusal.Header("grpc-status", "14"),
                        new Refusal.Header("grpc-message", "50%25 of %C3%BC%0A~")),
                Refusal.rule(grpc, Refusal.Details.LOCAL_RATE_LIMITED, 503, -1, "why", own, "50% of \u00fc\n~")
                        .headers());
    }

    @ParameterizedTest
    @EnumSource
    void anInjectedFaultIsAFailureToo(Style style) {
        Fault.Abort abort = new Fault.Abort(500, -1, new Fault.Share(100, 100));
        Fault fault = new Fault("r", null, abort, "", List.of(), Integer.MAX_VALUE);
        stage.engine.publish(Rules.guarded(falling(Rules.to("a", null)), List.of(fault), Rules.cluster("a", 1)));
        assertEquals(203, style.call(stage, GET).status());
        assertEquals("fallback for injected fault of r", refusal(0).why());
    }

    @ParameterizedTest
    @EnumSource
    void aBreakerLearnsFromWhatTheFallbackHides(Style style) {
        Breaker breaker = new Breaker("r", 50, 100, ms(1_000), new Breaker.Window.Calls(4), 4, ms(500), 1);
        stage.engine.publish(Rules.guarded(falling(Rules.to("a", null)), List.of(breaker), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(500, ms(1)));
        for (int i = 0; i < 6; i++) {
            assertEquals(203, style.call(stage, GET).status());
        }
        assertEquals(4, stage.sentTo.size());
        BreakerGate gate =
                (BreakerGate) stage.engine.ledger().gates().iterator().next();
        assertEquals("OPEN", gate.state(stage.time.nanos()));
    }

    @ParameterizedTest
    @EnumSource
    void alsoThatThereIsNobodyToAsk(Style style) {
        Breaker breaker = new Breaker("r", 50, 100, ms(1_000), new Breaker.Window.Calls(4), 4, ms(500), 1);
        stage.engine.publish(Rules.guarded(falling(Rules.to("a", null)), List.of(breaker), Rules.cluster("a", 0)));
        for (int i = 0; i < 4; i++) {
            assertEquals(203, style.call(stage, GET).status());
        }
        BreakerGate gate =
                (BreakerGate) stage.engine.ledger().gates().iterator().next();
        assertEquals("OPEN", gate.state(stage.time.nanos()));
    }

    @Test
    void explainSaysThatFailuresAreAnsweredHere() {
        stage.engine.publish(Rules.snapshot(falling(Rules.to("a", null)), Rules.cluster("a", 1)));
        String said = conclusion(GET);
        assertTrue(said.endsWith("; a failure is answered here with status 203"), said);
        String ofGrpc = conclusion(GET.with("content-type", "application/grpc"));
        assertFalse(ofGrpc.contains("answered here"), ofGrpc);
    }

    private String conclusion(FakeRequest request) {
        return Explainer.explain(stage.engine.live(), new SeededRandom(1), request, 0, 0)
                .conclusion();
    }

    @ParameterizedTest
    @EnumSource
    void aPeerIsToldWhichAttemptItSeesWhereTheRuleSaysSo(Style style) {
        stage.engine.publish(
                Rules.snapshot(Rules.to("a", Rules.usualRetry()).answering(true, null), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(1)), new Peer.Answers(200, ms(1)));
        style.call(stage, GET);
        assertEquals("1", stage.headers.get(0).get("x-envoy-attempt-count"));
        assertEquals("2", stage.headers.get(1).get("x-envoy-attempt-count"));
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        style.call(stage, GET);
        assertFalse(stage.headers.get(2).containsKey("x-envoy-attempt-count"));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Fallback(600, "", List.of()));
    }

    private static Action.Forward failingOver() {
        return Rules.to("a", null).failingOver(new Action.WeightedCluster("b", 1, HeaderEdits.NONE));
    }

    @ParameterizedTest
    @EnumSource
    void callsToAClusterThatIsDownGoElsewhere(Style style) {
        stage.engine.publish(Rules.snapshot(failingOver(), Rules.cluster("a", 1), Rules.cluster("b", 1)));
        style.call(stage, GET);
        assertEquals("a", stage.finished.get(0).cluster());
        stage.engine.publish(Rules.snapshot(failingOver(), Rules.cluster("a", 0), Rules.cluster("b", 1)));
        assertEquals(200, style.call(stage, GET).status());
        assertEquals("b", stage.finished.get(1).cluster());
        var told = Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, 0, 1);
        assertEquals("b", told.cluster());
        assertEquals(List.of("cluster a has no endpoint that is well: b takes its calls"), told.guards());
    }

    @Test
    void theOtherClusterIsSecuredAsItsOwnRuleSays() {
        stage.engine.publish(Rules.snapshot(
                failingOver(),
                Rules.cluster("a", 0),
                Rules.transport(Rules.cluster("b", 1), new Transport.Unavailable("no certificate"))));
        assertEquals(
                "TLS_REQUIRED: shop:80: TLS is required and can't be had: no certificate",
                Style.BLOCKING.call(stage, GET).failure());
        assertEquals(List.of(), stage.sentTo);
    }
}
