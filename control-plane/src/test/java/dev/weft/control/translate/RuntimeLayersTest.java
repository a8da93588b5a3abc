package dev.weft.control.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.control.pause.Pause;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The layers that agents follow. */
class RuntimeLayersTest {
    private static final String SHOP = "default/shop";

    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final RuntimeLayers layers = new RuntimeLayers(store);
    private final Source source = Objects.requireNonNull(store.of(Types.RUNTIME));
    private final List<String> told = new ArrayList<>();
    private final Source.Watcher agent = told::add;

    private void follow(String name) {
        layers.wanted(Types.RUNTIME, name);
        source.subscribe(name, agent);
    }

    private static List<Pause> all() {
        return List.of(new Pause(Pause.ANY, Pause.ANY, Instant.EPOCH, ""));
    }

    @Test
    void whoFollowsOneIsToldOfEachChange() {
        follow(SHOP);
        Resource goesOn = source.get(SHOP);
        layers.apply(all());
        assertEquals(List.of(SHOP), told);
        layers.apply(List.of());
        assertEquals(goesOn, source.get(SHOP));
        assertEquals(List.of(SHOP, SHOP), told);
    }

    @Test
    void ofServicesWhoseAgentsHaveAllLeftNothingStaysAndTheNextOneIsToldAsAnyOther() {
        follow(SHOP);
        follow("default/order");
        source.unsubscribe(SHOP, agent);
        assertNotNull(source.get(SHOP), "it may be back in a moment");
        layers.apply(all());
        assertNull(source.get(SHOP));
        assertEquals(List.of("default/order"), told);
        follow(SHOP);
        Resource paused = Objects.requireNonNull(source.get(SHOP));
        layers.apply(List.of());
        assertEquals(List.of("default/order", "default/order", SHOP), told);
        layers.apply(all());
        assertEquals(paused, source.get(SHOP));
    }
}
