package dev.weft.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.policy.Order;
import dev.weft.engine.policy.Order.Policy;
import dev.weft.engine.snapshot.Guard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The mutation check of the order of policies: without any of its lines, and with any two neighbours among the
 * guards in each other's place, at least one case is decided otherwise.
 */
@Tag("mutation")
class OrderCoverageTest {
    /** Neighbours whose order no call can see, by the one further out: each with the reason. */
    private static final Map<String, String> EITHER_WAY = Map.of(
            "GrpcTimeout, ExpectedTimeout",
            "both only say when the call must be over, at the same moment, and the earlier counts",
            "Bulkhead, StatefulSession",
            "who waits for a place has chosen no endpoint yet, and of a session nothing is read but the request");

    /** By case, which kinds of guards stand together on a route of it: no other case can tell. */
    private final Map<Vector, Set<Set<Class<? extends Guard>>>> guarded = new LinkedHashMap<>();

    OrderCoverageTest() {
        for (Vector vector : VectorFiles.all(Path.of("cases"))) {
            Set<Set<Class<? extends Guard>>> together = new HashSet<>();
            for (Map<String, Object> config : configs(vector)) {
                Config.read(Config.messages(config)).snapshot().hosts().stream()
                        .flatMap(host -> host.routes().stream())
                        .forEach(route -> together.add(kinds(route.guards())));
            }
            guarded.put(vector, together);
        }
    }

    /** That from the beginning, and those that come later. */
    private static List<Map<String, Object>> configs(Vector vector) {
        List<Map<String, Object>> configs = new ArrayList<>(List.of(vector.config()));
        for (Map<String, Object> step : vector.steps()) {
            if (step.containsKey("publish")) {
                Map<String, Object> changed = new HashMap<>(vector.config());
                changed.putAll(VectorFiles.map(step.get("publish")));
                configs.add(changed);
            }
        }
        return configs;
    }

    private static Set<Class<? extends Guard>> kinds(List<Guard> guards) {
        Set<Class<? extends Guard>> kinds = new HashSet<>();
        guards.forEach(guard -> kinds.add(guard.getClass()));
        return kinds;
    }

    @Test
    void everyGuardDecidesACase() {
        var survivors = new TreeSet<String>();
        for (Class<? extends Guard> kind : Order.OURS.admit()) {
            if (isUnseen(Order.OURS.without(kind), Set.of(kind))) {
                survivors.add(kind.getSimpleName());
            }
        }

        assertEquals(new TreeSet<>(), survivors, "left out of the order without a difference");
    }

    @Test
    void everyLaterLineDecidesACase() {
        // Cheap cases first: most lines are missed by the first case that is about them.
        List<Vector> all = new ArrayList<>(guarded.keySet());
        all.sort(Comparator.comparingInt(vector -> vector.steps().toString().length()));
        var survivors = new TreeSet<Policy>();
        for (Policy line : Order.OURS.then()) {
            Order without = Order.OURS.without(line);
            if (all.stream().noneMatch(vector -> misses(vector, without))) {
                survivors.add(line);
            }
            assertTrue(all.stream().anyMatch(vector -> !misses(vector, without)), () -> line + " is in every case");
        }

        assertEquals(new TreeSet<>(), survivors, "left out of the order without a difference");
    }

    @Test
    void theOrderOfNeighboursDecidesACase() {
        List<Class<? extends Guard>> kinds = Order.OURS.admit();
        var survivors = new TreeSet<String>();
        for (int i = 0; i < kinds.size() - 1; i++) {
            if (isUnseen(Order.OURS.swapped(i), Set.of(kinds.get(i), kinds.get(i + 1)))) {
                survivors.add(
                        kinds.get(i).getSimpleName() + ", " + kinds.get(i + 1).getSimpleName());
            }
        }

        assertEquals(new TreeSet<>(EITHER_WAY.keySet()), survivors, "swapped without a difference");
    }

    /** @param concerned kinds that only matter to each other where they stand on one route */
    private boolean isUnseen(Order order, Set<Class<? extends Guard>> concerned) {
        return guarded.entrySet().stream()
                .filter(one -> one.getValue().stream().anyMatch(kinds -> kinds.containsAll(concerned)))
                .noneMatch(one -> misses(one.getKey(), order));
    }

    private static boolean misses(Vector vector, Order order) {
        try {
            Play.of(vector, UnaryOperator.identity(), order);
            return false;
        } catch (Mismatch e) {
            return true;
        }
    }
}
