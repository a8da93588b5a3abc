package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Got;
import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.FaultGate;
import dev.weft.engine.policy.Injecting;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Fault.Abort;
import dev.weft.engine.snapshot.Fault.Delay;
import dev.weft.engine.snapshot.Fault.Share;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults that a rule injects, told in virtual time. */
class FaultTest {
    private static final Share ALL = new Share(100, 100);

    private final Stage stage = new Stage();

    private static Fault fault(Delay delay, Abort abort) {
        return new Fault("route a", delay, abort, "", List.of(), Integer.MAX_VALUE);
    }

    private void publish(Action action, Fault fault) {
        stage.engine.publish(Rules.guarded(action, List.of(fault), Rules.cluster("a", 2)));
    }

    private FaultGate gate() {
        return (FaultGate) stage.engine.ledger().gates().iterator().next();
    }

    @ParameterizedTest
    @EnumSource
    void anAbortAnswersAndNothingIsSent(Style style) {
        publish(Rules.to("a", Rules.usualRetry()), fault(null, new Abort(503, -1, ALL)));
        assertEquals(503, style.call(stage, FakeRequest.get("shop", "/")).status());
        assertTrue(stage.sentTo.isEmpty());
        assertEquals(1, gate().abortsInjected());
        assertEquals(0, gate().activeFaults());
        Refusal refusal = stage.finished.get(0).refusal();
        assertEquals("injected fault of route a", refusal.why());
        assertEquals("fault filter abort", refusal.body());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void aResetIsAFailureAndNothingIsSent(Style style) {
        publish(Rules.to("a", Rules.usualRetry()), Fault.resetting("route a", ALL, List.of()));
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertTrue(got.failure().endsWith("RESET: Connection reset (injected fault of route a)"), got::failure);
        assertTrue(stage.sentTo.isEmpty());
        assertEquals(1, gate().abortsInjected());
        assertEquals(0, gate().activeFaults());
        assertEquals("fault (route a): 100.0 % of the calls are broken off; 0 suffer now", gate().words(0));
        assertEquals(
                Refusal.Details.FAULT_FILTER_RESET,
                stage.finished.get(0).refusal().details());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void aDelayComesBeforeTheCallAndOutsideItsTimeLimit(Style style) {
        publish(Rules.timeout(Rules.to("a", null), ms(10)), fault(new Delay(ms(50), ALL), null));
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals(200, got.status());
        assertEquals(ms(51), got.at());
        assertEquals(1, gate().delaysInjected());
        assertEquals(0, gate().activeFaults());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void theTimeLimitOfTheRouteCountsFromTheEndOfTheDelay(Style style) {
        publish(Rules.timeout(Rules.to("a", null), ms(10)), fault(new Delay(ms(50), ALL), null));
        stage.peer(1, new Peer.Hangs()).peer(2, new Peer.Hangs());
        assertEquals(ms(60), style.call(stage, FakeRequest.get("shop", "/")).at());
    }

    @ParameterizedTest
    @EnumSource
    void aDelayedCallMayBeAbortedAfterwards(Style style) {
        publish(Rules.to("a", null), fault(new Delay(ms(50), ALL), new Abort(500, -1, ALL)));
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        assertEquals(500, got.status());
        assertEquals(ms(50), got.at());
        assertTrue(stage.sentTo.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void whoHasLessTimeThanTheDelayIsToldSo(Style style) {
        publish(Rules.to("a", null), fault(new Delay(ms(50), ALL), null));
        Got got = style.call(stage, FakeRequest.get("shop", "/").timeout(ms(20)));
        assertEquals("TIMEOUT: shop:80: its time was over before it was sent", got.failure());
        assertEquals(ms(20), got.at());
        assertEquals(0, gate().activeFaults());
        assertTrue(stage.sentTo.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void rulesThatAnswerThemselvesAreHurtToo(Style style) {
        publish(new Action.DirectResponse(204, ""), fault(null, new Abort(500, -1, ALL)));
        assertEquals(500, style.call(stage, FakeRequest.get("shop", "/")).status());
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsInjectedWhileTheMeshIsPaused(Style style) {
        publish(Rules.to("a", null), fault(null, new Abort(500, -1, ALL)));
        stage.engine.pause(true);
        assertEquals(299, style.call(stage, FakeRequest.get("shop", "/")).status());
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheCallsThatAreMeantAreHurt(Style style) {
        HeaderMatch tester = new HeaderMatch("x-tester", new StringMatch.Exact("yes", false), false);
        Abort abort = new Abort(500, -1, ALL);
        publish(Rules.to("a", null), new Fault("r", null, abort, "a", List.of(tester), Integer.MAX_VALUE));
        assertEquals(200, style.call(stage, FakeRequest.get("shop", "/")).status());
        FakeRequest meant = FakeRequest.get("shop", "/").with("x-tester", "yes");
        assertEquals(500, style.call(stage, meant).status());
        publish(Rules.to("a", null), new Fault("r", null, abort, "other", List.of(tester), Integer.MAX_VALUE));
        assertEquals(200, style.call(stage, meant).status());
    }

    @Test
    void noMoreThanTheMostSufferAtOnce() {
        Fault one = new Fault("r", new Delay(ms(50), ALL), null, "", List.of(), 1);
        publish(Rules.to("a", null), one);
        Call first = stage.engine.call(FakeRequest.get("shop", "/"), true);
        first.start(0);
        assertEquals(new Step.Idle(ms(50)), first.next(0));
        Call second = stage.engine.call(FakeRequest.get("shop", "/"), true);
        second.start(0);
        assertInstanceOf(Step.Send.class, second.next(0));
        assertEquals(1, gate().faultsOverflow());
        first.cancel(ms(1));
        assertEquals(0, gate().activeFaults());
        assertEquals(List.of(first), stage.finished);
    }

    @Test
    void whoGivesUpWhileItWaitsForARulesAnswerDidNotGetIt() {
        publish(new Action.DirectResponse(204, ""), fault(new Delay(ms(50), ALL), null));
        Call call = stage.engine.call(FakeRequest.get("shop", "/"), true);
        call.start(0);
        call.next(0);
        call.cancel(ms(1));
        assertNull(stage.finished.get(0).refusal());
    }

    @Test
    void whatIsCountedOutlivesASnapshotThatSaysTheSame() {
        publish(Rules.to("a", null), fault(null, new Abort(500, -1, ALL)));
        FaultGate before = gate();
        Style.BLOCKING.call(stage, FakeRequest.get("shop", "/"));
        publish(Rules.to("a", Rules.usualRetry()), fault(null, new Abort(500, -1, ALL)));
        assertEquals(before, gate());
        publish(Rules.to("a", null), fault(null, new Abort(501, -1, ALL)));
        assertEquals(0, gate().abortsInjected());
    }

    @Test
    void sharesAreThoseThatWereAskedFor() {
        publish(Rules.to("a", null), fault(null, new Abort(500, -1, new Share(2_500, 10_000))));
        int hit = 0;
        for (int i = 0; i < 4_000; i++) {
            hit += Style.BLOCKING.call(stage, FakeRequest.get("shop", "/")).status() == 500 ? 1 : 0;
        }
        assertEquals(1_000, hit, 100);
    }

    @ParameterizedTest
    @CsvSource({
        "x-envoy-fault-abort-request, 418, 418",
        "x-envoy-fault-abort-request, 199, 200",
        "x-envoy-fault-abort-request, 600, 200",
        "x-envoy-fault-abort-request, -1, 200",
        "x-envoy-fault-abort-request, 99999999999999999999, 200",
        "x-other, 418, 200"
    })
    void theRequestMaySayWhatItWants(String header, String value, int status) {
        publish(Rules.to("a", null), fault(null, new Abort(0, -1, ALL)));
        FakeRequest request = FakeRequest.get("shop", "/").with(header, value);
        assertEquals(status, Style.BLOCKING.call(stage, request).status());
    }

    @Test
    void theRequestMayLowerTheShareAndNotRaiseIt() {
        Fault fault = fault(new Delay(0, new Share(50, 100)), null);
        FakeRequest request = FakeRequest.get("shop", "/").with("x-envoy-fault-delay-request", "7");
        String share = "x-envoy-fault-delay-request-percentage";
        SeededRandom random = new SeededRandom(3);
        assertEquals(500, delayed(fault, request.with(share, "90"), random), 60);
        assertEquals(100, delayed(fault, request.with(share, "10"), random), 40);
        assertEquals(0, delayed(fault, request.with(share, "0"), random));
        assertEquals(500, delayed(fault, request.with(share, "many"), random), 60);
    }

    private static int delayed(Fault fault, FakeRequest request, SeededRandom random) {
        int delayed = 0;
        for (int i = 0; i < 1_000; i++) {
            long nanos = Injecting.delay(fault.delay(), request, random);
            assertTrue(nanos == 0 || nanos == ms(7));
            delayed += nanos > 0 ? 1 : 0;
        }
        return delayed;
    }

    @Test
    void aGrpcCallGetsItsStatusAsItsProtocolSaysIt() {
        FakeRequest grpc = FakeRequest.post("shop", "/").with("content-type", "application/grpc+proto");
        SeededRandom random = new SeededRandom(1);
        Refusal own = Injecting.abort(fault(null, new Abort(0, 8, ALL)), grpc, random);
        assertEquals(200, own.code());
        assertEquals("8", header(own, "grpc-status"));
        assertEquals("application/grpc", header(own, "content-type"));
        Refusal mapped = Injecting.abort(fault(null, new Abort(503, -1, ALL)), grpc, random);
        assertEquals("14", header(mapped, "grpc-status"));
        Refusal plain = Injecting.abort(fault(null, new Abort(0, 8, ALL)), FakeRequest.get("shop", "/"), random);
        assertEquals(200, plain.code());
        assertEquals(List.of(), plain.headers());
        FakeRequest asks = grpc.with("x-envoy-fault-abort-grpc-request", "5");
        assertEquals("5", header(Injecting.abort(fault(null, new Abort(0, -1, ALL)), asks, random), "grpc-status"));
    }

    private static String header(Refusal refusal, String name) {
        return refusal.headers().stream()
                .filter(header -> header.name().equals(name))
                .map(Refusal.Header::value)
                .findFirst()
                .orElse("");
    }

    @Test
    void explainSaysWhatIsInjected() {
        Fault fault = new Fault(
                "route 'a'",
                new Delay(ms(50), new Share(50, 10_000)),
                new Abort(503, -1, ALL),
                "",
                List.of(new HeaderMatch("x-tester", null, false)),
                9);
        publish(Rules.to("a", null), fault);
        String said = Explainer.explain(stage.engine.live(), new SeededRandom(1), FakeRequest.get("shop", "/"), 0, 0)
                .text();
        assertTrue(
                said.contains("  fault (route 'a'): 0.5 % of the calls wait 50 ms, 100.0 % of the calls get status 503,"
                        + " of those with header x-tester present; 0 suffer now\n"),
                said);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Share(1, 1_000));
        assertThrows(IllegalArgumentException.class, () -> new Share(101, 100));
        assertThrows(IllegalArgumentException.class, () -> new Abort(199, -1, ALL));
        assertThrows(IllegalArgumentException.class, () -> new Abort(500, 3, ALL));
        assertThrows(IllegalArgumentException.class, () -> new Delay(-1, ALL));
    }
}
