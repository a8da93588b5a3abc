package dev.weft.control.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ResourceStoreTest {
    private final ResourceStore store = new ResourceStore(Types.SHARED);

    private Source seenFrom(String namespace) {
        return Objects.requireNonNull(store.of(Types.LISTENER, namespace));
    }

    @Test
    void howeverManyNamespacesClientsNameWhatRulesKeepForOneIsThere() {
        for (int i = 0; i < 1_000; i++) {
            seenFrom("stranger-" + i);
        }
        Source all = seenFrom("");
        assertEquals(all, seenFrom("one-too-many"), "who comes after these sees what all see");
        store.put("lab", "order", Listener.newBuilder().setName("order").build());
        assertNull(all.get("order"));
        assertNotNull(seenFrom("lab").get("order"));
        assertEquals(1, store.size(Types.LISTENER));
        store.remove("lab", Types.LISTENER, "order");
        assertNull(seenFrom("lab").get("order"));
    }
}
