package dev.weft.engine.simulation;

import static dev.weft.engine.simulation.Simulation.MILLI;
import static dev.weft.engine.simulation.Simulation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import org.junit.jupiter.api.Test;

/** Endpoints that are killed, and come back. The simulated time begins with the first second. */
class RestartTest {
    private static Simulation run(long seed, int endpoints, Simulation.Server server) {
        Cluster cluster = Cluster.of(Simulation.CLUSTER, Simulation.endpoints(endpoints));
        Simulation run = new Simulation(seed, cluster, Action.Forward.to(Simulation.CLUSTER), server, 10 * MILLI);
        run.callers(50);
        return run;
    }

    private static Simulation.Server without(int endpoints, long from, long until) {
        return (endpoint, now, chance) -> endpoint < endpoints && now >= from && now < until
                ? new Simulation.Reply(0, MILLI)
                : new Simulation.Reply(200, 5 * MILLI);
    }

    @Test
    void whoIsKilledCostsAFewCallsHoweverManyThereAre() {
        Seeds.each(2, seed -> {
            Simulation run = run(seed, 4, without(1, 2 * SECOND, 60 * SECOND));
            run.run(SECOND);
            run.forget();
            run.run(10 * SECOND);

            // Those that are sent within the millisecond of the first refusal, and one each time that it is tried.
            assertTrue(run.attempts[0] <= 20, () -> run.attempts[0] + " of " + run.calls + " calls");
            assertTrue(run.attempts[0] >= 3, () -> "it is tried: " + run.attempts[0]);
        });
    }

    @Test
    void whoStartsAnewWithinASecondHasItsShareASecondLater() {
        Seeds.each(2, seed -> {
            Simulation run = run(seed, 4, without(1, 2 * SECOND, 2 * SECOND + 700 * MILLI));
            run.run(2 * SECOND + 200 * MILLI);
            run.forget();
            run.run(2 * SECOND);

            double share = (double) run.attempts[0] / run.sent;
            assertEquals(0.25, share, 0.05);
        });
    }

    @Test
    void whenAllStartAnewAllHaveTheirShareSoonAfterwards() {
        Seeds.each(2, seed -> {
            Simulation run = run(seed, 4, without(4, 2 * SECOND, 3 * SECOND));
            run.run(3 * SECOND + 500 * MILLI);
            run.forget();
            run.run(2 * SECOND);

            for (int i = 0; i < 4; i++) {
                assertEquals(0.25, (double) run.attempts[i] / run.sent, 0.05, "endpoint " + i);
            }
        });
    }
}
