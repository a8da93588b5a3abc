package dev.weft.engine.simulation;

import static dev.weft.engine.simulation.Simulation.MILLI;
import static dev.weft.engine.simulation.Simulation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Transport;
import org.junit.jupiter.api.Test;

/** Hundreds of endpoints, some of which fail at times. */
class EjectionTest {
    private static final int ENDPOINTS = 200;

    private static Simulation run(long seed, Balancer balancer, int maxPercent, Simulation.Server server) {
        var outlier = new OutlierPolicy(5, 10 * SECOND, 5 * SECOND, 30 * SECOND, maxPercent);
        var cluster = new Cluster(
                Simulation.CLUSTER,
                balancer,
                Simulation.endpoints(ENDPOINTS),
                Transport.PLAINTEXT,
                outlier,
                50,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE);
        var run = new Simulation(seed, cluster, Action.Forward.to(Simulation.CLUSTER), server, 10 * MILLI);
        run.callers(1_000);
        return run;
    }

    private static int out(Simulation run, long now) {
        int out = 0;
        var cluster = run.engine.live().clusters().get(Simulation.CLUSTER);
        assertNotNull(cluster);
        for (var endpoint : cluster.all()) {
            out += endpoint.stats().ejected(now) ? 1 : 0;
        }
        return out;
    }

    /** For the first half of the run a seeded part of the endpoints fails, more and more of them. */
    private static Simulation.Server failing(int percent) {
        return (endpoint, now, chance) -> {
            boolean bad = now < 4 * SECOND && endpoint * 100 < percent * ENDPOINTS;
            return new Simulation.Reply(bad ? 503 : 200, 5 * MILLI);
        };
    }

    @Test
    void itNeverPassesItsShareHoweverManyFail() {
        Seeds.each(3, seed -> {
            for (int percent : new int[] {1, 10, 33}) {
                var run = run(seed, Balancer.LEAST_REQUEST, percent, failing(80));
                int[] most = {0};
                long[] looked = {0};
                run.watch((endpoint, attempt, now) -> {
                    if (now >= looked[0]) {
                        looked[0] = now + MILLI;
                        most[0] = Math.max(most[0], out(run, now));
                    }
                });
                run.run(3 * SECOND);

                assertEquals(percent * ENDPOINTS / 100, most[0], "at most out at once, of " + percent + " %");
            }
        });
    }

    @Test
    void endpointsOutGetNoCalls() {
        Seeds.each(3, seed -> {
            var run = run(seed, Balancer.LEAST_REQUEST, 20, failing(15));
            run.run(SECOND);
            run.forget();
            run.run(SECOND);

            for (int i = 0; i < ENDPOINTS; i++) {
                int got = run.attempts[i];
                int number = i;
                assertEquals(i < 30, got == 0, () -> "endpoint " + number + " got " + got + " calls");
            }
        });
    }

    @Test
    void recoveryIsEven() {
        Seeds.each(3, seed -> {
            var run = run(seed, Balancer.LEAST_REQUEST, 20, failing(15));
            run.run(5 * SECOND);
            assertEquals(30, out(run, run.now()));
            run.run(3 * SECOND);
            assertEquals(0, out(run, run.now()));
            run.forget();
            run.run(SECOND);

            double mean = (double) run.sent / ENDPOINTS;
            for (int i = 0; i < ENDPOINTS; i++) {
                int got = run.attempts[i];
                int number = i;
                assertTrue(
                        got > 0.75 * mean && got < 1.25 * mean,
                        () -> "endpoint " + number + " got " + got + " calls, the mean is " + mean);
            }
        });
    }

    @Test
    void whoComesBackIsNotRunOver() {
        Seeds.each(3, seed -> {
            var run = run(seed, Balancer.LEAST_REQUEST, 20, failing(15));
            run.run(4 * SECOND);
            int[] back = new int[ENDPOINTS];
            long[] first = new long[ENDPOINTS];
            run.watch((endpoint, attempt, now) -> {
                if (endpoint < 30) {
                    first[endpoint] = first[endpoint] == 0 ? now : first[endpoint];
                    back[endpoint] += now < first[endpoint] + 100 * MILLI ? 1 : 0;
                }
            });
            run.run(4 * SECOND);

            // 1,000 callers with a cycle of 15 ms make 33 calls for each endpoint in 100 ms.
            for (int i = 0; i < 30; i++) {
                int got = back[i];
                int number = i;
                assertTrue(got > 0 && got < 70, () -> "endpoint " + number + " got " + got + " calls in 100 ms");
            }
        });
    }
}
