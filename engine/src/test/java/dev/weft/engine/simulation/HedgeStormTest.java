package dev.weft.engine.simulation;

import static dev.weft.engine.simulation.Simulation.MILLI;
import static dev.weft.engine.simulation.Simulation.SECOND;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Transport;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When nobody answers, or everybody fails, hedges must not make it worse than retries may. */
class HedgeStormTest {
    private static final long LIMIT = 200 * MILLI;
    private static final long SLOW = 20 * MILLI;
    private static final long NEVER = 1_000 * SECOND;

    /** With three more attempts, each after 20 ms: what {@code hedge_on_per_try_timeout} and {@code num_retries: 3} are. */
    private static Simulation hedged(long seed, RetryBudget budget, Simulation.Server server) {
        var retry = new RetryPolicy(
                Set.of(Condition.SERVER_ERROR), Set.of(), 3, Long.MAX_VALUE, 5 * MILLI, 50 * MILLI, false);
        var to = List.of(new Action.WeightedCluster(Simulation.CLUSTER, 1, HeaderEdits.NONE));
        var route = new Action.Forward(to, LIMIT, retry, new HedgePolicy(4, SLOW), List.of(), HeaderEdits.NONE);
        var cluster = new Cluster(
                Simulation.CLUSTER,
                Balancer.LEAST_REQUEST,
                Simulation.endpoints(50),
                Transport.PLAINTEXT,
                null,
                50,
                budget,
                Long.MAX_VALUE);
        var run = new Simulation(seed, cluster, route, server, 10 * MILLI);
        run.hedging();
        return run;
    }

    /** At no moment in which one is sent are there more attempts beyond the first than the budget has places. */
    private static void watched(Simulation run, RetryBudget budget) {
        run.watch((endpoint, attempt, now) -> {
            double most = Math.max(budget.minConcurrency(), budget.percent() / 100 * run.firsts);
            assertTrue(
                    attempt == 1 || run.further + 1 <= most,
                    () -> run.further + 1 + " beside " + run.firsts + " first attempts, at most " + most);
        });
    }

    @Test
    void aClusterThatHangsGetsNoMoreThanTheBudgetAllows() {
        Seeds.each(3, seed -> {
            var run = hedged(seed, RetryBudget.DEFAULT, (endpoint, now, chance) -> new Simulation.Reply(200, NEVER));
            watched(run, RetryBudget.DEFAULT);
            run.callers(500);
            run.run(2 * SECOND);

            assertTrue(run.sent > run.calls * 1.1, () -> run.sent + " attempts for " + run.calls + " calls");
        });
    }

    @Test
    void fewCallersOfAClusterThatHangsHaveThreeHedgesAtOnceAndNoMore() {
        Seeds.each(3, seed -> {
            var run = hedged(seed, RetryBudget.DEFAULT, (endpoint, now, chance) -> new Simulation.Reply(200, NEVER));
            watched(run, RetryBudget.DEFAULT);
            run.callers(5);
            run.run(2 * SECOND);

            assertTrue(run.sent > run.calls, () -> "no hedge at all for " + run.calls + " calls");
        });
    }

    /** Failures that come after the hedge, before it, and while a retry waits. */
    @Test
    void aClusterThatFailsGetsNoMoreThanTheBudgetAllows() {
        Seeds.each(3, seed -> {
            long answer = 60 * MILLI;
            var run = hedged(seed, RetryBudget.DEFAULT, (endpoint, now, chance) -> new Simulation.Reply(503, answer));
            run.callers(1_000);
            run.run(2 * SECOND);

            long most = (long) (run.calls * 1.2) + 3 * (2 * SECOND / answer + 1);
            assertTrue(run.sent <= most, () -> run.sent + " attempts for " + run.calls + " calls, at most " + most);
            assertTrue(run.sent > run.calls * 1.1, () -> run.sent + " attempts for " + run.calls + " calls");
        });
    }

    @Test
    void theRetriesOfACallThatWasHedgedAreWhatTheRuleLeaves() {
        var all = new RetryBudget(100, 1_000);
        Seeds.each(3, seed -> {
            var run = hedged(
                    seed, all, (endpoint, now, chance) -> new Simulation.Reply(503, chance.nextLong(2 * SLOW) + 1));
            run.watch((endpoint, attempt, now) -> assertTrue(attempt <= 4, () -> "attempt " + attempt));
            run.callers(100);
            run.run(SECOND);

            assertTrue(run.sent > run.calls * 3, () -> run.sent + " attempts for " + run.calls + " calls");
        });
    }
}
