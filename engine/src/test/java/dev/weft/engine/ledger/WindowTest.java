package dev.weft.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of calls against lists of them. */
class WindowTest {
    private record Seen(boolean failed, boolean slow, long at) {}

    private static void same(List<Seen> expected, Window window, long now) {
        assertEquals(expected.size(), window.sum(Window.CALL, now));
        assertEquals(count(expected, Seen::failed), window.sum(Window.FAILED, now));
        assertEquals(count(expected, Seen::slow), window.sum(Window.SLOW, now));
    }

    private static long count(List<Seen> seen, Predicate<Seen> which) {
        return seen.stream().filter(which).count();
    }

    private static Seen seen(SeededRandom random, long now) {
        return new Seen(random.below(2) == 0, random.below(3) == 0, now);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theNewestCallsAreCounted(long seed) {
        SeededRandom random = new SeededRandom(seed);
        int size = 1 + random.below(20);
        Window window = new Window.Calls(size);
        List<Seen> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Seen next = seen(random, 0);
            all.add(next);
            window.record(next.failed, next.slow, 0);
            same(all.subList(Math.max(0, all.size() - size), all.size()), window, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theCallsOfTheNewestSlicesAreCounted(long seed) {
        SeededRandom random = new SeededRandom(seed);
        long slice = 100;
        int slices = 10;
        Window.Time window = new Window.Time(slice * slices, slices);
        List<Seen> all = new ArrayList<>();
        long now = -5_000; // clocks may begin anywhere
        for (int i = 0; i < 500; i++) {
            now += random.below(random.below(10) == 0 ? 3_000 : 60);
            Seen next = seen(random, now);
            all.add(next);
            window.record(next.failed, next.slow, now);
            long oldest = (Math.floorDiv(now, slice) - slices + 1) * slice;
            List<Seen> counted = all.stream().filter(one -> one.at >= oldest).toList();
            same(counted, window, now);
            assertEquals(now - Math.floorDiv(counted.get(0).at, slice) * slice, window.age(now));
        }
    }
}
