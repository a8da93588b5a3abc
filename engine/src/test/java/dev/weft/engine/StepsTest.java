package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.trace.Ambient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The step set carries every calling style, event by event, also where the policies come later. */
class StepsTest {
    private final List<Call> finished = new ArrayList<>();
    private final Engine engine = new Engine(new SeededRandom(3), new Ambient(() -> false), finished::add, bug -> {
        throw new AssertionError(bug);
    });

    private Call started(Action action, FakeRequest request) {
        engine.publish(Rules.snapshot(action, Rules.cluster("a", 3), Rules.cluster("copy", 1)));
        Call call = engine.call(request, true);
        call.start(0);
        return call;
    }

    private static Attempt sent(Step step) {
        return assertInstanceOf(Step.Send.class, step).attempt();
    }

    private static Head ok() {
        return Head.http(200, Headers.NONE);
    }

    private static void assertDelivered(Attempt attempt, Call call, long now) {
        assertEquals(Step.DELIVER, call.next(now));
        assertSame(attempt, call.delivered());
    }

    private void assertSettled(Call call, long now) {
        assertEquals(Step.WAIT, call.next(now));
        assertEquals(List.of(call), finished);
        assertEquals(0, engine.live().clusters().get("a").stats().inFlight());
    }

    @Test
    void aHedgeIsSentAfterItsDelayAndTheFirstGoodAnswerWins() {
        Call call = started(Rules.hedge(Rules.to("a", null), 3, ms(10)), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        assertEquals(new Step.Idle(ms(10)), call.next(0));
        Attempt second = sent(call.next(ms(10)));
        assertEquals(new Step.Idle(ms(20)), call.next(ms(10)));
        assertNotSame(first.endpoint(), second.endpoint());

        call.head(second, ok(), ms(15));
        assertEquals(new Step.Abort(first), call.next(ms(15)));
        assertDelivered(second, call, ms(15));
        call.end(first, End.CANCELLED, ms(15));
        call.end(second, End.COMPLETE, ms(16));
        assertSettled(call, ms(16));
    }

    @Test
    void aHedgeThatFailsBringsTheNextForwardAndTheLastFailureIsDelivered() {
        Call call = started(Rules.hedge(Rules.to("a", null), 3, ms(10)), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        Attempt second = sent(call.next(ms(10)));
        call.end(first, End.failed(Outcome.RESET, new IOException()), ms(12));
        Attempt third = sent(call.next(ms(12)));
        call.end(second, End.failed(Outcome.RESET, new IOException()), ms(13));
        assertEquals(Step.WAIT, call.next(ms(13)));
        call.end(third, End.failed(Outcome.RESET, new IOException()), ms(14));
        assertDelivered(third, call, ms(14));
        assertSettled(call, ms(14));
    }

    @Test
    void aRetryThatIsPlannedWhileAHedgeFailsTakesOnePlaceInTheBudgetAndIsMade() {
        RetryPolicy slow = new RetryPolicy(
                Set.of(Condition.RETRIABLE_STATUS_CODES), Set.of(503), 2, Long.MAX_VALUE, ms(1000), ms(1000), false);
        engine.publish(Rules.snapshot(
                Rules.hedge(Rules.to("a", slow), 2, ms(10)),
                Rules.budget(Rules.cluster("a", 3), new RetryBudget(0, 2))));
        LiveCluster cluster = engine.live().clusters().get("a");
        Call call = engine.call(FakeRequest.get("shop", "/"), true);
        call.start(0);
        Attempt first = sent(call.next(0));
        call.head(first, Head.http(503, Headers.NONE), ms(9));
        assertEquals(new Step.Idle(ms(10)), call.next(ms(9)));
        assertEquals(new Step.Abort(first), call.next(ms(10)));
        call.end(first, End.CANCELLED, ms(10));
        Attempt hedge = sent(call.next(ms(10)));
        call.head(hedge, Head.http(503, Headers.NONE), ms(11));
        Step.Idle backoff = assertInstanceOf(Step.Idle.class, call.next(ms(11)));
        assertEquals(new Step.Abort(hedge), call.next(backoff.wakeAt()));
        call.end(hedge, End.CANCELLED, backoff.wakeAt());
        Attempt retry = sent(call.next(backoff.wakeAt()));
        call.head(retry, ok(), ms(2000));
        assertDelivered(retry, call, ms(2000));
        call.end(retry, End.COMPLETE, ms(2000));
        assertSettled(call, ms(2000));
        assertTrue(cluster.takeRetry(), "the budget was given back");
        assertTrue(cluster.takeRetry(), "all of it was given back");
    }

    @Test
    void whatTheApplicationGaveUpIsNotTriedAgainWhateverTheRuleSaysOfGrpcsCancelled() {
        Call call = started(Rules.to("a", Rules.retry(2, Condition.CANCELLED)), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        call.end(first, End.failed(Outcome.CANCELLED, new IOException("an interceptor of its own")), ms(1));
        assertDelivered(first, call, ms(1));
        assertSettled(call, ms(1));
    }

    @Test
    void aPostIsNotHedged() {
        Call call = started(Rules.hedge(Rules.to("a", null), 3, ms(10)), FakeRequest.post("shop", "/"));
        sent(call.next(0));
        assertEquals(Step.WAIT, call.next(0));
    }

    @Test
    void aDriverThatCannotSendTwiceAtOnceIsNotAskedTo() {
        engine.publish(Rules.snapshot(
                Rules.mirror(Rules.hedge(Rules.to("a", null), 3, ms(10)), "copy"),
                Rules.cluster("a", 3),
                Rules.cluster("copy", 1)));
        List<String> told = new ArrayList<>();
        engine.onUndone(told::add);
        for (int i = 0; i < 3; i++) {
            Call call = engine.call(FakeRequest.get("shop", "/"), false);
            call.start(0);
            sent(call.next(0));
            assertEquals(Step.WAIT, call.next(0));
        }
        assertEquals(
                List.of(
                        "hedge_policy of shop route all: a client that blocks sends one attempt at a time",
                        "request_mirror_policies of shop route all: a client that blocks sends no copies"),
                told);
        assertEquals(told, List.copyOf(engine.undone()));
    }

    @Test
    void whatWouldNotBeSentBesideACallAnywayIsNotMissed() {
        engine.publish(Rules.snapshot(Rules.hedge(Rules.to("a", null), 3, ms(10)), Rules.cluster("a", 3)));
        engine.call(FakeRequest.post("shop", "/"), false).start(0);
        assertEquals(Set.of(), engine.undone());
    }

    @Test
    void aMirroredCopyIsSentAndItsResultChangesNothing() {
        Call call = started(Rules.mirror(Rules.to("a", null), "copy"), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        Attempt copy = assertInstanceOf(Step.Shadow.class, call.next(0)).attempt();
        call.head(copy, Head.http(500, Headers.NONE), ms(1));
        assertEquals(Step.WAIT, call.next(ms(1)));
        call.head(first, ok(), ms(2));
        assertDelivered(first, call, ms(2));
        call.end(first, End.COMPLETE, ms(3));
        assertTrue(finished.isEmpty(), "the copy still counts");
        call.end(copy, End.COMPLETE, ms(4));
        assertSettled(call, ms(4));
        assertEquals(List.of(first, copy), call.attempts());
    }

    @Test
    void aPerTryTimeoutStopsTheAttemptAndTheNextIsSentElsewhere() {
        Call call = started(Rules.to("a", Rules.perTry(Rules.usualRetry(), ms(100))), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        assertEquals(new Step.Idle(ms(100)), call.next(0));
        assertEquals(new Step.Abort(first), call.next(ms(100)));
        call.end(first, End.CANCELLED, ms(101));
        Step.Idle backoff = assertInstanceOf(Step.Idle.class, call.next(ms(101)));
        Attempt second = sent(call.next(backoff.wakeAt()));
        assertNotSame(first.endpoint(), second.endpoint());
        assertEquals(Outcome.DEADLINE, call.attempts().get(0).verdict());
    }

    @Test
    void aCallIsUnderWayWhileItWaitsForItsRetryAndAfterItsEndpointHasLeft() {
        Call call = started(Rules.to("a", Rules.usualRetry()), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        assertEquals(1, engine.underWay());
        call.end(first, End.failed(Outcome.UNSENT, new IOException()), ms(1));
        Step.Idle backoff = assertInstanceOf(Step.Idle.class, call.next(ms(1)));
        assertTrue(engine.underWay() > 0, "nothing is in flight, but the call is not over");
        Attempt second = sent(call.next(backoff.wakeAt()));

        engine.publish(Rules.snapshot(Rules.to("copy", null), Rules.cluster("copy", 1)));
        engine.publish(Rules.snapshot(Rules.to("copy", null), Rules.cluster("copy", 1)));
        assertTrue(engine.underWay() > 0, "no rule knows the endpoint any more, but the call is on its way to it");
        call.head(second, ok(), ms(40));
        assertDelivered(second, call, ms(40));
        assertTrue(engine.underWay() > 0, "its body is being read");
        call.end(second, End.COMPLETE, ms(41));
        assertEquals(0, engine.underWay());
    }

    @Test
    void theLateAnswerOfAStoppedAttemptIsIgnored() {
        Call call = started(Rules.to("a", Rules.perTry(Rules.usualRetry(), ms(100))), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        assertEquals(new Step.Abort(first), call.next(ms(100)));
        call.head(first, ok(), ms(100));
        assertInstanceOf(Step.Idle.class, call.next(ms(100)));
    }

    @Test
    void aTrailersOnlyAnswerIsJudgedByItsEnd() {
        Call call = started(Rules.to("a", Rules.retry(1, Condition.UNAVAILABLE)), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        call.end(first, new End(Outcome.UNAVAILABLE, 14, null), ms(1));
        Step.Idle backoff = assertInstanceOf(Step.Idle.class, call.next(ms(1)));
        Attempt second = sent(call.next(backoff.wakeAt()));
        call.end(second, new End(Outcome.CALLER_FAULT, 5, null), ms(60));
        assertDelivered(second, call, ms(60));
        assertSettled(call, ms(60));
    }

    @Test
    void aBidirectionalStreamIsDeliveredAtItsHeadAndCountsUntilItsEnd() {
        Call call = started(
                Rules.to("a", Rules.usualRetry()), FakeRequest.post("shop", "/").oneShot());
        Attempt stream = sent(call.next(0));
        call.head(stream, ok(), ms(1));
        assertDelivered(stream, call, ms(1));
        assertEquals(Step.WAIT, call.next(ms(60_000)));
        assertEquals(1, engine.live().clusters().get("a").stats().inFlight());
        call.end(stream, End.failed(Outcome.RESET, new IOException()), ms(60_000));
        assertSettled(call, ms(60_000));
        assertEquals(Outcome.RESET, call.attempts().get(0).verdict());
    }

    @Test
    void theTimeLimitOfTheCallAlsoEndsAStreamThatWasDelivered() {
        Call call = started(Rules.timeout(Rules.to("a", null), ms(100)), FakeRequest.get("shop", "/"));
        Attempt stream = sent(call.next(0));
        call.head(stream, ok(), ms(1));
        assertDelivered(stream, call, ms(1));
        assertEquals(new Step.Idle(ms(100)), call.next(ms(1)));
        assertEquals(new Step.Abort(stream), call.next(ms(100)));
        call.end(stream, End.CANCELLED, ms(100));
        assertSettled(call, ms(100));
    }

    @Test
    void theCallersOwnLimitEndsWithTheHeadOfTheAnswerItGets() {
        Call call = started(Rules.to("a", null), FakeRequest.get("shop", "/").timeout(ms(100)));
        Attempt attempt = sent(call.next(0));
        assertEquals(new Step.Idle(ms(100)), call.next(0));
        call.head(attempt, ok(), ms(1));
        assertDelivered(attempt, call, ms(1));
        assertEquals(Step.WAIT, call.next(ms(1)));
        assertEquals(Step.WAIT, call.next(ms(500)));
        call.end(attempt, End.COMPLETE, ms(500));
        assertSettled(call, ms(500));
    }

    @Test
    void cancellingStopsWhatIsOpenAndDeliversNothing() {
        Call call = started(Rules.to("a", Rules.usualRetry()), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        call.cancel(ms(1));
        assertEquals(new Step.Abort(first), call.next(ms(1)));
        call.end(first, End.CANCELLED, ms(2));
        assertSettled(call, ms(2));
        assertEquals(
                0,
                engine.live().clusters().get("a").all().stream()
                        .mapToLong(e -> e.stats().failures())
                        .sum());
    }

    @Test
    void anAnswerThatWaitsForItsRetryIsStoppedOnlyWhenTheRetryIsSent() {
        Call call = started(Rules.to("a", Rules.usualRetry()), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        call.head(first, Head.http(503, Headers.NONE), ms(1));
        Step.Idle backoff = assertInstanceOf(Step.Idle.class, call.next(ms(1)));
        assertEquals(new Step.Abort(first), call.next(backoff.wakeAt()));
        sent(call.next(backoff.wakeAt()));
    }

    @Test
    void anEndReportedTwiceCountsOnce() {
        Call call = started(Rules.to("a", null), FakeRequest.get("shop", "/"));
        Attempt first = sent(call.next(0));
        call.head(first, ok(), 1);
        call.end(first, End.COMPLETE, 2);
        call.end(first, End.COMPLETE, 3);
        assertSame(Step.Deliver.class, call.next(3).getClass());
        assertSettled(call, 3);
    }

    @Test
    void nothingMatchesIsRefusedByName() {
        engine.publish(Rules.snapshot(new dev.weft.engine.snapshot.VirtualHost("shop-vh", List.of("shop"), List.of())));
        Call call = engine.call(FakeRequest.get("shop", "/"), true);
        call.start(0);
        Refusal refusal = assertInstanceOf(Step.Reply.class, call.next(0)).refusal();
        assertEquals(Refusal.Kind.NO_ROUTE, refusal.kind());
        assertEquals("shop:80: no route of shop-vh matches", refusal.why());
    }

    @Test
    void aCallOverTheLimitOfItsClusterIsRefused() {
        Limits one = new Limits(1, List.of());
        engine.publish(Rules.snapshot(Rules.to("a", null), Rules.limits(Rules.cluster("a", 2), one)));
        Call first = engine.call(FakeRequest.get("shop", "/"), true);
        first.start(0);
        Attempt sent = sent(first.next(0));
        Call second = engine.call(FakeRequest.get("shop", "/"), true);
        second.start(0);
        Refusal refusal = assertInstanceOf(Step.Reply.class, second.next(0)).refusal();
        assertEquals(Refusal.Kind.OVERFLOW, refusal.kind());
        assertEquals("shop:80: overflow: cluster a has its maximum of 1 requests", refusal.why());
        first.end(sent, End.failed(Outcome.RESET, new java.io.IOException("gone")), 1);
        Call third = engine.call(FakeRequest.get("shop", "/"), true);
        third.start(2);
        sent(third.next(2));
    }

    @Test
    void aMirroredCopyIsLeftOutWhereItsClusterHasEnough() {
        engine.publish(Rules.snapshot(
                Rules.mirror(Rules.to("a", null), "copy"),
                Rules.cluster("a", 3),
                Rules.limits(Rules.cluster("copy", 1), new Limits(0, List.of()))));
        Call call = engine.call(FakeRequest.get("shop", "/"), true);
        call.start(0);
        sent(call.next(0));
        assertEquals(Step.WAIT, call.next(0));
    }
}
