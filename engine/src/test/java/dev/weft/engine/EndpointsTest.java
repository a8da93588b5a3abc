package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.balance.Balancers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.trace.Ambient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may be chosen, who is chosen, who is put out. */
class EndpointsTest {
    private static final OutlierPolicy POLICY = new OutlierPolicy(5, ms(10_000), ms(30_000), ms(300_000), 10);

    private final SeededRandom random = new SeededRandom(5);
    private final Engine engine = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});

    private LiveCluster live(Cluster cluster) {
        engine.publish(Rules.snapshot(Rules.to("a", null), cluster));
        return engine.live().clusters().get("a");
    }

    private static void fail(LiveCluster cluster, int endpoint, int times, long now) {
        for (int i = 0; i < times; i++) {
            cluster.observe(cluster.all().get(endpoint), Outcome.SERVER_FAILURE, now, now);
        }
    }

    private static int usable(LiveCluster cluster, long now) {
        return cluster.usable(now).hosts().length;
    }

    @Test
    void roundRobinTakesTurns() {
        LiveCluster cluster = live(Rules.roundRobin(Rules.cluster("a", 3)));
        Map<LiveEndpoint, Integer> counts = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            counts.merge(cluster.pick(0, random, List.of()), 1, Integer::sum);
        }
        assertEquals(Set.of(100), new HashSet<>(counts.values()));
    }

    @Test
    void leastRequestAvoidsTheLoaded() {
        LiveCluster cluster = live(Rules.cluster("a", 2));
        cluster.all().get(0).begun(0);
        for (int i = 0; i < 50; i++) {
            assertEquals(cluster.all().get(1), cluster.pick(0, random, List.of()));
        }
    }

    @Test
    void fiveFailuresInARowPutAnEndpointOutAndASuccessBetweenDoesNot() {
        LiveCluster cluster = live(Rules.outlier(Rules.cluster("a", 4), POLICY, 0));
        fail(cluster, 0, 4, 0);
        cluster.observe(cluster.all().get(0), Outcome.SUCCESS, 0, 0);
        fail(cluster, 0, 4, 0);
        assertEquals(4, usable(cluster, 0));
        fail(cluster, 0, 1, 0);
        assertEquals(3, usable(cluster, 1));
        assertEquals(
                "ejected for another 30000 ms by consecutive failures",
                cluster.removal(cluster.all().get(0), 0));
        assertEquals(3, usable(cluster, ms(30_000) - 1));
        assertEquals(4, usable(cluster, ms(30_000)));
    }

    @Test
    void eachEjectionInARowLastsLongerAndHealthyTimeIsForgiven() {
        LiveCluster cluster = live(Rules.outlier(Rules.cluster("a", 4), POLICY, 0));
        LiveEndpoint bad = cluster.all().get(0);
        fail(cluster, 0, 5, 0);
        assertEquals(ms(30_000), bad.stats().ejectedFor(0));
        long back = ms(30_000);
        fail(cluster, 0, 5, back);
        assertEquals(ms(60_000), bad.stats().ejectedFor(back));
        back += ms(60_000);
        fail(cluster, 0, 5, back);
        assertEquals(ms(90_000), bad.stats().ejectedFor(back));
        back += ms(90_000) + ms(25_000);
        fail(cluster, 0, 5, back);
        assertEquals(ms(60_000), bad.stats().ejectedFor(back), "two healthy intervals are two steps back");
    }

    @Test
    void noMoreThanTheMaximumShareIsOutAndOneAlwaysMay() {
        LiveCluster few = live(Rules.outlier(Rules.cluster("a", 4), POLICY, 0));
        fail(few, 0, 5, 0);
        fail(few, 1, 5, 0);
        assertEquals(3, usable(few, 1));
        engine.publish(Rules.snapshot(Rules.to("b", null), Rules.cluster("b", 1)));
        LiveCluster many = live(Rules.outlier(Rules.cluster("a", 20), POLICY, 0));
        for (int i = 0; i < 20; i++) {
            fail(many, i, 5, 0);
        }
        assertEquals(18, usable(many, 1));
    }

    @Test
    void belowThePanicThresholdHealthIsIgnored() {
        OutlierPolicy all = new OutlierPolicy(1, ms(10_000), ms(30_000), ms(300_000), 100);
        LiveCluster cluster = live(Rules.outlier(Rules.cluster("a", 4), all, 50));
        fail(cluster, 0, 1, 0);
        fail(cluster, 1, 1, 0);
        assertEquals(2, usable(cluster, 1));
        assertFalse(cluster.usable(1).panic());
        fail(cluster, 2, 1, 0);
        assertEquals(4, usable(cluster, 1));
        assertTrue(cluster.usable(1).panic());
    }

    @Test
    void aDrainingEndpointGetsNothingNewUnlessItIsTheLast() {
        Endpoint up = Endpoint.of(Rules.address(1));
        Endpoint draining = new Endpoint(Rules.address(2), Health.DRAINING, 1, Endpoint.Locality.NONE, Map.of());
        LiveCluster both = live(Cluster.of("a", List.of(up, draining)));
        assertEquals(up, both.usable(0).hosts()[0].config());
        assertEquals(1, usable(both, 0));
        assertFalse(both.usable(0).panic());
        assertEquals(1, usable(live(Cluster.of("a", List.of(draining))), 0));
    }

    @Test
    void numbersOutliveASnapshotAndLeaveWithTheirEndpoint() {
        LiveCluster before = live(Rules.outlier(Rules.cluster("a", 4), POLICY, 0));
        fail(before, 0, 5, 0);
        LiveCluster after = live(Rules.outlier(Rules.cluster("a", 3), POLICY, 0));
        assertEquals(2, usable(after, 1));
        assertEquals(3, after.stats().endpoints().size());
    }

    @Test
    void theBudgetIsAShareOfTheCallsInFlight() {
        LiveCluster cluster = live(Rules.cluster("a", 1));
        for (int i = 0; i < 100; i++) {
            cluster.all().get(0).begun(0);
        }
        int allowed = 0;
        while (cluster.takeRetry()) {
            allowed++;
        }
        assertEquals(20, allowed);
    }

    @Test
    void backoffIsFullJitterUnderADoublingCeiling() {
        RetryPolicy policy = Rules.retry(5, Condition.RESET);
        long[] highest = new long[6];
        for (int retry = 1; retry <= 5; retry++) {
            for (int i = 0; i < 2000; i++) {
                long wait = Retrying.backoff(policy, retry, random);
                assertTrue(wait >= 0);
                highest[retry] = Math.max(highest[retry], wait);
            }
            long ceiling = Math.min(ms(25) << (retry - 1), ms(250));
            assertTrue(highest[retry] <= ceiling && highest[retry] > ceiling * 95 / 100);
        }
        assertTrue(Retrying.backoff(policy, 80, random) <= ms(250));
    }

    @Test
    void weightsShareTheCallsInProportion() {
        List<Action.WeightedCluster> split = List.of(
                new Action.WeightedCluster("v1", 90, HeaderEdits.NONE),
                new Action.WeightedCluster("v2", 10, HeaderEdits.NONE),
                new Action.WeightedCluster("v3", 0, HeaderEdits.NONE));
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            chosen.add(Balancers.choose(split, random).cluster());
        }
        long v2 = chosen.stream().filter("v2"::equals).count();
        assertTrue(v2 > 1800 && v2 < 2200, () -> "v2 got " + v2);
        assertFalse(chosen.contains("v3"));
    }
}
