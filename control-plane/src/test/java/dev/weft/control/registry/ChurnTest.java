package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand instances that come, go and die, beside a model that is slow and obvious. */
class ChurnTest {
    private static final int SIZE = 1_000;
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofSeconds(10);

    private final ManualQueue queue = new ManualQueue();
    private final Registry registry = new Registry(queue, new CapturedLog().log(), "cluster.local", Graces.DEFAULT);
    private final Map<Integer, Instant> endOf = new TreeMap<>();
    private final Set<Integer> dead = new TreeSet<>();
    private int next;

    private static String service(int number) {
        return "s" + number % 10;
    }

    private static String address(int number) {
        return "10." + number / 62_500 + "." + number / 250 % 250 + "." + (number % 250 + 1);
    }

    private Instance.Key key(int number) {
        return new Instance.Key(registry.host(service(number), "default"), address(number), 80);
    }

    private void put() throws ConflictException {
        int number = next++;
        registry.put(new Registration(
                service(number), "default", address(number), 80, "http", Map.of(), "", "", 1, State.UP, TTL, null));
        endOf.put(number, queue.now().plus(TTL));
    }

    private int any(Random random) {
        List<Integer> living = new ArrayList<>(endOf.keySet());
        living.removeAll(dead);
        return living.get(random.nextInt(living.size()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoIsListedIsWhoHasRegisteredAndNeitherLeftNorFallenSilent(long seed) throws ConflictException {
        Random random = new Random(seed);
        for (int i = 0; i < SIZE; i++) {
            put();
        }
        for (int step = 0; step < 30; step++) {
            for (int number : List.copyOf(endOf.keySet())) {
                if (!dead.contains(number)) {
                    registry.renew(key(number), null);
                    endOf.put(number, queue.now().plus(TTL));
                }
            }
            for (int i = 0; i < SIZE / 10; i++) {
                int gone = any(random);
                registry.remove(key(gone));
                endOf.remove(gone);
                put();
            }
            for (int i = 0; i < 5; i++) {
                dead.add(any(random));
                put();
            }
            queue.pass(STEP);
            endOf.values().removeIf(end -> !end.isAfter(queue.now()));
            dead.retainAll(endOf.keySet());
            Set<String> expected = new TreeSet<>();
            endOf.keySet().forEach(number -> expected.add(key(number).toString()));
            Set<String> listed = new TreeSet<>();
            registry.services()
                    .forEach(service -> service.instances()
                            .forEach(instance -> listed.add(instance.key().toString())));
            assertEquals(expected, listed, "step " + step);
        }
    }
}
