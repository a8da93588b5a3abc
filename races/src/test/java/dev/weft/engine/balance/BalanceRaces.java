package dev.weft.engine.balance;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.engine.snapshot.Balancer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Picks and measurements at once. */
public class BalanceRaces {
    @JCStressTest
    @Outcome(
            id = {"0, 1, 2", "1, 0, 2"},
            expect = ACCEPTABLE,
            desc = "each has had its turn")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class Turns {
        private final RoundRobin picker = new RoundRobin(3, 0);

        @Actor
        public void one(III_Result r) {
            r.r1 = picker.pick(0, null, null);
        }

        @Actor
        public void other(III_Result r) {
            r.r2 = picker.pick(0, null, null);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = picker.pick(0, null, null);
        }
    }

    @JCStressTest
    @Outcome(id = "200", expect = ACCEPTABLE, desc = "the peak counts, whoever came first")
    @Outcome(expect = FORBIDDEN, desc = "a measurement is lost")
    @State
    public static class Peak {
        private static final Balancer.PeakEwma CONFIG =
                new Balancer.PeakEwma(10_000_000_000L, 30_000_000L, 1_000_000_000L);

        private final Latency latency = new Latency();

        @Actor
        public void fast() {
            latency.observe(CONFIG, 100, 0);
        }

        @Actor
        public void slow() {
            latency.observe(CONFIG, 200, 0);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = (int) latency.nanos(CONFIG, 0);
        }
    }
}
