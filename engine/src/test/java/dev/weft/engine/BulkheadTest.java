package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Got;
import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Step;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.BulkheadGate;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.trace.Ambient;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Places for calls and the queue before them, in virtual time. */
class BulkheadTest {
    private static final FakeRequest GET = FakeRequest.get("shop", "/");

    private final Stage stage = new Stage();

    private void publish(Bulkhead bulkhead) {
        stage.engine.publish(Rules.guarded(Rules.to("a", null), List.of(bulkhead), Rules.cluster("a", 1)));
    }

    private BulkheadGate gate() {
        return (BulkheadGate) stage.engine.ledger().gates().iterator().next();
    }

    private Call started(long now) {
        Call call = stage.engine.call(GET, true);
        call.start(now);
        return call;
    }

    private void over(Call call, long now) {
        call.head(call.attempts().get(0), Head.http(200, Headers.NONE), now);
        assertInstanceOf(Step.Deliver.class, call.next(now));
        call.end(call.attempts().get(0), End.COMPLETE, now);
    }

    private static Step.Ask asked(Call call, long now) {
        return assertInstanceOf(Step.Ask.class, call.next(now));
    }

    @Test
    void placesAreGivenInTheOrderOfComing() {
        publish(new Bulkhead("r", 1, 2, Long.MAX_VALUE));
        List<Integer> turns = new ArrayList<>();
        Call first = started(0);
        assertInstanceOf(Step.Send.class, first.next(0));
        Call second = started(1);
        Step.Ask secondAsk = asked(second, 1);
        ((Question.Place) secondAsk.question()).await(answer -> turns.add(2));
        Call third = started(2);
        ((Question.Place) asked(third, 2).question()).await(answer -> turns.add(3));
        Call fourth = started(3);
        String why =
                assertInstanceOf(Step.Reply.class, fourth.next(3)).refusal().why();
        assertEquals("shop:80: the bulkhead of r has 1 calls under way, and 2 waiting", why);
        assertEquals(2, gate().waiting());
        assertEquals(1, gate().rejected());

        over(first, 4);
        assertEquals(List.of(2), turns);
        second.answer(secondAsk, Answer.READY, 4);
        assertInstanceOf(Step.Send.class, second.next(4));
        over(second, 5);
        assertEquals(List.of(2, 3), turns);
        assertEquals(1, gate().calls());
        assertEquals(0, gate().waiting());
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsGoesOnWhenAPlaceBecomesFree(Style style) {
        publish(new Bulkhead("r", 1, 1, Long.MAX_VALUE));
        Call inside = started(0);
        inside.next(0);
        stage.time.after(ms(40), () -> over(inside, stage.time.nanos()));
        Got got = style.call(stage, GET);
        assertEquals(200, got.status());
        assertEquals(ms(41), got.at());
        assertEquals(0, gate().calls());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void nobodyWaitsLongerThanItMay(Style style) {
        publish(new Bulkhead("r", 1, 1, ms(30)));
        Call inside = started(0);
        inside.next(0);
        Got got = style.call(stage, GET);
        assertEquals(
                "OVERFLOW: shop:80: the bulkhead of r has 1 calls under way, and none became free in time",
                got.failure());
        assertEquals(ms(30), got.at());
        assertEquals(0, gate().waiting());
        over(inside, ms(31));
        assertEquals(0, gate().calls());
    }

    @ParameterizedTest
    @EnumSource
    void theWaitIsAPartOfTheTimeOfTheCall(Style style) {
        stage.engine.publish(Rules.guarded(
                Rules.timeout(Rules.to("a", null), ms(50)),
                List.of(new Bulkhead("r", 1, 1, Long.MAX_VALUE)),
                Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Hangs());
        Call inside = started(0);
        inside.next(0);
        stage.time.after(ms(20), () -> {
            inside.head(inside.attempts().get(0), Head.http(200, Headers.NONE), ms(20));
            inside.end(inside.attempts().get(0), End.COMPLETE, ms(20));
        });
        assertEquals(ms(50), style.call(stage, GET).at());
    }

    @Test
    void aClockMayRunBelowZero() {
        Fault.Abort abort = new Fault.Abort(500, -1, new Fault.Share(100, 100));
        Fault fault = new Fault("r", null, abort, "", List.of(), Integer.MAX_VALUE);
        long now = -ms(5_000);
        publish(new Bulkhead("r", 1, 1, Long.MAX_VALUE));
        assertInstanceOf(Step.Send.class, started(now).next(now));
        stage.engine.publish(Rules.guarded(Rules.to("a", null), List.of(fault), Rules.cluster("a", 1)));
        assertInstanceOf(Step.Reply.class, started(now).next(now));
    }

    @Test
    void whoGivesUpWaitingLeavesTheQueue() {
        publish(new Bulkhead("r", 1, 1, Long.MAX_VALUE));
        Call inside = started(0);
        inside.next(0);
        Call waits = started(1);
        asked(waits, 1);
        waits.cancel(2);
        assertEquals(0, gate().waiting());
        over(inside, 3);
        assertEquals(0, gate().calls());
        assertEquals(0, stage.engine.underWay());
    }

    @Test
    void whoGivesUpInTheMomentOfItsTurnHandsItOn() {
        publish(new Bulkhead("r", 1, 2, Long.MAX_VALUE));
        Call inside = started(0);
        inside.next(0);
        Call waits = started(1);
        ((Question.Place) asked(waits, 1).question()).await(answer -> waits.cancel(3));
        Call next = started(2);
        Step.Ask ask = asked(next, 2);
        AtomicInteger told = new AtomicInteger();
        ((Question.Place) ask.question()).await(answer -> told.incrementAndGet());
        over(inside, 3);
        assertEquals(1, told.get());
        assertEquals(1, gate().calls());
    }

    @Test
    void aQueueThatDrainsAtOnceDoesNotNest() {
        publish(new Bulkhead("r", 1, 50_000, Long.MAX_VALUE));
        Call inside = started(0);
        inside.next(0);
        for (int i = 0; i < 50_000; i++) {
            Call waits = started(1);
            ((Question.Place) asked(waits, 1).question()).await(answer -> waits.cancel(2));
        }
        over(inside, 2);
        assertEquals(0, gate().calls());
        assertEquals(0, gate().waiting());
    }

    @Test
    void manyThreadsNeverAreMoreThanThereArePlacesAndNoneIsLost() throws InterruptedException {
        Engine engine = new Engine(new SeededRandom(1), new Ambient(() -> false), call -> {}, bug -> {});
        engine.publish(Rules.guarded(
                Rules.to("a", null), List.of(new Bulkhead("r", 3, 8, Long.MAX_VALUE)), Rules.cluster("a", 1)));
        BulkheadGate gate = (BulkheadGate) engine.ledger().gates().iterator().next();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 500; i++) {
                    oneCall(engine, inside, most);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(most.get() <= 3, () -> most + " were inside");
        assertEquals(0, gate.calls());
        assertEquals(0, gate.waiting());
    }

    private void oneCall(Engine engine, AtomicInteger inside, AtomicInteger most) {
        Call call = engine.call(GET, true);
        call.start(0);
        Step step = call.next(0);
        if (step instanceof Step.Ask ask) {
            CountDownLatch turn = new CountDownLatch(1);
            ((Question.Place) ask.question()).await(answer -> turn.countDown());
            try {
                turn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            call.answer(ask, Answer.READY, 0);
            step = call.next(0);
        }
        assertInstanceOf(Step.Send.class, step);
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        if (ThreadLocalRandom.current().nextBoolean()) {
            Thread.yield();
        }
        inside.decrementAndGet();
        over(call, 0);
    }

    @ParameterizedTest
    @EnumSource
    void aBugOfOursGivesThePlaceBack(Style style) {
        publish(new Bulkhead("r", 1, 0, Long.MAX_VALUE));
        Map<String, String> broken = new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                throw new IllegalStateException("bug");
            }
        };
        FakeRequest request = new FakeRequest("shop", 80, false, "GET", "/", broken, true, Long.MAX_VALUE);
        assertEquals(299, style.call(stage, request).status());
        assertEquals(1, stage.bugs.size());
        assertEquals(0, gate().calls());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void soDoesOneAfterTheRequestWasSent(Style style) {
        publish(new Bulkhead("r", 1, 0, Long.MAX_VALUE));
        stage.peer(1, new Peer.Answers(503, ms(1)));
        stage.breakHead = new IllegalStateException("bug");
        assertEquals(503, style.call(stage, GET).status());
        stage.peer(1, new Peer.Breaks(ms(1)));
        stage.breakFailure = new IllegalStateException("bug");
        assertTrue(style.call(stage, GET).failure().endsWith("connection reset"));
        assertEquals(2, stage.bugs.size());
        assertEquals(0, gate().calls());
        assertEquals(0, stage.engine.underWay());
        assertEquals(
                0, stage.engine.live().clusters().get("a").all().get(0).stats().inFlight());
    }

    @ParameterizedTest
    @EnumSource
    void soDoesAnErrorOfTheMachine(Style style) {
        publish(new Bulkhead("r", 1, 0, Long.MAX_VALUE));
        stage.peer(1, new Peer.Fails(new StackOverflowError("deep")));
        assertEquals(
                "java.lang.StackOverflowError: deep", style.call(stage, GET).failure());
        assertEquals(0, gate().calls());
        assertEquals(0, stage.engine.underWay());
        stage.peer(1, new Peer.Answers(200, ms(1)));
        assertEquals(200, style.call(stage, GET).status());
    }

    @Test
    void whoCannotBeToldKeepsNobodyElseWaiting() {
        publish(new Bulkhead("r", 1, 2, Long.MAX_VALUE));
        Call inside = started(0);
        inside.next(0);
        Call deaf = started(1);
        Step.Ask ask = asked(deaf, 1);
        ((Question.Place) ask.question()).await(answer -> {
            throw new StackOverflowError("deep");
        });
        Call next = started(2);
        List<Integer> told = new ArrayList<>();
        ((Question.Place) asked(next, 2).question()).await(answer -> told.add(2));
        inside.head(inside.attempts().get(0), Head.http(200, Headers.NONE), 3);
        assertThrows(
                StackOverflowError.class, () -> inside.end(inside.attempts().get(0), End.COMPLETE, 3));
        assertEquals(List.of(), told);
        deaf.cancel(4);
        assertEquals(List.of(2), told);
    }

    @Test
    void theConnectionsOfAClusterAreSharedByItsRoutesAndOutliveASnapshot() {
        Bulkhead connections = new Bulkhead("max_connections of cluster a", 1, 0, Long.MAX_VALUE);
        Limits limits = new Limits(Integer.MAX_VALUE, List.of(), connections);
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.limits(Rules.cluster("a", 1), limits)));
        Call inside = started(0);
        assertInstanceOf(Step.Send.class, inside.next(0));
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.limits(Rules.cluster("a", 2), limits)));
        assertInstanceOf(Step.Reply.class, started(1).next(1));
        String said = Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, 0, 0)
                .text();
        assertTrue(
                said.contains("  bulkhead (max_connections of cluster a): 1 of at most 1 calls are under way"), said);
        over(inside, 2);
        assertInstanceOf(Step.Send.class, started(2).next(2));
    }

    @Test
    void explainSaysHowManyAreInside() {
        publish(new Bulkhead("route a", 2, 5, ms(10)));
        started(0).next(0);
        String said = Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, 0, 0)
                .text();
        assertTrue(
                said.contains("  bulkhead (route a): 1 of at most 2 calls are under way, 0 of at most 5 wait\n"), said);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Bulkhead("r", 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Bulkhead("r", 1, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Bulkhead("r", 1, 0, 0));
    }
}
