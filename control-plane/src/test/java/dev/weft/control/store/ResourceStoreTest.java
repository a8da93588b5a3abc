package dev.weft.control.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    private static Listener listener() {
        return Listener.newBuilder().setName("order").build();
    }

    @Test
    void howeverManyNamespacesClientsHaveNamedTheNextOneHearsWhatRulesKeepForIt() {
        for (int i = 0; i < 1_100; i++) {
            Source stranger = seenFrom("stranger-" + i);
            Source.Watcher nobody = name -> {};
            stranger.subscribe("order", nobody);
            if (i % 2 == 0) {
                stranger.unsubscribe("order", nobody);
            }
        }
        List<String> told = new ArrayList<>();
        Source lab = seenFrom("lab");
        lab.subscribe("order", told::add);
        store.put("lab", "order", listener());
        assertEquals(List.of("order"), told);
        assertNull(seenFrom("").get("order"));
        assertNotNull(lab.get("order"));
        assertEquals(1, store.size(Types.LISTENER));
        store.remove("lab", Types.LISTENER, "order");
        assertNull(lab.get("order"));
        assertEquals(List.of("order", "order"), told);
    }

    @Test
    void whoHasUnsubscribedFromAllOfANamespaceHearsOfItAgainWhenHeSubscribesAgain() {
        List<String> told = new ArrayList<>();
        Source.Watcher watcher = told::add;
        Source lab = seenFrom("lab");
        lab.subscribe("order", watcher);
        lab.unsubscribe("order", watcher);
        store.put("lab", "order", listener());
        store.remove("lab", Types.LISTENER, "order");
        assertEquals(List.of(), told);
        lab.subscribeAll(watcher);
        store.put("lab", "order", listener());
        assertEquals(List.of("order"), List.copyOf(lab.names()));
        lab.unsubscribeAll(watcher);
        store.remove("lab", Types.LISTENER, "order");
        assertEquals(List.of("order"), told);
        assertEquals(List.of(), List.copyOf(lab.names()));
    }

    @Test
    void thatTheLastFollowerHasLeftIsTold() {
        List<String> left = new ArrayList<>();
        store.whenLeft(Types.LISTENER, left::add);
        Source.Watcher one = name -> {};
        Source.Watcher other = name -> {};
        Source all = seenFrom("");
        Source lab = seenFrom("lab");
        all.subscribe("order", one);
        lab.subscribe("order", other);
        all.unsubscribe("user", one);
        all.unsubscribe("order", one);
        assertEquals(List.of(), left);
        assertTrue(store.isFollowed(Types.LISTENER, "order"));
        lab.unsubscribe("order", other);
        assertEquals(List.of("order"), left);
        assertFalse(store.isFollowed(Types.LISTENER, "order"));

        left.clear();
        store.put("order", listener());
        all.subscribeAll(one);
        all.subscribe("order", other);
        all.unsubscribe("order", other);
        assertEquals(List.of(), left, "somebody follows all");
        all.unsubscribeAll(one);
        assertEquals(List.of("order"), left);
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
