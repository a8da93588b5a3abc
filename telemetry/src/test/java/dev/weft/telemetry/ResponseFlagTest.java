package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weft.engine.Call;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Step;
import dev.weft.engine.call.StreamReset;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.TokenBucket;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.telemetry.Calls.Manner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What Envoy would have logged of the same call. */
class ResponseFlagTest {
    private static final Fault.Share ALL = new Fault.Share(100, 100);

    private final List<String> told = new ArrayList<>();
    private final Calls calls =
            new Calls((call, delivered, endedAt, code, flags) -> told.add(ResponseFlag.status(code, flags) + " "
                    + ResponseFlag.text(flags) + " " + CallEnd.details(call, delivered, flags)));

    private String one() {
        assertEquals(1, told.size());
        return told.get(0);
    }

    @Test
    void anAnswerHasNoFlag() {
        calls.to(Manner.ANSWERS).status(404).get("/");
        assertEquals("404 - via_upstream", one());
    }

    @Test
    void aConnectionThatCanNotBeMadeIsUf() {
        calls.retries(0).to(Manner.REFUSES).get("/");
        assertEquals("503 UF upstream_reset_before_response_started{connection_failure}", one());
    }

    @Test
    void theLastOfSeveralAttemptsIsAlsoUrx() {
        calls.retries(1).to(Manner.REFUSES, Manner.REFUSES).get("/");
        assertEquals("503 UF,URX upstream_reset_before_response_started{connection_failure}", one());
    }

    @Test
    void anAnswerAfterAllRetriesIsUrxToo() {
        calls.retries(1).to(Manner.ANSWERS).status(503).get("/");
        assertEquals("503 URX via_upstream", one());
    }

    @Test
    void aRetryThatSucceedsHasNoFlag() {
        calls.retries(1).to(Manner.REFUSES, Manner.ANSWERS).get("/");
        assertEquals("200 - via_upstream", one());
    }

    @Test
    void aBrokenConnectionIsUc() {
        calls.retries(0).to(Manner.BREAKS).get("/");
        assertEquals("503 UC upstream_reset_before_response_started{connection_termination}", one());
    }

    private void ends(End end) {
        calls.retries(0).to(Manner.SILENT);
        Call call = calls.begin(new Calls.Asked("order", "GET", "/", false));
        Step.Send send = (Step.Send) call.next(calls.now);
        call.end(send.attempt(), end, calls.now);
    }

    @Test
    void aStreamThatTheEndpointResetsIsUrAndItsConnectionUc() {
        ends(new End(Outcome.RESET, 0, new StreamReset("reset")));
        ends(new End(Outcome.RESET, 13, new StreamReset("reset")));
        ends(new End(Outcome.UNSENT, 14, new StreamReset("refused")));
        ends(new End(Outcome.UNSENT, 0, new IOException("its pool is full")));
        assertEquals(
                List.of(
                        "503 UR upstream_reset_before_response_started{remote_reset}",
                        "13 UR upstream_reset_before_response_started{remote_reset}",
                        "14 UR upstream_reset_before_response_started{remote_refused_stream_reset}",
                        "503 UF upstream_reset_before_response_started{connection_failure}"),
                told);
    }

    @Test
    void aStatusOfGrpcHasNoFlagWhateverItIsTheNameOf() {
        ends(new End(Outcome.DEADLINE, 4, null));
        ends(new End(Outcome.CANCELLED, 1, null));
        ends(new End(Outcome.UNAVAILABLE, 14, null));
        assertEquals(List.of("4 - via_upstream", "1 - via_upstream", "14 - via_upstream"), told);
    }

    @Test
    void callsThatAreDroppedAreDoOrUdo() {
        for (int perMillion : List.of(999_999, 1_000_000)) {
            calls.to(Manner.ANSWERS);
            Snapshot now = calls.engine.snapshot();
            Cluster plain = now.clusters().get(Calls.CLUSTER);
            Limits drops = new Limits(Integer.MAX_VALUE, List.of(new Limits.Drop("lb", perMillion)));
            Cluster dropping = new Cluster(
                    plain.name(),
                    plain.balancer(),
                    plain.endpoints(),
                    plain.transport(),
                    null,
                    0,
                    plain.budget(),
                    Long.MAX_VALUE,
                    plain.sharing(),
                    drops);
            calls.engine.publish(new Snapshot("2", now.directory(), now.hosts(), Map.of(Calls.CLUSTER, dropping)));
            calls.get("/");
        }
        assertEquals(List.of("503 DO drop_overload", "503 UDO unconditional_drop_overload"), told);
    }

    @Test
    void aTimeLimitIsUt() {
        calls.retries(0).to(Manner.SILENT).get("/");
        assertEquals("504 UT response_timeout", one());
    }

    @Test
    void aClusterWithoutEndpointsIsUh() {
        calls.to().get("/");
        assertEquals("503 UH no_healthy_upstream", one());
    }

    @Test
    void aClusterThatIsNotKnownIsNc() {
        calls.publish("nowhere", List.of(), Match.ANY);
        calls.engine.publish(new Snapshot(
                "2",
                calls.engine.snapshot().directory(),
                calls.engine.snapshot().hosts(),
                Map.of()));
        calls.get("/");
        assertEquals("503 NC cluster_not_found", one());
    }

    @Test
    void anApplicationThatGivesUpIsDc() {
        calls.to(Manner.SILENT);
        Call call = calls.begin(new Calls.Asked("order", "GET", "/", false));
        Step.Send send = (Step.Send) call.next(calls.now);
        call.cancel(calls.now);
        call.end(send.attempt(), End.CANCELLED, calls.now);
        assertEquals("0 DC downstream_remote_disconnect", one());
    }

    private void rule(UnaryOperator<Action.Forward> change, Guard... guards) {
        Snapshot now = calls.engine.snapshot();
        Route plain = now.hosts().get(0).routes().get(0);
        publish(change.apply((Action.Forward) plain.action()), guards);
    }

    private void publish(Action action, Guard... guards) {
        Snapshot now = calls.engine.snapshot();
        Route route = new Route("all", Match.ANY, action, List.of(guards));
        calls.engine.publish(new Snapshot(
                "2",
                now.directory(),
                List.of(new VirtualHost("order", List.of("order"), List.of(route))),
                now.clusters()));
    }

    private static Fault fault(Fault.@Nullable Delay delay, Fault.@Nullable Abort abort) {
        return new Fault("r", delay, abort, "", List.of(), Integer.MAX_VALUE);
    }

    @Test
    void anInjectedAbortIsFi() {
        calls.to(Manner.ANSWERS);
        rule(UnaryOperator.identity(), fault(null, new Fault.Abort(302, -1, ALL)));
        calls.get("/");
        assertEquals("302 FI fault_filter_abort", one());
    }

    @Test
    void anInjectedResetIsFi() {
        calls.to(Manner.ANSWERS);
        rule(UnaryOperator.identity(), Fault.resetting("r", ALL, List.of()));
        calls.get("/");
        assertEquals("503 FI fault_filter_reset", one());
    }

    @Test
    void anInjectedDelayIsDiWhateverComesAfterIt() {
        calls.retries(0).to(Manner.REFUSES);
        rule(UnaryOperator.identity(), fault(new Fault.Delay(5, ALL), null));
        calls.get("/");
        assertEquals("503 UF,DI upstream_reset_before_response_started{connection_failure}", one());
        told.clear();
        calls.to(Manner.ANSWERS);
        rule(UnaryOperator.identity(), fault(new Fault.Delay(5, ALL), new Fault.Abort(500, -1, ALL)));
        calls.get("/");
        assertEquals("500 DI,FI fault_filter_abort", one());
        told.clear();
        rule(UnaryOperator.identity(), fault(new Fault.Delay(5, ALL), null));
        calls.get("/");
        assertEquals("200 DI via_upstream", one());
    }

    @Test
    void waitingForAPlaceIsNoDelay() {
        calls.to(Manner.SILENT);
        rule(UnaryOperator.identity(), new Bulkhead("r", 1, 1, 1_000));
        Call inside = calls.begin(new Calls.Asked("order", "GET", "/", false));
        inside.next(calls.now);
        Call waits = calls.begin(new Calls.Asked("order", "GET", "/", false));
        assertInstanceOf(Step.Ask.class, waits.next(calls.now));
        calls.now += 1_000;
        assertInstanceOf(Step.Reply.class, waits.next(calls.now));
        assertEquals("503 UO upstream_reset_before_response_started{overflow}", one());
    }

    @Test
    void aRateLimitIsRl() {
        calls.to(Manner.ANSWERS);
        TokenBucket bucket = new TokenBucket(1, 1, Long.MAX_VALUE);
        LocalRateLimit.Answer answer = LocalRateLimit.Answer.DEFAULT;
        rule(
                UnaryOperator.identity(),
                new LocalRateLimit("r", bucket, List.of(), List.of(), true, 1_000_000, 1_000_000, answer));
        calls.get("/");
        told.clear();
        calls.get("/");
        assertEquals("429 RL local_rate_limited", one());
    }

    @Test
    void otherRulesThatAnswerHaveNoFlagButTheirWords() {
        calls.to(Manner.ANSWERS);
        AdaptiveConcurrency adaptive = new AdaptiveConcurrency(
                "r", true, 0.5, 1, 1_000_000_000L, new AdaptiveConcurrency.MinRtt.Fixed(1_000_000), 1, 0, 503);
        rule(UnaryOperator.identity(), adaptive);
        calls.begin(new Calls.Asked("order", "GET", "/", false)).next(calls.now);
        calls.get("/");
        publish(new Action.DirectResponse(204, "", List.of()));
        calls.get("/");
        publish(new Action.Redirected(new Redirect(null, "elsewhere", 0, null, null, false, 301), List.of()));
        calls.get("/");
        calls.retries(0).to(Manner.BREAKS);
        rule(forward -> forward.answering(false, new Fallback(203, "", List.of())));
        calls.get("/");
        assertEquals(
                List.of("503 - reached_concurrency_limit", "204 - direct_response", "301 - redirect", "203 - fallback"),
                told);
    }

    @Test
    void severalFlagsStandInEnvoysOrder() {
        assertEquals(
                "UF,DC,URX", ResponseFlag.text(ResponseFlag.URX.bit() | ResponseFlag.UF.bit() | ResponseFlag.DC.bit()));
        assertEquals("-", ResponseFlag.text(0));
    }
}
