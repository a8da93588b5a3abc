package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Got;
import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.ClientSpan;
import dev.weft.engine.trace.TraceContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each story is told once and runs under every driver, in virtual time. */
class StoriesInEveryStyleTest {
    private final Stage stage = new Stage();

    @ParameterizedTest
    @EnumSource
    void aCallIsAnsweredByAnEndpoint(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 3)));
        assertEquals(200, style.call(stage, FakeRequest.get("shop", "/")).status());
        assertEquals(1, stage.finished.size());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aNameOutsideTheMeshPasses(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 3)));
        assertEquals(299, style.call(stage, FakeRequest.get("elsewhere", "/")).status());
        assertEquals(1, stage.originals);
        assertTrue(stage.finished.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void aDeadEndpointIsLeftForAnotherOneAlsoForPost(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 2)));
        stage.peer(1, new Peer.Dead(), new Peer.Answers(201, ms(1)))
                .peer(2, new Peer.Dead(), new Peer.Answers(201, ms(1)));
        assertEquals(
                201, style.call(stage, FakeRequest.post("shop", "/").oneShot()).status());
        assertEquals(3, stage.finished.get(0).attempts().size());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aRetryAvoidsTheEndpointThatFailed(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 2)));
        stage.peer(1, new Peer.Answers(503, ms(1))).peer(2, new Peer.Answers(503, ms(1)), new Peer.Answers(200, ms(1)));
        style.call(stage, FakeRequest.get("shop", "/"));
        assertNotEquals(stage.sentTo.get(0), stage.sentTo.get(1));
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void a503ToAGetIsRetriedAndToAPostIsDelivered(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(1)), new Peer.Answers(200, ms(1)));
        assertEquals(200, style.call(stage, FakeRequest.get("shop", "/")).status());
        stage.peer(1, new Peer.Answers(503, ms(1)), new Peer.Answers(200, ms(1)));
        assertEquals(503, style.call(stage, FakeRequest.post("shop", "/")).status());
        assertEquals(1, stage.discarded);
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatBreaksAfterSendingIsNeverRetriedForAPost(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 2)));
        stage.peer(1, new Peer.Breaks(ms(5))).peer(2, new Peer.Breaks(ms(5)));
        assertEquals(
                "java.io.IOException: connection reset",
                style.call(stage, FakeRequest.post("shop", "/")).failure());
        assertEquals(1, stage.sentTo.size());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aPostIsRetriedWhenTheRouteSaysSoInWritingAndItsBodyCanBeReplayed(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.inWriting(Rules.usualRetry())), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(1)), new Peer.Answers(200, ms(1)));
        assertEquals(200, style.call(stage, FakeRequest.post("shop", "/")).status());
        stage.peer(1, new Peer.Answers(503, ms(1)), new Peer.Answers(200, ms(1)));
        assertEquals(
                503, style.call(stage, FakeRequest.post("shop", "/").oneShot()).status());
    }

    @ParameterizedTest
    @EnumSource
    void afterTheLastRetryTheLastAnswerIsDelivered(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(1)));
        assertEquals(503, style.call(stage, FakeRequest.get("shop", "/")).status());
        assertEquals(3, stage.sentTo.size());
        assertEquals(2, stage.discarded);
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aHangingEndpointMeetsThePerTryTimeoutAndTheSecondAnswers(Style style) {
        stage.engine.publish(Rules.snapshot(
                Rules.to("a", Rules.perTry(Rules.usualRetry(), ms(100))), Rules.roundRobin(Rules.cluster("a", 2))));
        stage.peer(1, new Peer.Hangs());
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals(200, got.status());
        assertTrue(got.at() >= ms(100) && got.at() < ms(200), () -> "took " + got.at());
        assertEquals(1, stage.aborted);
        assertNothingLeft();
    }

    @Test
    void aLibraryThatBlocksAndDidNotHearTheStopIsStoppedAgain() {
        stage.engine.publish(Rules.snapshot(
                Rules.to("a", Rules.perTry(Rules.usualRetry(), ms(100))), Rules.roundRobin(Rules.cluster("a", 2))));
        stage.peer(1, new Peer.Hangs());
        stage.deafTo = 2;
        Got got = Style.BLOCKING.call(stage, FakeRequest.get("shop", "/"));
        assertEquals(200, got.status());
        assertTrue(got.at() >= ms(200) && got.at() < ms(300), () -> "took " + got.at());
        assertEquals(3, stage.aborted);
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void theTimeLimitOfTheCallEndsIt(Style style) {
        Action.Forward forward = Rules.timeout(Rules.to("a", Rules.usualRetry()), ms(300));
        stage.engine.publish(Rules.snapshot(forward, Rules.cluster("a", 2)));
        stage.peer(1, new Peer.Hangs()).peer(2, new Peer.Hangs());
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertTrue(got.failure().startsWith("TIMEOUT: shop:80: "), got::failure);
        assertEquals(ms(300), got.at());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void theCallersOwnLimitCountsToo(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Hangs());
        Got got = style.call(stage, FakeRequest.get("shop", "/").timeout(ms(50)));
        assertEquals(ms(50), got.at());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void noRetryIsMadeThatCouldNotAnswerInTime(Style style) {
        Action.Forward forward = Rules.timeout(Rules.to("a", Rules.usualRetry()), ms(10));
        stage.engine.publish(Rules.snapshot(forward, Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(10) - 1));
        assertEquals(503, style.call(stage, FakeRequest.get("shop", "/")).status());
    }

    @ParameterizedTest
    @EnumSource
    void aSpentBudgetDeliversTheFailure(Style style) {
        stage.engine.publish(Rules.snapshot(
                Rules.to("a", Rules.usualRetry()), Rules.budget(Rules.cluster("a", 2), new RetryBudget(0, 0))));
        stage.peer(1, new Peer.Answers(503, ms(1))).peer(2, new Peer.Answers(503, ms(1)));
        assertEquals(503, style.call(stage, FakeRequest.get("shop", "/")).status());
        assertEquals(1, stage.sentTo.size());
        assertEquals(1, stage.engine.live().clusters().get("a").stats().retriesOverBudget());
    }

    @ParameterizedTest
    @EnumSource
    void whatNeverReachedAServerNeedsNoBudget(Style style) {
        stage.engine.publish(Rules.snapshot(
                Rules.to("a", Rules.usualRetry()),
                Rules.roundRobin(Rules.budget(Rules.cluster("a", 2), new RetryBudget(0, 0)))));
        stage.peer(1, new Peer.Dead());
        assertEquals(200, style.call(stage, FakeRequest.post("shop", "/")).status());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyClusterIsRefusedWithTheReason(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 0)));
        String failure = style.call(stage, FakeRequest.get("shop", "/")).failure();
        assertEquals("NO_ENDPOINT: shop:80: cluster a has no endpoint", failure);
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aDirectResponseIsAnsweredHere(Style style) {
        stage.engine.publish(Rules.snapshot(new Action.DirectResponse(418, "teapot")));
        assertEquals(418, style.call(stage, FakeRequest.get("shop", "/")).status());
        assertTrue(stage.sentTo.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void requiredTlsThatCannotBeHadIsRefusedAndNeverSentInTheClear(Style style) {
        stage.engine.publish(Rules.snapshot(
                Rules.to("a", Rules.usualRetry()),
                Rules.transport(Rules.cluster("a", 2), new Transport.Unavailable("no certificate"))));
        for (boolean paused : new boolean[] {false, true}) {
            stage.engine.pause(paused);
            assertTrue(stage.engine.routes("shop", 80));
            String failure = style.call(stage, FakeRequest.get("shop", "/")).failure();
            assertTrue(failure.startsWith("TLS_REQUIRED: "), failure);
        }
        assertEquals(0, stage.originals);
        assertTrue(stage.sentTo.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void aPausedMeshPasses(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        stage.engine.pause(true);
        assertEquals(299, style.call(stage, FakeRequest.get("shop", "/")).status());
        stage.engine.pause(false);
        assertEquals(200, style.call(stage, FakeRequest.get("shop", "/")).status());
    }

    @ParameterizedTest
    @EnumSource
    void aColdNameWaitsForItsConfiguration(Style style) {
        Snapshot warm = Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1));
        stage.engine.publish(coldShop());
        stage.outside = (question, answer) -> stage.time.after(ms(40), () -> {
            stage.engine.publish(warm);
            answer.accept(Answer.READY);
        });
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals(200, got.status());
        assertEquals(ms(41), got.at());
    }

    @ParameterizedTest
    @EnumSource
    void aColdNameThatStaysColdFailsAfterFiveSecondsWithTheCause(Style style) {
        stage.engine.publish(coldShop());
        stage.outside = (question, answer) -> {};
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertTrue(got.failure().startsWith("COLD: shop:80: "), got::failure);
        assertEquals(ms(5000), got.at());
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatNobodyKnowsYetPassesWhenDnsHasIt(Style style) {
        stage.outside = (question, answer) -> answer.accept(Answer.PASS);
        assertEquals(299, style.call(stage, FakeRequest.get("shop", "/")).status());
    }

    private static Snapshot coldShop() {
        Directory directory = new Directory(
                Directory.State.KNOWN, Map.of("shop", new Directory.Entry("shop.default.svc.cluster.local", Set.of())));
        return new Snapshot("cold", directory, List.of(), Map.of());
    }

    @ParameterizedTest
    @EnumSource
    void aBugBeforeTheFirstAttemptRunsTheLibrarysOwnCall(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        stage.breakRequest = new IllegalStateException("bug");
        assertEquals(299, style.call(stage, FakeRequest.get("shop", "/")).status());
        assertEquals(1, stage.originals);
        assertEquals(1, stage.bugs.size());
    }

    @ParameterizedTest
    @EnumSource
    void aBugAfterTheFirstAttemptHandsOutWhatTheLibraryGaveAndSendsNothingAgain(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 1)));
        stage.breakHead = new IllegalStateException("bug");
        assertEquals(200, style.call(stage, FakeRequest.get("shop", "/")).status());
        assertEquals(1, stage.sentTo.size());
        assertEquals(0, stage.originals);
    }

    @ParameterizedTest
    @EnumSource
    void aBugInDeliverNeverSendsAgain(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 1)));
        stage.breakDeliver = new IllegalStateException("bug");
        style.call(stage, FakeRequest.post("shop", "/"));
        assertEquals(1, stage.sentTo.size());
        assertEquals(0, stage.originals);
        assertEquals(1, stage.bugs.size());
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatTakesLongerThanTheRouteAllowsIsOneThatWasTooLate(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.timeout(Rules.to("a", null), ms(300)), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Streams(List.of(ms(20), Long.MAX_VALUE), 0));
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertTrue(got.failure().contains("closed"), got::failure);
        assertEquals(ms(300), got.at());
        assertNothingLeft();
        assertEquals(Outcome.DEADLINE, stage.finished.get(0).attempts().get(0).verdict());
    }

    @ParameterizedTest
    @EnumSource
    void aTraceIsStartedWithOneSpanWhateverTheNumberOfAttempts(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(1)), new Peer.Answers(200, ms(1)));
        style.call(stage, FakeRequest.get("shop", "/"));
        String sent = stage.headers.get(0).get("traceparent");
        assertEquals(sent, stage.headers.get(1).get("traceparent"));
        ClientSpan span = stage.finished.get(0).span();
        TraceContext begun = new TraceContext(span.traceHigh(), span.traceLow(), span.spanId(), true, "");
        assertEquals(sent, begun.traceparent());
        assertEquals(2, stage.finished.get(0).attempts().size());
        assertEquals(
                Outcome.UNAVAILABLE, stage.finished.get(0).attempts().get(0).verdict());
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatWaitedForItsNameStaysInTheTraceOfWhoMadeIt(Style style) {
        TraceContext caller = new TraceContext(1, 2, 3, true, "");
        Snapshot warm = Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1));
        stage.engine.publish(coldShop());
        stage.ambient.set(caller);
        stage.outside = (question, answer) -> stage.time.after(ms(40), () -> {
            stage.engine.publish(warm);
            stage.ambient.set(null); // as on the thread of the control client
            answer.accept(Answer.READY);
        });
        style.call(stage, FakeRequest.get("shop", "/"));
        String sent = stage.headers.get(0).get("traceparent");
        assertTrue(sent.startsWith("00-" + caller.traceId() + "-"), sent);
    }

    @ParameterizedTest
    @EnumSource
    void noHeaderIsAddedWhenSomebodyElseTraces(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        style.call(stage, FakeRequest.get("shop", "/").with("b3", "0"));
        stage.otherTracer = true;
        style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals(List.of(Map.of(), Map.of()), stage.headers);
        assertEquals(null, stage.finished.get(1).span());
    }

    @ParameterizedTest
    @EnumSource
    void a409IsRetriedOnlyWhereTheRuleSaysSo(Style style) {
        stage.engine.publish(
                Rules.snapshot(Rules.to("a", Rules.retry(1, Condition.RETRIABLE_4XX)), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(409, ms(1)), new Peer.Answers(404, ms(1)));
        assertEquals(404, style.call(stage, FakeRequest.get("shop", "/")).status());
    }

    private void assertNothingLeft() {
        while (!stage.time.idle()) {
            stage.time.step();
        }
        stage.engine.live().clusters().values().forEach(c -> {
            assertEquals(0, c.stats().inFlight(), "in flight");
            assertTrue(c.takeRetry() || c.config().budget().minConcurrency() == 0, "budget was given back");
        });
    }
}
