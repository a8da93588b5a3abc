package dev.weft.engine.ledger;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.engine.call.Question;
import dev.weft.engine.ledger.Gate.Place;
import dev.weft.engine.ledger.Gate.Verdict;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TokenBucket;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Calls that come at once to what guards a route. */
public class GateRaces {
    private static final Route ROUTE = new Route("race", Match.ANY, Action.Forward.to("a"));

    private static Verdict admit(Gate gate, long now) {
        return gate.admit(RacingRequest.ANY, null, ROUTE, now);
    }

    private static int in(Verdict verdict) {
        return verdict.refusal() == null && verdict.question() == null ? 1 : 0;
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one gets the token")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class LastToken {
        private final Bucket bucket = new Bucket(new TokenBucket(1, 1, 1_000_000_000_000L));

        @Actor
        public void one(II_Result r) {
            r.r1 = bucket.take(0) ? 1 : 0;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = bucket.take(0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one gets the place")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class LastPlace {
        private final BulkheadGate gate = new BulkheadGate(new Bulkhead("race", 1, 0, 1_000));

        @Actor
        public void one(II_Result r) {
            r.r1 = in(admit(gate, 0));
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = in(admit(gate, 0));
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "who came is in, at once or by its turn, and was told once")
    @Outcome(expect = FORBIDDEN, desc = "a turn was lost, or told twice")
    @State
    public static class PlaceHandedOn {
        private final BulkheadGate gate = new BulkheadGate(new Bulkhead("race", 1, 1, 1_000));
        private final Place held = Objects.requireNonNull(admit(gate, 0).place());
        private final AtomicInteger turns = new AtomicInteger();

        @Actor
        public void leaves() {
            held.leave(null, 0, 0);
        }

        @Actor
        public void comes() {
            Verdict verdict = admit(gate, 0);
            if (verdict.question() instanceof Question.Place turn) {
                turn.await(answer -> turns.incrementAndGet());
            } else {
                turns.incrementAndGet();
            }
        }

        @Arbiter
        public void after(III_Result r) {
            r.r1 = gate.calls();
            r.r2 = gate.waiting();
            r.r3 = turns.get();
        }
    }

    private static BreakerGate opened(int halfOpenCalls) {
        BreakerGate gate = new BreakerGate(
                new Breaker("race", 50, 100, Long.MAX_VALUE, new Breaker.Window.Calls(1), 1, 1_000, halfOpenCalls));
        Place failing = Objects.requireNonNull(admit(gate, 0).place());
        failing.leave(dev.weft.engine.call.Outcome.SERVER_FAILURE, 500, 0);
        return gate;
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one may try")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class HalfOpen {
        private final BreakerGate gate = opened(1);

        @Actor
        public void one(II_Result r) {
            r.r1 = in(admit(gate, 1_000));
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = in(admit(gate, 1_000));
        }
    }

    @JCStressTest
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "both failed, so it is open for the second time")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class BothTriesFail {
        private final BreakerGate gate = opened(2);
        private final Place first = Objects.requireNonNull(admit(gate, 1_000).place());
        private final Place second = Objects.requireNonNull(admit(gate, 1_000).place());

        @Actor
        public void one() {
            first.leave(dev.weft.engine.call.Outcome.SERVER_FAILURE, 500, 1_001);
        }

        @Actor
        public void other() {
            second.leave(dev.weft.engine.call.Outcome.SERVER_FAILURE, 500, 1_001);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = in(admit(gate, 1_002));
            r.r2 = (int) gate.opened();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one is under the limit")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class AdaptiveLimit {
        private final AdaptiveGate gate = new AdaptiveGate(
                new AdaptiveConcurrency(
                        "race", true, 0.5, 1, 1_000, new AdaptiveConcurrency.MinRtt.Fixed(1_000), 1, 0.25, 503),
                RacingRequest.FIRST);

        @Actor
        public void one(II_Result r) {
            r.r1 = in(admit(gate, 0));
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = in(admit(gate, 0));
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "of the two one is the newest")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class NewestCall {
        private final Window window = new Window.Calls(1);

        @Actor
        public void one() {
            window.record(true, false, 0);
        }

        @Actor
        public void other() {
            window.record(true, false, 0);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = (int) window.sum(Window.CALL, 0);
            r.r2 = (int) window.sum(Window.FAILED, 0);
        }
    }
}
