package dev.weft.engine.simulation;

import static dev.weft.engine.simulation.Simulation.MILLI;
import static dev.weft.engine.simulation.Simulation.SECOND;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Transport;
import org.junit.jupiter.api.Test;

/** One endpoint of ten becomes ten times slower. */
class SlowEndpointTest {
    private static final int SLOW = 3;

    private static Simulation run(long seed, Balancer balancer) {
        var cluster = new Cluster(
                Simulation.CLUSTER,
                balancer,
                Simulation.endpoints(10),
                Transport.PLAINTEXT,
                null,
                50,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE);
        Simulation.Server server = (endpoint, now, chance) -> {
            long usual = (long) ((0.5 + chance.nextDouble()) * 10 * MILLI);
            return new Simulation.Reply(200, endpoint == SLOW && now >= 3 * SECOND ? 10 * usual : usual);
        };
        var run = new Simulation(seed, cluster, Action.Forward.to(Simulation.CLUSTER), server, 20 * MILLI);
        run.callers(100);
        run.run(2 * SECOND);
        return run;
    }

    private static double share(Simulation run) {
        return 100.0 * run.attempts[SLOW] / run.sent;
    }

    @Test
    void peakEwmaGivesItUnderTwoPercentOfTheCallsAfterASecond() {
        Seeds.each(20, seed -> {
            var run = run(seed, Balancer.PEAK_EWMA);
            assertTrue(share(run) > 6, () -> "before it was slow it had " + share(run) + " %");
            run.run(SECOND);
            run.forget();
            run.run(2 * SECOND);

            assertTrue(share(run) < 2, () -> "it has " + share(run) + " % of the calls");
        });
    }

    @Test
    void roundRobinGoesOnAsIfNothingWere() {
        Seeds.each(3, seed -> {
            var run = run(seed, Balancer.ROUND_ROBIN);
            run.run(SECOND);
            run.forget();
            run.run(2 * SECOND);

            assertTrue(share(run) > 9.9 && share(run) < 10.1, () -> "it has " + share(run) + " % of the calls");
        });
    }
}
