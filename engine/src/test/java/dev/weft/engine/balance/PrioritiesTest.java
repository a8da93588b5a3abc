package dev.weft.engine.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrioritiesTest {
    private static int[] numbers(String words) {
        return Arrays.stream(words.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    private static Priorities of(String healthy, String degraded, int threshold) {
        int[] hosts = new int[numbers(healthy).length];
        Arrays.fill(hosts, 100);
        return Priorities.of(hosts, numbers(healthy), numbers(degraded), 140, threshold);
    }

    /** The tables of Envoy's documentation, of a hundred endpoints each; its percentages are rounded there. */
    @ParameterizedTest
    @CsvSource({
        "100 100, 100 0",
        "72 72, 100 0",
        "71 71, 99 1",
        "50 50, 70 30",
        "25 100, 35 65",
        "0 100, 0 100",
        "25 25, 50 50",
        "100 100 100, 100 0 0",
        "72 72 100, 100 0 0",
        "71 71 100, 99 1 0",
        "50 50 100, 70 30 0",
        "25 100 100, 35 65 0",
        "25 25 100, 35 35 30",
        "25 25 20, 37 35 28"
    })
    void callsSpillOverToTheNextPriority(String healthy, String loads) {
        String none = healthy.replaceAll("\\d+", "0");
        assertArrayEquals(numbers(loads), of(healthy, none, 0).healthy());
    }

    @ParameterizedTest
    @CsvSource({
        // healthy, degraded, to the healthy, to the degraded
        "100 100, 0 0, 100 0, 0 0",
        "71 0, 0 0, 100 0, 0 0",
        "71 0, 29 0, 99 0, 1 0",
        "50 60, 50 40, 70 30, 0 0",
        "25 0, 25 100, 35 0, 35 30",
        "0 0, 100 0, 0 0, 100 0",
        "0 0, 10 10, 0 0, 50 50"
    })
    void whatTheHealthyCanNotTakeGoesToTheDegraded(String healthy, String degraded, String first, String second) {
        Priorities loads = of(healthy, degraded, 0);
        assertArrayEquals(numbers(first), loads.healthy());
        assertArrayEquals(numbers(second), loads.degraded());
    }

    @Test
    void thereIsNoPanicWhileAllTogetherCanTakeEverything() {
        assertArrayEquals(new boolean[] {false, false}, of("5 100", "0 0", 50).panic());
    }

    @Test
    void aPriorityPanicsWhenTooFewOfItAreAvailable() {
        Priorities loads = of("5 65", "0 0", 50);
        assertArrayEquals(new boolean[] {true, false}, loads.panic());
        assertArrayEquals(new int[] {8, 92}, loads.healthy());
    }

    @Test
    void whenAllPanicTheCallsAreSharedByTheNumberOfEndpoints() {
        Priorities loads = Priorities.of(new int[] {10, 20, 3}, new int[] {1, 1, 0}, new int[] {0, 1, 0}, 140, 50);
        assertArrayEquals(new boolean[] {true, true, true}, loads.panic());
        assertArrayEquals(new int[] {31, 60, 9}, loads.healthy());
        assertArrayEquals(new int[] {0, 0, 0}, loads.degraded());
    }

    @Test
    void withNobodyAndNoPanicTheFirstPriorityFails() {
        Priorities loads = of("0 0", "0 0", 0);
        assertArrayEquals(new int[] {100, 0}, loads.healthy());
        assertArrayEquals(new boolean[] {false, false}, loads.panic());
    }

    @Test
    void thePartsAreAlwaysTheWhole() {
        SplittableRandom chance = new SplittableRandom(8);
        for (int trial = 0; trial < 20_000; trial++) {
            int n = 1 + chance.nextInt(5);
            int[] hosts = new int[n];
            int[] healthy = new int[n];
            int[] degraded = new int[n];
            for (int i = 0; i < n; i++) {
                hosts[i] = chance.nextInt(12);
                healthy[i] = chance.nextInt(hosts[i] + 1);
                degraded[i] = chance.nextInt(hosts[i] - healthy[i] + 1);
            }
            Priorities loads = Priorities.of(hosts, healthy, degraded, 100 + chance.nextInt(100), chance.nextInt(101));
            int sum = Arrays.stream(loads.healthy()).sum()
                    + Arrays.stream(loads.degraded()).sum();
            assertEquals(100, sum);
            for (int i = 0; i < n; i++) {
                boolean empty = healthy[i] == 0 && !loads.panic()[i];
                assertTrue(loads.healthy()[i] == 0 || !empty || nobody(healthy, degraded));
            }
        }
    }

    private static boolean nobody(int[] healthy, int[] degraded) {
        return Arrays.stream(healthy).sum() + Arrays.stream(degraded).sum() == 0;
    }

    @Test
    void aLocalityLosesWeightOnceItsOverprovisioningIsUsedUp() {
        assertEquals(10, Localities.weight(10, 72, 100, 140));
        assertEquals(7, Localities.weight(10, 50, 100, 140), 1e-9);
        assertEquals(0, Localities.weight(10, 0, 100, 140));
    }

    @ParameterizedTest
    @CsvSource({
        // healthy, degraded, tried, to the healthy, to the degraded
        "100 100, 0 0, 0, 0 100, 0 0",
        "100 100, 0 0, 1, 100 0, 0 0",
        "100 50 50, 0 0 0, 0, 0 70 30, 0 0 0",
        "100 25 0, 0 0 0, 0, 0 100 0, 0 0 0",
        "100 0 100, 0 100 0, 0, 0 0 100, 0 0 0",
        "100 0 25, 0 100 0, 0, 0 0 35, 0 65 0",
        "100 100 100, 0 0 0, 0 1, 0 0 100, 0 0 0"
    })
    void aRetryLeavesThePrioritiesThatWereTried(
            String healthy, String degraded, String tried, String first, String second) {
        Priorities loads = without(healthy, degraded, tried);
        assertNotNull(loads);
        assertArrayEquals(numbers(first), loads.healthy());
        assertArrayEquals(numbers(second), loads.degraded());
    }

    @Test
    void whenAllThatAreWellWereTriedNobodyIsLeft() {
        assertNull(without("100 100", "0 0", "0 1"));
        assertNull(without("100 0", "0 0", "0"));
    }

    @Test
    void leavingAPriorityPutsNoOtherInPanic() {
        Priorities loads = without("100 40", "0 0", "0");
        assertNotNull(loads);
        assertArrayEquals(new boolean[] {false, false}, loads.panic());
        assertArrayEquals(new int[] {0, 100}, loads.healthy());
    }

    private static @Nullable Priorities without(String healthy, String degraded, String tried) {
        int[] hosts = new int[numbers(healthy).length];
        Arrays.fill(hosts, 100);
        BitSet out = new BitSet();
        for (int priority : numbers(tried)) {
            out.set(priority);
        }
        return of(healthy, degraded, 50).without(out, hosts, numbers(healthy), numbers(degraded), 140);
    }
}
