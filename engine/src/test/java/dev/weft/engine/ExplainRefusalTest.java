package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TokenBucket;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a call that is not made is what happens to one that is made at the same moment. */
class ExplainRefusalTest {
    private static final FakeRequest GET = FakeRequest.get("shop", "/");
    private static final Fault.Share ALL = new Fault.Share(100, 100);
    private static final Cluster TWO = Rules.cluster("a", 2);

    private final SeededRandom random = new SeededRandom(1);
    private final Engine engine = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {
        throw new AssertionError(bug);
    });
    private long now;

    private void rule(Guard... guards) {
        engine.publish(Rules.guarded(Rules.to("a", null), List.of(guards), TWO));
    }

    private Explanation said(FakeRequest request) {
        return engine.paused()
                ? Explainer.paused(engine.live(), random, request, now, 0)
                : Explainer.explain(engine.live(), random, request, now, 0);
    }

    private Call made(FakeRequest request) {
        Call call = engine.call(request, false);
        call.start(now);
        return call;
    }

    /** The explanation refuses with the same status and reason as the real call, which is what it concludes. */
    private String refusedAlike(FakeRequest request) {
        Explanation said = said(request);
        Call call = made(request);
        Step step = call.next(now);
        while (step instanceof Step.Idle idle) {
            now = idle.wakeAt();
            step = call.next(now);
        }
        Refusal real = assertInstanceOf(Step.Reply.class, step).refusal();
        assertNotNull(said.refused(), said::text);
        assertEquals(new Explanation.Refused(real.code(), real.why()), said.refused());
        assertNull(said.picked(), said::text);
        assertTrue(said.text().endsWith("  " + said.conclusion() + "\n"), said::text);
        assertTrue(!said.text().contains("would be"), said::text);
        return said.conclusion();
    }

    private Call sentAlike(FakeRequest request) {
        Explanation said = said(request);
        assertNull(said.refused(), said::text);
        assertNotNull(said.picked(), said::text);
        assertTrue(said.conclusion().startsWith("would be sent to " + said.picked()), said::text);
        Call call = made(request);
        assertInstanceOf(Step.Send.class, call.next(now), said::text);
        return call;
    }

    private void answer(Call call, int status) {
        Flight flight = call.attempts().get(0);
        call.head(flight, Head.http(status, Headers.NONE), now);
        call.end(flight, End.COMPLETE, now);
        assertInstanceOf(Step.Deliver.class, call.next(now));
    }

    @Test
    void whatLeadsNowhereIsRefused() {
        Match admin = new Match(new PathMatch.Prefix("/admin"), List.of());
        Route only = new Route("admin", admin, Rules.to("a", null));
        engine.publish(Rules.snapshot(new VirtualHost("shop-vh", List.of("shop"), List.of(only)), TWO));
        assertEquals("refused with status 404: shop:80: no route of shop-vh matches", refusedAlike(GET));
        engine.publish(Rules.snapshot(Rules.to("b", null), TWO));
        assertEquals("refused with status 503: shop:80: cluster b is not known", refusedAlike(GET));
    }

    @Test
    void whatMustBeSecuredAndCantBeIsRefused() {
        Action better = Rules.to("a", null).answering(false, new Fallback(203, "", List.of()));
        engine.publish(Rules.snapshot(better, Rules.transport(TWO, new Transport.Unavailable("no certificate"))));
        String cant = "refused with status 503: shop:80: TLS is required and can't be had: no certificate";
        assertEquals(cant, refusedAlike(GET));
        engine.pause(true);
        assertEquals(cant, refusedAlike(GET));
    }

    @Test
    void anOpenBreakerRefusesUntilItsTimeIsOver() {
        rule(new Breaker("route a", 50, 100, ms(1_000), new Breaker.Window.Calls(10), 2, ms(500), 1));
        answer(sentAlike(GET), 500);
        answer(sentAlike(GET), 500);
        assertEquals("refused with status 503: shop:80: the circuit breaker of route a is open", refusedAlike(GET));
        now += ms(500);
        Call tries = sentAlike(GET);
        assertEquals("refused with status 503: shop:80: the circuit breaker of route a is open", refusedAlike(GET));
        answer(tries, 200);
        sentAlike(GET);
    }

    private static LocalRateLimit limit(int perMillion) {
        return new LocalRateLimit(
                "route a",
                new TokenBucket(1, 1, ms(100)),
                List.of(),
                List.of(),
                true,
                1_000_000,
                perMillion,
                LocalRateLimit.Answer.DEFAULT);
    }

    @Test
    void anEmptyBucketAnswersUntilThereIsAToken() {
        rule(limit(1_000_000));
        said(GET);
        sentAlike(GET);
        assertEquals("answered here with status 429: rate limit of route a", refusedAlike(GET));
        assertEquals(
                "answered here with status 200 and gRPC status 14: rate limit of route a",
                refusedAlike(GET.with("content-type", "application/grpc")));
        now += ms(100);
        sentAlike(GET);
    }

    @Test
    void anEmptyBucketStandsBeforeARedirectToo() {
        Action redirect = new Action.Redirected(new Redirect(null, "elsewhere", 0, null, null, false, 301), List.of());
        engine.publish(Rules.guarded(redirect, List.of(limit(1_000_000)), TWO));
        assertTrue(said(GET).conclusion().startsWith("redirected with status 301"), said(GET)::text);
        made(GET);
        refusedAlike(GET);
    }

    @Test
    void whatOnlyChanceDecidesIsSaidBeside() {
        rule(limit(300_000));
        made(GET);
        Explanation said = said(GET);
        assertNotNull(said.picked());
        assertTrue(said.conclusion().endsWith("; chance may refuse it: rate limit of route a"), said::text);
    }

    private static Fault fault(Fault.Delay delay, Fault.Abort abort) {
        return new Fault("route a", delay, abort, "", List.of(), Integer.MAX_VALUE);
    }

    @Test
    void aFaultForAllAnswersAndOneForSomeMay() {
        rule(fault(null, new Fault.Abort(503, -1, ALL)));
        assertEquals("answered here with status 503: injected fault of route a", refusedAlike(GET));
        rule(Fault.resetting("route a", ALL, List.of()));
        assertTrue(refusedAlike(GET).startsWith("broken off: "));
        rule(fault(null, new Fault.Abort(503, -1, new Fault.Share(99, 100))));
        assertNotNull(said(GET).picked());
        assertTrue(said(GET).conclusion().endsWith("; chance may refuse it: injected fault of route a"));
        rule(new Fault("route a", null, new Fault.Abort(503, -1, ALL), "another", List.of(), 9));
        sentAlike(GET);
        rule(new Fault("route a", null, new Fault.Abort(503, -1, ALL), "", List.of(), 0));
        sentAlike(GET);
    }

    @Test
    void aDelayIsSaidAndACallThatHasNoTimeForItIsRefused() {
        rule(fault(new Fault.Delay(ms(50), ALL), null));
        assertTrue(said(GET).conclusion().endsWith("; it waits 50 ms before that"), said(GET)::text);
        assertNotNull(said(GET).picked());
        assertEquals(
                "refused with status 504: shop:80: its time was over before it was sent; it waits 50 ms before that",
                refusedAlike(GET.timeout(ms(40))));
        rule(fault(new Fault.Delay(ms(50), ALL), new Fault.Abort(500, -1, ALL)));
        assertEquals(
                "answered here with status 500: injected fault of route a; it waits 50 ms before that",
                refusedAlike(GET));
    }

    @Test
    void whatHasNoTimeLeftIsRefusedBeforeAllElse() {
        rule(new GrpcTimeout("route a", Long.MAX_VALUE, ms(20)), limit(1_000_000));
        made(GET);
        assertEquals(
                "refused with status 504: shop:80: its time was over before it was sent",
                refusedAlike(GET.with("grpc-timeout", "20m")));
        now += ms(100);
        sentAlike(GET.with("grpc-timeout", "21m"));
        rule(new ExpectedTimeout("listener l", true));
        sentAlike(GET.with("x-envoy-expected-rq-timeout-ms", "1"));
    }

    @Test
    void aFullBulkheadRefusesOrMakesItWait() {
        rule(new Bulkhead("route a", 1, 0, ms(10)));
        Call inside = sentAlike(GET);
        assertEquals(
                "refused with status 503: shop:80: the bulkhead of route a has 1 calls under way, and 0 waiting",
                refusedAlike(GET));
        answer(inside, 200);
        sentAlike(GET);
        rule(new Bulkhead("route a", 1, 1, ms(10)));
        sentAlike(GET);
        Explanation waits = said(GET);
        assertTrue(
                waits.conclusion().endsWith("; only if a place in the bulkhead of route a becomes free within 10 ms"),
                waits::text);
        assertInstanceOf(Step.Ask.class, made(GET).next(now));
        refusedAlike(GET);
    }

    @Test
    void theLimitsOfTheClusterRefuse() {
        Limits one = new Limits(1, List.of());
        engine.publish(Rules.snapshot(Rules.to("a", null), Rules.limits(TWO, one)));
        Call inside = sentAlike(GET);
        assertEquals(
                "refused with status 503: shop:80: overflow: cluster a has its maximum of 1 requests",
                refusedAlike(GET));
        answer(inside, 200);
        sentAlike(GET);

        Limits all = new Limits(Integer.MAX_VALUE, List.of(new Limits.Drop("lb", 1_000_000)));
        engine.publish(Rules.snapshot(Rules.to("a", null), Rules.limits(TWO, all)));
        assertEquals(
                "refused with status 503: shop:80: drop overload: cluster a drops calls of category 'lb'",
                refusedAlike(GET));
        Limits some = new Limits(Integer.MAX_VALUE, List.of(new Limits.Drop("lb", 999_999)));
        engine.publish(Rules.snapshot(Rules.to("a", null), Rules.limits(TWO, some)));
        assertNotNull(said(GET).picked());
        assertTrue(said(GET).conclusion().contains("; 99.9999 % of the calls are dropped for 'lb'"), said(GET)::text);

        Limits places = new Limits(Integer.MAX_VALUE, List.of(), new Bulkhead("max_connections", 1, 0, ms(10)));
        engine.publish(Rules.snapshot(Rules.to("a", null), Rules.limits(TWO, places)));
        sentAlike(GET);
        refusedAlike(GET);
    }

    @Test
    void aLimitThatFollowsLatencyRefusesTheLessUrgentFirst() {
        rule(new AdaptiveConcurrency(
                "route a", true, 0.5, 100, ms(100), new AdaptiveConcurrency.MinRtt.Fixed(ms(10)), 5, 0.25, 503));
        for (int i = 0; i < 3; i++) {
            sentAlike(GET);
        }
        refusedAlike(GET.with("priority", "u=7"));
        sentAlike(GET);
    }

    @Test
    void aFallbackAnswersForARefusal() {
        Action.Forward better = Rules.to("a", null).answering(false, new Fallback(203, "", List.of()));
        engine.publish(Rules.guarded(better, List.of(new Bulkhead("route a", 1, 0, ms(10))), TWO));
        sentAlike(GET);
        String said = refusedAlike(GET);
        assertTrue(said.startsWith("answered here with status 203: fallback for shop:80: the bulkhead of"), said);
        assertEquals(
                503,
                said(GET.with("content-type", "application/grpc")).refused().status());
    }
}
