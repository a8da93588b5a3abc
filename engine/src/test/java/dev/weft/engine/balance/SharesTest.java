package dev.weft.engine.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.SeededRandom;
import dev.weft.engine.balance.Hosts.Host;
import dev.weft.engine.snapshot.Balancer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each algorithm gives to whom, over many picks. */
class SharesTest {
    private static final int PICKS = 100_000;

    private final SeededRandom random = new SeededRandom(17);

    private long[] counts(Picker picker, int hosts, int picks) {
        long[] counts = new long[hosts];
        for (int i = 0; i < picks; i++) {
            counts[picker.pick(0, random, PickContext.NONE)]++;
        }
        return counts;
    }

    private void fair(Balancer balancer, Host[] hosts, double[] weights) {
        long[] counts = counts(Balancers.prepare(balancer, hosts, weights, 5), hosts.length, PICKS);
        double chi = Hosts.chiSquare(counts, weights);
        assertTrue(chi < 1, () -> balancer + " gave " + Arrays.toString(counts) + ", " + chi);
    }

    static List<Balancer> everybody() {
        return List.of(
                Balancer.ROUND_ROBIN,
                Balancer.LEAST_REQUEST,
                new Balancer.LeastRequest(5, 1, null),
                Balancer.RANDOM,
                Balancer.PEAK_EWMA,
                new Balancer.ClientSideWeighted(0, 1, 0, 1),
                new Balancer.Maglev(65_537));
    }

    @ParameterizedTest
    @MethodSource("everybody")
    void equalAndIdleEndpointsGetEqualShares(Balancer balancer) {
        fair(balancer, Hosts.idle(7), Hosts.equal(7));
    }

    @Test
    void moreDrawsThanAreOfUseAreNotMade() {
        Picker absurd = Balancers.prepare(
                new Balancer.LeastRequest(Integer.MAX_VALUE, 1, null), Hosts.loaded(7, i -> i), Hosts.equal(7), 5);
        assertTrue(counts(absurd, 7, 1000)[0] > 900);
    }

    @ParameterizedTest
    @MethodSource("everybody")
    void theOnlyEndpointGetsEverything(Balancer balancer) {
        assertArrayEquals(
                new long[] {50}, counts(Balancers.prepare(balancer, Hosts.idle(1), new double[] {3}, 0), 1, 50));
    }

    @Test
    void weightsShareTheCallsInProportion() {
        double[] weights = {1, 2, 3, 10, 0.5, 60};
        for (Balancer balancer : List.of(
                Balancer.ROUND_ROBIN,
                Balancer.LEAST_REQUEST,
                new Balancer.LeastRequest(2, 0, null),
                Balancer.RANDOM,
                Balancer.MAGLEV)) {
            fair(balancer, Hosts.idle(6), weights);
        }
    }

    @Test
    void aWeightOfZeroGetsNothing() {
        double[] weights = {1, 0, 2};
        for (Balancer balancer : List.of(
                Balancer.ROUND_ROBIN, Balancer.LEAST_REQUEST, Balancer.RANDOM, Balancer.MAGLEV, Balancer.RING_HASH)) {
            assertEquals(0, counts(Balancers.prepare(balancer, Hosts.idle(3), weights, 0), 3, 3000)[1]);
        }
    }

    @Test
    void aRingIsFairWhenItIsLarge() {
        Balancer large = new Balancer.RingHash(Balancer.HashFunction.XX_HASH, 400_000, 1_000_000);
        double[] weights = {1, 2, 5};
        long[] counts = counts(Balancers.prepare(large, Hosts.idle(3), weights, 0), 3, PICKS);
        for (int i = 0; i < 3; i++) {
            assertEquals(weights[i] / 8, counts[i] / (double) PICKS, 0.01);
        }
        Balancer murmur = new Balancer.RingHash(Balancer.HashFunction.MURMUR_HASH_2, 400_000, 1_000_000);
        assertEquals(
                0.125,
                counts(Balancers.prepare(murmur, Hosts.idle(3), weights, 0), 3, PICKS)[0] / (double) PICKS,
                0.01);
    }

    @Test
    void weightedRoundRobinIsNeverMoreThanARoundFromItsShare() {
        SplittableRandom chance = new SplittableRandom(3);
        for (int trial = 0; trial < 200; trial++) {
            int n = 2 + chance.nextInt(12);
            double[] weights = new double[n];
            double most = 0;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                weights[i] = 1 + chance.nextInt(20);
                most = Math.max(most, weights[i]);
                sum += weights[i];
            }
            Picker picker = Balancers.prepare(Balancer.ROUND_ROBIN, Hosts.idle(n), weights, chance.nextInt());
            long[] counts = new long[n];
            for (int pick = 1; pick <= 500; pick++) {
                counts[picker.pick(0, random, PickContext.NONE)]++;
                for (int i = 0; i < n; i++) {
                    double fair = pick * weights[i] / sum;
                    // In rounds of the heaviest: each is off by one at the most, and so is the sum of all.
                    double slack = 2 + weights[i] / sum * (n + 1);
                    assertEquals(fair, counts[i], slack, () -> Arrays.toString(weights) + Arrays.toString(counts));
                }
            }
        }
    }

    @Test
    void leastRequestIsTheChoiceOfTheLeastLoadedOfTwo() {
        int[] active = {0, 1, 2, 3, 4};
        long[] counts = counts(
                Balancers.prepare(Balancer.LEAST_REQUEST, Hosts.loaded(5, i -> active[i]), Hosts.equal(5), 0),
                5,
                PICKS);
        // Of the ten pairs it wins those with a busier one.
        assertTrue(Hosts.chiSquare(counts, new double[] {4, 3, 2, 1, 0}) < 1, () -> Arrays.toString(counts));
    }

    @Test
    void moreChoicesAreDrawnWithRepetition() {
        long[] counts = counts(
                Balancers.prepare(new Balancer.LeastRequest(3, 1, null), Hosts.loaded(3, i -> i), Hosts.equal(3), 0),
                3,
                PICKS);
        // Out of 27 triples: those without the first, and those of the last alone.
        assertTrue(Hosts.chiSquare(counts, new double[] {19, 7, 1}) < 1, () -> Arrays.toString(counts));
    }

    @Test
    void activeRequestsLowerAWeightByTheBias() {
        double[] weights = {4, 2, 1};
        int[] active = {3, 1, 1};
        for (double bias : new double[] {0, 0.5, 1, 2}) {
            Picker picker = Balancers.prepare(
                    new Balancer.LeastRequest(2, bias, null), Hosts.loaded(3, i -> active[i]), weights, 0);
            long[] counts = counts(picker, 3, PICKS);
            double[] envoys = new double[3];
            double sum = 0;
            for (int i = 0; i < 3; i++) {
                envoys[i] = weights[i] / Math.pow(active[i] + 1, bias);
                sum += envoys[i];
            }
            for (int i = 0; i < 3; i++) {
                assertEquals(envoys[i] / sum, counts[i] / (double) PICKS, 0.06, "bias " + bias);
            }
        }
    }

    @Test
    void peakEwmaTakesTheCheaperOfTwoForItsWeight() {
        Host[] hosts = {
            new Host(0, 0, 1), new Host(1, 0, 2), new Host(2, 0, 3),
        };
        long[] counts = counts(Balancers.prepare(Balancer.PEAK_EWMA, hosts, Hosts.equal(3), 0), 3, PICKS);
        assertTrue(Hosts.chiSquare(counts, new double[] {2, 1, 0}) < 1, () -> Arrays.toString(counts));
        long[] weighted = counts(Balancers.prepare(Balancer.PEAK_EWMA, hosts, new double[] {1, 1, 9}, 0), 3, PICKS);
        assertTrue(Hosts.chiSquare(weighted, new double[] {1, 0, 2}) < 1, () -> Arrays.toString(weighted));
    }

    @Test
    void aPickAllocatesNothing() {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        double[][] weights = {Hosts.equal(20), new double[20]};
        for (int i = 0; i < 20; i++) {
            weights[1][i] = i + 1;
        }
        List<Balancer> all = new java.util.ArrayList<>(everybody());
        all.add(Balancer.RING_HASH);
        for (Balancer balancer : all) {
            for (double[] some : weights) {
                Picker picker = Balancers.prepare(balancer, Hosts.loaded(20, i -> i), some, 0);
                counts(picker, 20, 100);
                long before = threads.getCurrentThreadAllocatedBytes();
                counts(picker, 20, 20_000);
                long bytes = threads.getCurrentThreadAllocatedBytes() - before;
                assertTrue(bytes < 20_000, () -> balancer + " allocated " + bytes + " B in 20,000 picks");
            }
        }
    }
}
