package dev.weft.control.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.ArrayList;
import java.util.List;
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

    /** How often it was made. */
    private int made;

    private void keep(String content) {
        store.keep("", Types.LISTENER, "order", () -> {
            made++;
            return Resource.of(
                    "order",
                    Listener.newBuilder()
                            .setName("order")
                            .setStatPrefix(content)
                            .build());
        });
    }

    @Test
    void whatNobodyWantsIsNotMade() {
        Source all = seenFrom("");
        for (int i = 0; i < 100; i++) {
            keep("version " + i);
        }
        assertEquals(0, made);
        assertEquals(List.of("order"), List.copyOf(all.names()));
        assertEquals(0, store.bytes(Types.LISTENER));

        Resource last = Objects.requireNonNull(all.get("order"));
        assertEquals(last, all.get("order"));
        assertEquals(1, made, "as it is now, and once");
        assertEquals(last.body().getValue().size(), store.bytes(Types.LISTENER));
        assertEquals(
                Resource.of(
                        "order",
                        Listener.newBuilder()
                                .setName("order")
                                .setStatPrefix("version 99")
                                .build()),
                last);

        keep("version 100");
        assertEquals(1, made, "who has asked once is not told");
        assertEquals(0, store.bytes(Types.LISTENER));
        store.remove("", Types.LISTENER, "order");
        assertNull(all.get("order"));
        assertEquals(0, store.bytes(Types.LISTENER));
    }

    @Test
    void whoFollowsAResourceIsToldWhenItsContentIsNew() {
        Source all = seenFrom("");
        List<String> told = new ArrayList<>();
        Source.Watcher watcher = told::add;
        all.subscribe("order", watcher);
        keep("one");
        assertEquals(List.of("order"), told);
        keep("one");
        assertEquals(List.of("order"), told, "the same once more");
        keep("two");
        assertEquals(List.of("order", "order"), told);
        all.unsubscribe("order", watcher);

        all.subscribeAll(watcher);
        keep("three");
        assertEquals(List.of("order", "order", "order"), told, "he follows all");
        all.unsubscribeAll(watcher);
        keep("four");
        assertEquals(List.of("order", "order", "order"), told);
        assertEquals(4, made);
    }
}
