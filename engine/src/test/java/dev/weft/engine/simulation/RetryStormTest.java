package dev.weft.engine.simulation;

import static dev.weft.engine.simulation.Simulation.MILLI;
import static dev.weft.engine.simulation.Simulation.SECOND;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Transport;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When everything fails, retries must not make it worse. */
class RetryStormTest {
    private static final long ANSWER = 20 * MILLI;

    private static Simulation failing(long seed, int endpoints, RetryBudget budget) {
        return answering(seed, endpoints, budget, (endpoint, now, chance) -> new Simulation.Reply(503, ANSWER));
    }

    private static Simulation answering(long seed, int endpoints, RetryBudget budget, Simulation.Server server) {
        var retry = new RetryPolicy(
                Set.of(Condition.SERVER_ERROR, Condition.CONNECT_FAILURE),
                Set.of(),
                5,
                Long.MAX_VALUE,
                5 * MILLI,
                50 * MILLI,
                false);
        var to = List.of(new Action.WeightedCluster(Simulation.CLUSTER, 1, HeaderEdits.NONE));
        var route = new Action.Forward(to, Long.MAX_VALUE, retry, null, List.of(), HeaderEdits.NONE);
        var cluster = new Cluster(
                Simulation.CLUSTER,
                Balancer.LEAST_REQUEST,
                Simulation.endpoints(endpoints),
                Transport.PLAINTEXT,
                null,
                50,
                budget,
                Long.MAX_VALUE);
        return new Simulation(seed, cluster, route, server, 10 * MILLI);
    }

    /** Retries are a share of the first attempts in flight, or three at once. */
    private static void bounded(Simulation run, long nanos, double share) {
        bounded(run, nanos, 0, share);
    }

    /** @param free retries of a call that no budget counts */
    private static void bounded(Simulation run, long nanos, int free, double share) {
        long most = (long) (run.calls * (1 + free + share)) + 3 * (nanos / ANSWER + 1);
        assertTrue(run.sent <= most, () -> run.sent + " attempts for " + run.calls + " calls, at most " + most);
        assertTrue(run.sent > run.calls, () -> "no retry at all for " + run.calls + " calls");
    }

    @Test
    void thousandsOfCallersSendNoMoreThanTheBudgetAllows() {
        Seeds.each(3, seed -> {
            var run = failing(seed, 300, RetryBudget.DEFAULT);
            run.callers(3_000);
            run.run(2 * SECOND);

            bounded(run, 2 * SECOND, 0.2);
        });
    }

    /** The first retry of what never reached a server is free (gRFC A6: transparent); all others are not. */
    @Test
    void refusedConnectionsAreTriedOnceMoreAndThenByTheBudget() {
        Seeds.each(3, seed -> {
            var run = answering(
                    seed, 100, RetryBudget.DEFAULT, (endpoint, now, chance) -> new Simulation.Reply(0, ANSWER));
            run.callers(1_000);
            run.run(2 * SECOND);

            bounded(run, 2 * SECOND, 1, 0.2);
        });
    }

    @Test
    void oneOfManyKindsOfFailureIsBoundedAsAll() {
        Seeds.each(3, seed -> {
            var run = answering(
                    seed,
                    100,
                    RetryBudget.DEFAULT,
                    (endpoint, now, chance) ->
                            new Simulation.Reply(chance.nextBoolean() ? 0 : 503, chance.nextLong(ANSWER) + 1));
            run.callers(1_000);
            run.run(2 * SECOND);

            bounded(run, 2 * SECOND, 1, 0.2);
        });
    }

    @Test
    void aLargerBudgetAllowsMore() {
        Seeds.each(3, seed -> {
            var small = failing(seed, 100, new RetryBudget(5, 3));
            var large = failing(seed, 100, new RetryBudget(50, 3));
            small.callers(1_000);
            large.callers(1_000);
            small.run(SECOND);
            large.run(SECOND);

            bounded(small, SECOND, 0.05);
            bounded(large, SECOND, 0.5);
            assertTrue((double) large.sent / large.calls > (double) small.sent / small.calls);
        });
    }

    @Test
    void fewCallersHaveThreeRetriesAtOnceAndNoMore() {
        Seeds.each(10, seed -> {
            var run = failing(seed, 10, RetryBudget.DEFAULT);
            run.callers(5);
            run.run(2 * SECOND);

            bounded(run, 2 * SECOND, 0);
        });
    }
}
