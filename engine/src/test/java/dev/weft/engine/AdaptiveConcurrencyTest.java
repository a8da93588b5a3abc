package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Step;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.AdaptiveGate;
import dev.weft.engine.policy.Gradient;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.AdaptiveConcurrency.MinRtt;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A limit that follows latency, in virtual time. */
class AdaptiveConcurrencyTest {
    private static final FakeRequest GET = FakeRequest.get("shop", "/");

    private final Stage stage = new Stage();

    private static AdaptiveConcurrency policy(MinRtt minRtt) {
        return new AdaptiveConcurrency("listener l", true, 0.5, 100, ms(100), minRtt, 3, 0.25, 503);
    }

    private void publish(AdaptiveConcurrency policy) {
        stage.engine.publish(Rules.guarded(Rules.to("a", null), List.of(policy), Rules.cluster("a", 1)));
    }

    private AdaptiveGate gate() {
        return (AdaptiveGate) stage.engine.ledger().gates().iterator().next();
    }

    private void calls(int times, long took) {
        stage.peer(1, new Peer.Answers(200, took));
        for (int i = 0; i < times; i++) {
            Style.BLOCKING.call(stage, GET);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "16, 100, 125, 20", // as without load, buffer included: only headroom
        "16, 100, 250, 10", // half as fast
        "16, 100, 9999, 10", // no less than half at once
        "16, 100, 1, 37", // no more than twice at once
        "3, 100, 9999, 3",
        "90, 100, 100, 100"
    })
    void theLimitIsEnvoys(int before, long minRtt, long sampleRtt, int limit) {
        assertEquals(limit, Gradient.limit(policy(new MinRtt.Fixed(1)), before, minRtt, sampleRtt));
    }

    @ParameterizedTest
    @EnumSource
    void whoIsTooManyIsAnsweredHere(Style style) {
        publish(policy(new MinRtt.Fixed(ms(10))));
        List<Call> inside = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Call call = stage.engine.call(GET, true);
            call.start(0);
            assertInstanceOf(Step.Send.class, call.next(0));
            inside.add(call);
        }
        assertEquals(503, style.call(stage, GET).status());
        assertEquals(1, gate().blocked());
        Call first = inside.get(0);
        first.head(first.attempts().get(0), Head.http(200, Headers.NONE), 1);
        first.next(1);
        first.end(first.attempts().get(0), End.COMPLETE, 1);
        assertEquals(200, style.call(stage, GET).status());
    }

    @Test
    void theLimitGrowsWhileCallsAreFastAndShrinksWhenTheyAreSlow() {
        publish(policy(new MinRtt.Fixed(ms(10))));
        calls(60, ms(10));
        int grown = gate().limit();
        assertTrue(grown > 10, () -> "is " + grown);
        calls(60, ms(100));
        assertEquals(3, gate().limit());
    }

    @Test
    void theLatencyWithoutLoadIsMeasuredFirstAndAgainAfterItsInterval() {
        publish(policy(new MinRtt.Measured(ms(1_000), 0, 10)));
        calls(9, ms(8));
        assertEquals(0, gate().minRtt());
        assertTrue(words().endsWith("the latency without load is being measured"), words());
        calls(1, ms(8));
        assertEquals(8, gate().minRtt() / 1e6, 0.25);
        calls(50, ms(8));
        int before = gate().limit();
        assertTrue(before > 3, () -> "is " + before);
        stage.time.turn(ms(1_000));
        calls(1, ms(20));
        assertEquals(3, gate().limit(), "few calls while it measures");
        calls(10, ms(20));
        assertEquals(20, gate().minRtt() / 1e6, 0.65);
        assertTrue(gate().limit() >= before, () -> "is " + gate().limit());
    }

    @Test
    void aLimitThatStaysSmallestIsMeasuredAnew() {
        publish(policy(new MinRtt.Measured(ms(3_600_000), 0, 5)));
        calls(5, ms(1));
        calls(40, ms(50));
        assertTrue(gate().minRtt() > ms(40), () -> "is " + gate().minRtt());
    }

    private String words() {
        return gate().words(stage.time.nanos());
    }

    @Test
    void explainSaysTheLimit() {
        publish(policy(new MinRtt.Fixed(ms(10))));
        String said = Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, 0, 0)
                .text();
        assertTrue(
                said.contains("  adaptive concurrency (listener l): 0 of at most 3 calls are under way;"
                        + " without load a call takes 10000 us\n"),
                said);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MinRtt.Fixed(0));
        assertThrows(IllegalArgumentException.class, () -> new MinRtt.Measured(1, 0, 0));
        MinRtt one = new MinRtt.Fixed(1);
        assertThrows(
                IllegalArgumentException.class, () -> new AdaptiveConcurrency("l", true, 1.5, 9, 1, one, 3, 0.25, 503));
        assertThrows(
                IllegalArgumentException.class, () -> new AdaptiveConcurrency("l", true, 0.5, 2, 1, one, 3, 0.25, 503));
        assertThrows(
                IllegalArgumentException.class, () -> new AdaptiveConcurrency("l", true, 0.5, 9, 0, one, 3, 0.25, 503));
        assertThrows(
                IllegalArgumentException.class, () -> new AdaptiveConcurrency("l", true, 0.5, 9, 1, one, 3, 0.25, 200));
    }
}
