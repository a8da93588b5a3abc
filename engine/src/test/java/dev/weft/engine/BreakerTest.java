package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Got;
import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Step;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.BreakerGate;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Breaker.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A circuit breaker's life, in virtual time. */
class BreakerTest {
    private static final FakeRequest GET = FakeRequest.get("shop", "/");
    private static final Window TEN = new Window.Calls(10);

    private final Stage stage = new Stage();

    private static Breaker breaker(Window window) {
        return new Breaker("route a", 50, 100, ms(1_000), window, 4, ms(500), 2);
    }

    private void publish(Breaker breaker) {
        stage.engine.publish(Rules.guarded(Rules.to("a", null), List.of(breaker), Rules.cluster("a", 1)));
    }

    private BreakerGate gate() {
        return (BreakerGate) stage.engine.ledger().gates().iterator().next();
    }

    private String state() {
        return gate().state(stage.time.nanos());
    }

    private void answers(int status, long after) {
        stage.peer(1, new Peer.Answers(status, after));
    }

    private void calls(Style style, int times) {
        for (int i = 0; i < times; i++) {
            style.call(stage, GET);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itOpensRefusesTriesAndCloses(Style style) {
        publish(breaker(TEN));
        answers(500, ms(1));
        calls(style, 3);
        assertEquals("CLOSED", state(), "too few calls to say");
        calls(style, 1);
        assertEquals("OPEN", state());

        Got got = style.call(stage, GET);
        assertEquals("OVERFLOW: shop:80: the circuit breaker of route a is open", got.failure());
        assertEquals(4, stage.sentTo.size());
        assertEquals(1, gate().notPermitted());

        stage.time.turn(ms(500));
        assertEquals("HALF_OPEN", state());
        answers(200, ms(1));
        calls(style, 1);
        assertEquals("HALF_OPEN", state());
        calls(style, 1);
        assertEquals("CLOSED", state());
        assertEquals(1, gate().opened());
        answers(500, ms(1));
        calls(style, 3);
        assertEquals("CLOSED", state(), "what was before is forgotten");
    }

    @ParameterizedTest
    @EnumSource
    void whoTriesAndFailsOpensItAgain(Style style) {
        publish(breaker(TEN));
        answers(503, ms(1));
        calls(style, 4);
        stage.time.turn(ms(500));
        calls(style, 2);
        assertEquals("OPEN", state());
        assertEquals(2, gate().opened());
        assertEquals(6, stage.sentTo.size());
    }

    @Test
    void onlyAFewTryAtOnceAndWhoGivesUpLeavesItsPlace() {
        publish(breaker(TEN));
        answers(500, ms(1));
        calls(Style.BLOCKING, 4);
        stage.time.turn(ms(500));
        long now = stage.time.nanos();
        Call first = begun(now);
        begun(now);
        Call third = stage.engine.call(GET, true);
        third.start(now);
        assertInstanceOf(Step.Reply.class, third.next(now));
        first.cancel(now);
        first.end(first.attempts().get(0), End.CANCELLED, now);
        begun(now);
    }

    @Test
    void whoTriesAndIsNeverOverKeepsOthersFromTryingForOneMoreOpenTimeAndNoLonger() {
        publish(breaker(TEN));
        answers(500, ms(1));
        calls(Style.BLOCKING, 4);
        stage.time.turn(ms(500));
        Call stream = begun(stage.time.nanos());
        begun(stage.time.nanos());
        stage.time.turn(ms(499));
        assertInstanceOf(Step.Reply.class, next());
        stage.time.turn(ms(1));
        answers(200, ms(1));
        calls(Style.BLOCKING, 1);
        assertEquals("HALF_OPEN", state());
        stream.head(stream.attempts().get(0), Head.http(200, Headers.NONE), stage.time.nanos());
        stream.end(stream.attempts().get(0), End.COMPLETE, stage.time.nanos());
        assertEquals("CLOSED", state(), "who tried first decides too, however late");
    }

    private Step next() {
        Call call = stage.engine.call(GET, true);
        call.start(stage.time.nanos());
        return call.next(stage.time.nanos());
    }

    private Call begun(long now) {
        Call call = stage.engine.call(GET, true);
        call.start(now);
        assertInstanceOf(Step.Send.class, call.next(now));
        return call;
    }

    @Test
    void slowCallsOpenItToo() {
        publish(new Breaker("r", 50, 100, ms(100), TEN, 4, ms(500), 2));
        answers(200, ms(100));
        calls(Style.BLOCKING, 4);
        assertEquals("OPEN", state());
    }

    @Test
    void theCallersOwnFaultsAreNoFailures() {
        publish(breaker(TEN));
        answers(404, ms(1));
        calls(Style.BLOCKING, 20);
        assertEquals("CLOSED", state());
    }

    @Test
    void goodCallsKeepItClosed() {
        publish(breaker(TEN));
        answers(200, ms(1));
        calls(Style.BLOCKING, 6);
        answers(500, ms(1));
        calls(Style.BLOCKING, 4);
        assertEquals("CLOSED", state());
        calls(Style.BLOCKING, 1);
        assertEquals("OPEN", state(), "five of the newest ten");
    }

    @Test
    void aWindowOfTimeForgets() {
        publish(breaker(new Window.Time(ms(1_000))));
        answers(500, ms(1));
        calls(Style.BLOCKING, 3);
        stage.time.turn(ms(1_100));
        calls(Style.BLOCKING, 3);
        assertEquals("CLOSED", state());
        calls(Style.BLOCKING, 1);
        assertEquals("OPEN", state());
    }

    @Test
    void callsFromBeforeSayNothingOfTheTimeAfter() {
        publish(breaker(TEN));
        Call old = begun(0);
        answers(500, ms(1));
        calls(Style.BLOCKING, 4);
        stage.time.turn(ms(500));
        answers(200, ms(1));
        calls(Style.BLOCKING, 1);
        old.end(old.attempts().get(0), End.failed(Outcome.RESET, null), ms(600));
        calls(Style.BLOCKING, 1);
        assertEquals("CLOSED", state());
    }

    @Test
    void explainSaysWhetherItIsOpen() {
        publish(breaker(TEN));
        assertTrue(
                explained().contains("  circuit breaker (route a): closed; of 0 calls 0 failed and 0 were slow\n"),
                explained());
        answers(500, ms(1));
        calls(Style.BLOCKING, 4);
        assertTrue(
                explained().contains("  circuit breaker (route a): open for another 500 ms: calls are refused\n"),
                explained());
        stage.time.turn(ms(500));
        assertTrue(explained().contains("  circuit breaker (route a): half open: 2 calls may try\n"), explained());
    }

    private String explained() {
        return Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, stage.time.nanos(), 0)
                .text();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Breaker("r", 0, 100, 1, TEN, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Breaker("r", 50, 101, 1, TEN, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Breaker("r", 50, 100, 0, TEN, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Breaker("r", 50, 100, 1, TEN, 11, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Breaker("r", 50, 100, 1, TEN, 1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Breaker("r", 50, 100, 1, TEN, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Window.Calls(0));
        assertThrows(IllegalArgumentException.class, () -> new Window.Time(1));
    }
}
