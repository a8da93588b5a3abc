package dev.weft.engine.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.snapshot.Balancer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Latency and reported load, as they are remembered. */
class MeasuredTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final Balancer.PeakEwma EWMA = new Balancer.PeakEwma(10 * SECOND, 30 * MILLI, 0);
    private static final Balancer.ClientSideWeighted LOAD =
            new Balancer.ClientSideWeighted(10 * SECOND, 180 * SECOND, SECOND, 1);

    @Test
    void anAverageRisesAtOnceAndFallsWithTime() {
        Latency latency = new Latency();
        assertEquals(30 * MILLI, latency.nanos(EWMA, 0), 1);
        latency.observe(EWMA, 100 * MILLI, 0);
        assertEquals(100 * MILLI, latency.nanos(EWMA, 0), 10);
        assertEquals(100 * MILLI / Math.E, latency.nanos(EWMA, 10 * SECOND), 10);
        latency.observe(EWMA, 10 * MILLI, 10 * SECOND);
        double kept = 1 / Math.E;
        assertEquals(100 * MILLI * kept + 10 * MILLI * (1 - kept), latency.nanos(EWMA, 10 * SECOND), 10);
        latency.observe(EWMA, 500 * MILLI, 10 * SECOND);
        assertEquals(500 * MILLI, latency.nanos(EWMA, 10 * SECOND), 50);
    }

    @Test
    void anAverageIsThatOfTheFormulaInDoublePrecision() {
        SplittableRandom chance = new SplittableRandom(4);
        Latency latency = new Latency();
        double cost = 0;
        long stamp = 0;
        long now = -5 * SECOND; // a clock may be negative
        for (int i = 0; i < 5000; i++) {
            now += chance.nextInt(3000) * MILLI;
            long took = 1 + chance.nextInt(1_000_000_000);
            double kept = Math.exp(-(double) (now - stamp) / EWMA.decayNanos());
            cost = i == 0 || took >= cost ? took : cost * kept + took * (1 - kept);
            stamp = now;
            latency.observe(EWMA, took, now);
            assertEquals(cost, latency.nanos(EWMA, now), cost * 1e-4);
        }
    }

    @Test
    void aReportIsAWeightOnceItHasBeenBelievedAndUntilItIsOld() {
        ReportedLoad load = new ReportedLoad();
        load.report(LOAD, 100, 10, 0.4, 0);
        assertEquals(0, load.weight(LOAD, 10 * SECOND - 1));
        assertEquals(100 / (0.4 + 0.1), load.weight(LOAD, 10 * SECOND), 1e-9);
        load.report(LOAD, 0, 0, 0.4, 11 * SECOND);
        load.report(LOAD, 100, 0, 0, 11 * SECOND);
        assertEquals(200, load.weight(LOAD, 12 * SECOND), 1e-9, "what says nothing changes nothing");
        assertEquals(0, load.weight(LOAD, 180 * SECOND));
        load.report(LOAD, 100, 0, 0.5, 200 * SECOND);
        assertEquals(0, load.weight(LOAD, 205 * SECOND), "one that is back is believed only later");
        assertEquals(200, load.weight(LOAD, 210 * SECOND), 1e-9);
    }

    @Test
    void unknownWeightsAreTheMeanAndKnownOnesAreHeldNearIt() {
        assertArrayEquals(new double[] {1, 1, 1}, ReportedLoad.complete(new double[] {0, 50, 0}));
        assertArrayEquals(new double[] {100, 200, 150}, ReportedLoad.complete(new double[] {100, 200, 0}));
        double[] apart = ReportedLoad.complete(new double[] {1, 1000, 1000});
        assertEquals(2001 / 3.0 / 10, apart[0], 1e-9);
        assertEquals(1000, apart[1]);
    }
}
