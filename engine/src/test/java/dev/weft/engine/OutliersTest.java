package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.ledger.Ejection;
import dev.weft.engine.ledger.EndpointStats;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.OutlierPolicy.FailurePercentage;
import dev.weft.engine.snapshot.OutlierPolicy.InARow;
import dev.weft.engine.snapshot.OutlierPolicy.SuccessRate;
import dev.weft.engine.trace.Ambient;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is put out for what, rule by rule and against the plain model. */
class OutliersTest {
    private static final InARow NEVER = InARow.NEVER;
    private static final long INTERVAL = ms(10_000);

    private final SeededRandom random = new SeededRandom(5);
    private final Engine engine = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});

    private static OutlierPolicy policy(
            InARow errors, InARow gateway, InARow local, boolean split, SuccessRate rates, FailurePercentage shares) {
        return new OutlierPolicy(
                errors, gateway, local, split, rates, shares, INTERVAL, ms(30_000), ms(90_000), 0, 100, true);
    }

    private static OutlierPolicy inARow(InARow errors, InARow gateway, InARow local, boolean split) {
        return policy(errors, gateway, local, split, SuccessRate.NEVER, FailurePercentage.NEVER);
    }

    private LiveCluster live(int endpoints, OutlierPolicy policy) {
        Cluster cluster = Rules.outlier(Rules.cluster("a", endpoints), policy, 0);
        // Connections that don't come about count as in Envoy; what becomes of them without that is UnreachedTest's.
        engine.publish(Rules.snapshot(Rules.to("a", null), Rules.connectBackoff(cluster, null)));
        return engine.live().clusters().get("a");
    }

    private static EndpointStats see(LiveCluster cluster, int endpoint, long now, Outcome... outcomes) {
        for (Outcome outcome : outcomes) {
            cluster.observe(cluster.all().get(endpoint), outcome, now, now);
        }
        return cluster.all().get(endpoint).stats();
    }

    @Test
    void gatewayFailuresAreCountedApartFromOtherServerErrors() {
        LiveCluster cluster = live(3, inARow(NEVER, new InARow(3, 100), NEVER, false));
        see(cluster, 0, 0, Outcome.UNAVAILABLE, Outcome.UNAVAILABLE, Outcome.SERVER_FAILURE, Outcome.UNAVAILABLE);
        assertNull(see(cluster, 0, 0, Outcome.UNAVAILABLE).ejection());
        assertEquals(
                Ejection.CONSECUTIVE_GATEWAY_FAILURE,
                see(cluster, 0, 0, Outcome.RESET).ejection());
        assertEquals(
                "ejected for another 30000 ms by consecutive gateway failures",
                cluster.removal(cluster.all().get(0), 0));
    }

    @Test
    void localFailuresAreJudgedApartOnlyWhereTheyAreSplitOff() {
        LiveCluster whole = live(3, inARow(new InARow(2, 100), NEVER, new InARow(1, 100), false));
        assertNull(see(whole, 0, 0, Outcome.UNSENT).ejection());
        assertEquals(Ejection.CONSECUTIVE_5XX, see(whole, 0, 0, Outcome.UNSENT).ejection());
        engine.publish(Rules.snapshot(Rules.to("b", null), Rules.cluster("b", 1)));
        LiveCluster split = live(3, inARow(new InARow(2, 100), NEVER, new InARow(3, 100), true));
        see(split, 1, 0, Outcome.UNSENT, Outcome.DEADLINE, Outcome.SERVER_FAILURE);
        see(split, 1, 0, Outcome.UNSENT, Outcome.RESET);
        assertNull(see(split, 1, 0, Outcome.CALLER_FAULT).ejection());
        assertEquals(
                Ejection.CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
                see(split, 1, 0, Outcome.UNSENT, Outcome.RESET, Outcome.DEADLINE)
                        .ejection());
    }

    @Test
    void anOverloadedPeerIsNoOutlier() {
        LiveCluster cluster = live(3, inARow(new InARow(2, 100), NEVER, NEVER, false));
        assertNull(see(cluster, 0, 0, Outcome.SERVER_FAILURE, Outcome.OVERLOADED, Outcome.SERVER_FAILURE)
                .ejection());
    }

    @Test
    void failuresOfAnEndpointThatIsOutDoNotCountWhenItIsBack() {
        LiveCluster cluster = live(3, inARow(new InARow(2, 100), NEVER, NEVER, false));
        see(cluster, 0, 0, Outcome.RESET, Outcome.RESET, Outcome.RESET);
        see(cluster, 0, ms(29_999), Outcome.RESET);
        assertEquals(1, see(cluster, 0, ms(30_000), Outcome.RESET).ejections());
        assertEquals(2, see(cluster, 0, ms(30_000), Outcome.RESET).ejections());
    }

    @Test
    void theLongestEjectionIsNotExceededAndForgivenStepByStep() {
        LiveCluster cluster = live(3, inARow(new InARow(1, 100), NEVER, NEVER, false));
        EndpointStats bad = cluster.all().get(0).stats();
        long now = 0;
        long[] expected = {30_000, 60_000, 90_000, 90_000, 90_000, 90_000};
        for (long millis : expected) {
            see(cluster, 0, now, Outcome.RESET);
            assertEquals(ms(millis), bad.ejectedFor(now));
            now += bad.ejectedFor(now);
        }
        now += 3 * INTERVAL;
        see(cluster, 0, now, Outcome.RESET);
        assertEquals(ms(60_000), bad.ejectedFor(now), "four in a row is the most that is counted");
    }

    @Test
    void jitterLengthensAnEjectionByNoMoreThanItsMaximum() {
        OutlierPolicy jitter = new OutlierPolicy(
                new InARow(1, 100),
                NEVER,
                NEVER,
                false,
                SuccessRate.NEVER,
                FailurePercentage.NEVER,
                INTERVAL,
                ms(1000),
                ms(1000),
                ms(500),
                100,
                true);
        LiveCluster cluster = live(2, jitter);
        EndpointStats bad = cluster.all().get(0).stats();
        long now = 0;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 300; i++) {
            see(cluster, 0, now, Outcome.RESET);
            least = Math.min(least, bad.ejectedFor(now));
            most = Math.max(most, bad.ejectedFor(now));
            now += bad.ejectedFor(now);
        }
        assertTrue(least >= ms(1000) && least < ms(1020) && most <= ms(1500) && most > ms(1480), least + " " + most);
    }

    @Test
    void aRuleIsObeyedInThePercentageOfCasesThatIsEnforced() {
        LiveCluster cluster = live(2, inARow(new InARow(1, 30), NEVER, NEVER, false));
        EndpointStats bad = cluster.all().get(0).stats();
        long now = 0;
        for (int i = 0; i < 3000; i++) {
            see(cluster, 0, now, Outcome.RESET);
            now += bad.ejectedFor(now);
        }
        assertEquals(900, bad.ejections(), 90);
    }

    @Test
    void withoutTheExceptionForOneEndpointTheShareIsStrict() {
        OutlierPolicy strict = new OutlierPolicy(
                new InARow(1, 100),
                NEVER,
                NEVER,
                false,
                SuccessRate.NEVER,
                FailurePercentage.NEVER,
                INTERVAL,
                ms(1000),
                ms(1000),
                0,
                25,
                false);
        LiveCluster three = live(3, strict);
        assertEquals(0, see(three, 0, 0, Outcome.RESET).ejections());
        LiveCluster four = live(4, strict);
        assertEquals(1, see(four, 0, 0, Outcome.RESET).ejections());
        assertEquals(0, see(four, 1, 0, Outcome.RESET).ejections());
    }

    private static void calls(LiveCluster cluster, int endpoint, int good, int bad, long now) {
        for (int i = 0; i < Math.max(good, bad); i++) {
            if (i < good) {
                see(cluster, endpoint, now, Outcome.SUCCESS);
            }
            if (i < bad) {
                see(cluster, endpoint, now, Outcome.SERVER_FAILURE);
            }
        }
    }

    @Test
    void theExampleOfEnvoysDocumentationIsEjectedByItsSuccessRate() {
        // Rates of 50, 100, 100, 100, 100: mean 90, deviation 20, threshold 52.
        LiveCluster cluster = live(
                5, policy(NEVER, NEVER, NEVER, false, new SuccessRate(5, 10, 1900, 100, 0), FailurePercentage.NEVER));
        calls(cluster, 0, 5, 5, 0);
        for (int i = 1; i < 5; i++) {
            calls(cluster, i, 10, 0, 1);
        }
        assertNull(see(cluster, 1, INTERVAL - 1, Outcome.SUCCESS).ejection());
        assertNull(cluster.all().get(0).stats().ejection());
        see(cluster, 1, INTERVAL + ms(3), Outcome.SUCCESS);
        assertEquals(Ejection.SUCCESS_RATE, cluster.all().get(0).stats().ejection());
        assertEquals(ms(30_000), cluster.all().get(0).stats().ejectedFor(INTERVAL), "as of the end of the interval");
    }

    @Test
    void successRatesNeedEnoughEndpointsWithEnoughCalls() {
        SuccessRate five = new SuccessRate(5, 10, 1000, 100, 0);
        LiveCluster cluster = live(5, policy(NEVER, NEVER, NEVER, false, five, FailurePercentage.NEVER));
        calls(cluster, 0, 0, 10, 0);
        for (int i = 1; i < 5; i++) {
            calls(cluster, i, i == 4 ? 9 : 10, 0, 1);
        }
        see(cluster, 1, INTERVAL, Outcome.SUCCESS);
        assertNull(cluster.all().get(0).stats().ejection());
    }

    @Test
    void aFailurePercentageIsJudgedByItself() {
        FailurePercentage half = new FailurePercentage(50, 2, 10, 100, 0);
        LiveCluster cluster = live(3, policy(NEVER, NEVER, NEVER, false, SuccessRate.NEVER, half));
        calls(cluster, 0, 5, 5, 0);
        calls(cluster, 1, 6, 5, 0);
        calls(cluster, 2, 0, 9, 0);
        see(cluster, 1, INTERVAL, Outcome.SUCCESS);
        assertEquals(Ejection.FAILURE_PERCENTAGE, cluster.all().get(0).stats().ejection());
        assertNull(cluster.all().get(1).stats().ejection());
        assertNull(cluster.all().get(2).stats().ejection(), "too few calls");
    }

    @Test
    void connectingIsJudgedApartWhereLocalFailuresAreSplitOff() {
        FailurePercentage half = new FailurePercentage(50, 1, 10, 100, 100);
        LiveCluster cluster = live(3, policy(NEVER, NEVER, NEVER, true, SuccessRate.NEVER, half));
        for (int i = 0; i < 10; i++) {
            see(cluster, 0, 0, Outcome.UNSENT, Outcome.SUCCESS);
            see(cluster, 1, 0, Outcome.SERVER_FAILURE, Outcome.SUCCESS);
        }
        see(cluster, 2, INTERVAL, Outcome.SUCCESS);
        assertEquals(
                Ejection.FAILURE_PERCENTAGE_LOCAL_ORIGIN,
                cluster.all().get(0).stats().ejection());
        assertEquals(Ejection.FAILURE_PERCENTAGE, cluster.all().get(1).stats().ejection());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void theRulesDecideAsAPlainModelDoes(long seed) {
        SplittableRandom chance = new SplittableRandom(seed);
        int n = 2 + chance.nextInt(8);
        OutlierPolicy policy = new OutlierPolicy(
                some(chance),
                some(chance),
                some(chance),
                seed % 2 == 0,
                new SuccessRate(
                        chance.nextInt(5), chance.nextInt(10), 1000 + chance.nextInt(1000), all(chance), all(chance)),
                new FailurePercentage(
                        30 + chance.nextInt(70), chance.nextInt(4), chance.nextInt(10), all(chance), all(chance)),
                ms(1000),
                ms(1 + chance.nextInt(3000)),
                ms(4000 + chance.nextInt(8000)),
                0,
                chance.nextInt(101),
                chance.nextBoolean());
        LiveCluster cluster = live(n, policy);
        OutlierModel model = new OutlierModel(policy, n);
        Outcome[] outcomes = Outcome.values();
        long now = 0;
        int ejections = 0;
        for (int i = 0; i < 6000; i++) {
            now += chance.nextInt(100) == 0 ? ms(chance.nextInt(5000)) : ms(chance.nextInt(40));
            int host = chance.nextInt(n);
            Outcome outcome = chance.nextInt(n + 1) <= host ? Outcome.SUCCESS : outcomes[chance.nextInt(8)];
            cluster.observe(cluster.all().get(host), outcome, now, now);
            model.observe(host, outcome, now);
            for (int k = 0; k < n; k++) {
                EndpointStats stats = cluster.all().get(k).stats();
                String where = "event " + i + ", endpoint " + k;
                assertEquals(model.ejections(k), stats.ejections(), where);
                assertEquals(model.ejectedFor(k, now), stats.ejectedFor(now), where);
                assertEquals(model.why(k), stats.ejection(), where);
                ejections = Math.max(ejections, stats.ejections());
            }
        }
        boolean possible =
                policy.serverErrors().count() > 0 && (policy.alwaysOne() || policy.maxEjectionPercent() * n >= 100);
        assertTrue(ejections > 0 || !possible, "nothing happened");
    }

    private static InARow some(SplittableRandom chance) {
        return chance.nextInt(3) == 0 ? NEVER : new InARow(1 + chance.nextInt(6), 100);
    }

    private static int all(SplittableRandom chance) {
        return chance.nextBoolean() ? 100 : 0;
    }
}
