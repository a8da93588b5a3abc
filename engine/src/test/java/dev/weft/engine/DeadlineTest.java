package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Got;
import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.BreakerGate;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.LocalRateLimit.Answer;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.TokenBucket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Time limits that go along with calls, in virtual time. */
class DeadlineTest {
    private static final String EXPECTED = "x-envoy-expected-rq-timeout-ms";
    private static final String GRPC = "grpc-timeout";

    private final Stage stage = new Stage();

    private static FakeRequest grpc(String timeout) {
        return FakeRequest.get("shop", "/")
                .with("content-type", "application/grpc")
                .with(GRPC, timeout);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsServedUnderADeadlineCallsUnderIt(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Hangs());
        stage.ambient.deadline(ms(30));
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals(ms(30), got.at());
        assertTrue(got.failure().startsWith("TIMEOUT: shop:80: "), got::failure);
        assertEquals("30", stage.headers.get(0).get(EXPECTED));
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineThatWasBroughtAlongSaysNothingOfWhoWasAsked(Style style) {
        OutlierPolicy ejecting = new OutlierPolicy(1, ms(10_000), ms(30_000), ms(300_000), 100);
        Breaker breaker = new Breaker("r", 50, 100, ms(1_000), new Breaker.Window.Calls(2), 1, ms(500), 1);
        stage.engine.publish(Rules.guarded(
                Rules.timeout(Rules.to("a", null), ms(50)),
                List.of(breaker),
                Rules.outlier(Rules.cluster("a", 1), ejecting, 0)));
        stage.peer(1, new Peer.Hangs());
        stage.ambient.deadline(ms(20));
        assertTrue(style.call(stage, FakeRequest.get("shop", "/")).failure().startsWith("TIMEOUT: "));
        assertEquals(Outcome.DEADLINE, stage.finished.get(0).attempts().get(0).verdict());
        BreakerGate gate =
                (BreakerGate) stage.engine.ledger().gates().iterator().next();
        assertEquals("CLOSED", gate.state(stage.time.nanos()));
        assertEquals(0, ejections());

        stage.ambient.deadline(Long.MAX_VALUE);
        assertTrue(style.call(stage, FakeRequest.get("shop", "/")).failure().startsWith("TIMEOUT: "));
        assertEquals("OPEN", gate.state(stage.time.nanos()), "the route's own limit does");
        assertEquals(1, ejections());
    }

    private long ejections() {
        return stage.engine.live().clusters().get("a").stats().sums().ejections();
    }

    @ParameterizedTest
    @EnumSource
    void aCallWhoseTimeIsOverNeverLeaves(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        stage.ambient.deadline(ms(30));
        stage.time.turn(ms(30));
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals("TIMEOUT: shop:80: its time was over before it was sent", got.failure());
        assertTrue(stage.sentTo.isEmpty());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void norDoesItTakeATokenOrAPlace(Style style) {
        LocalRateLimit limit = new LocalRateLimit(
                "r",
                new TokenBucket(1, 1, ms(60_000)),
                List.of(),
                List.of(),
                true,
                1_000_000,
                1_000_000,
                Answer.DEFAULT);
        stage.engine.publish(Rules.guarded(
                Rules.to("a", null),
                List.of(limit, new GrpcTimeout("r", Long.MAX_VALUE, 0), new ExpectedTimeout("l", true)),
                Rules.cluster("a", 1)));
        assertTrue(style.call(stage, grpc("0n")).failure().startsWith("TIMEOUT: "));
        stage.ambient.deadline(ms(10));
        stage.time.turn(ms(10));
        assertTrue(style.call(stage, FakeRequest.get("shop", "/")).failure().startsWith("TIMEOUT: "));
        stage.ambient.deadline(Long.MAX_VALUE);
        assertEquals(200, style.call(stage, FakeRequest.get("shop", "/")).status(), "the one token is still there");
    }

    @ParameterizedTest
    @EnumSource
    void whatThePeerIsToldShrinksWithEachAttempt(Style style) {
        Action.Forward forward = Rules.timeout(Rules.to("a", Rules.usualRetry()), ms(1_000));
        stage.engine.publish(Rules.snapshot(forward, Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Answers(503, ms(100)), new Peer.Answers(200, ms(1)));
        assertEquals(200, style.call(stage, grpc("5S")).status());
        assertEquals("1000", stage.headers.get(0).get(EXPECTED));
        assertEquals("1000000u", stage.headers.get(0).get(GRPC));
        long left = stage.time.nanos() - ms(1);
        String second = stage.headers.get(1).get(EXPECTED);
        assertEquals((ms(1_000) - left) / 1_000_000, Long.parseLong(second));
        assertTrue(Long.parseLong(second) <= 900, second);
    }

    @ParameterizedTest
    @EnumSource
    void aTryWithALimitOfItsOwnTellsThat(Style style) {
        Action.Forward forward = Rules.timeout(Rules.to("a", Rules.perTry(Rules.usualRetry(), ms(200))), ms(1_000));
        stage.engine.publish(Rules.snapshot(forward, Rules.cluster("a", 1)));
        style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals("200", stage.headers.get(0).get(EXPECTED));
    }

    @ParameterizedTest
    @EnumSource
    void theCallersOwnLimitIsForTheHeadAndIsNotTold(Style style) {
        stage.engine.publish(Rules.snapshot(Rules.to("a", null), Rules.cluster("a", 1)));
        style.call(stage, FakeRequest.get("shop", "/").timeout(ms(500)));
        assertFalse(stage.headers.get(0).containsKey(EXPECTED));
        assertFalse(stage.headers.get(0).containsKey(GRPC));
    }

    @ParameterizedTest
    @EnumSource
    void grpcsOwnLimitCountsWhereTheRouteSaysSo(Style style) {
        stage.peer(1, new Peer.Hangs());
        stage.engine.publish(Rules.guarded(
                Rules.to("a", null), List.of(new GrpcTimeout("r", Long.MAX_VALUE, 0)), Rules.cluster("a", 1)));
        assertEquals(ms(70), style.call(stage, grpc("70m")).at());
        stage.engine.publish(Rules.guarded(
                Rules.to("a", null), List.of(new GrpcTimeout("r", ms(50), ms(20))), Rules.cluster("a", 1)));
        assertEquals(ms(70) + ms(30), style.call(stage, grpc("1M")).at());
    }

    @ParameterizedTest
    @EnumSource
    void aLimitThatIsShorterThanItsOffsetIsOverAtOnce(Style style) {
        stage.engine.publish(Rules.guarded(
                Rules.to("a", null), List.of(new GrpcTimeout("r", Long.MAX_VALUE, ms(20))), Rules.cluster("a", 1)));
        assertTrue(style.call(stage, grpc("20m")).failure().startsWith("TIMEOUT: "));
        assertTrue(stage.sentTo.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void envoysLimitCountsWhereTheRouterRespectsIt(Style style) {
        stage.peer(1, new Peer.Hangs());
        stage.engine.publish(
                Rules.guarded(Rules.to("a", null), List.of(new ExpectedTimeout("l", true)), Rules.cluster("a", 1)));
        assertEquals(
                ms(40),
                style.call(stage, FakeRequest.get("shop", "/").with(EXPECTED, "40"))
                        .at());
        assertEquals("40", stage.headers.get(0).get(EXPECTED));
    }

    @Test
    void explainSaysWhoseLimitCounts() {
        stage.engine.publish(Rules.guarded(
                Rules.to("a", null),
                List.of(new ExpectedTimeout("l", true), new GrpcTimeout("r", ms(50), 0)),
                Rules.cluster("a", 1)));
        String said = Explainer.explain(stage.engine.live(), new SeededRandom(1), FakeRequest.get("shop", "/"), 0, 0)
                .text();
        assertTrue(said.contains("  time limit (r): grpc-timeout of the request counts, up to 50 ms\n"), said);
        assertTrue(said.contains("  time limit (l): x-envoy-expected-rq-timeout-ms of the request counts\n"), said);
    }
}
