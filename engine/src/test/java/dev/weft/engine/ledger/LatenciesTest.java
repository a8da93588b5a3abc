package dev.weft.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Percentiles against a sorted list. */
class LatenciesTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void percentilesAreRightButForThreePercent(long seed) {
        SeededRandom random = new SeededRandom(seed);
        Latencies latencies = new Latencies();
        List<Long> sorted = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long nanos = random.bits() >>> 1 + random.below(62);
            sorted.add(nanos);
            assertEquals(i + 1, latencies.add(nanos));
        }
        Collections.sort(sorted);
        for (double share : new double[] {0, 0.1, 0.5, 0.9, 0.99, 1}) {
            long exact = sorted.get((int) Math.max(0, Math.ceil(share * sorted.size()) - 1));
            long found = latencies.percentile(share);
            assertTrue(found <= exact && exact - found <= exact / 32, () -> found + " for " + exact);
        }
    }

    @Test
    void aClockThatGoesBackCountsAsNoTime() {
        Latencies latencies = new Latencies();
        assertTrue(latencies.isEmpty());
        latencies.add(-5);
        latencies.add(Long.MAX_VALUE);
        assertEquals(0, latencies.percentile(0.5));
        assertTrue(latencies.percentile(1) > Long.MAX_VALUE / 32 * 31);
    }
}
