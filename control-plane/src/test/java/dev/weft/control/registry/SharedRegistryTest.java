package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.keep.MemoryStore;
import dev.weft.control.keep.SharedStore.Change;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who keeps an instance, in whatever order replicas hear of each other. */
class SharedRegistryTest {
    private static final String HOST = "order.default.svc.cluster.local";
    private static final Instance.Key KEY = new Instance.Key(HOST, "10.0.0.1", 80);

    private final CapturedLog log = new CapturedLog();
    private final ManualQueue queue = new ManualQueue();
    private final MemoryStore memory = new MemoryStore();
    private final List<Replica> all = new ArrayList<>();
    private final Replica a = new Replica("a");
    private final Replica b = new Replica("b");

    /** One control plane's registry. */
    private final class Replica {
        final MemoryStore.Member store;
        final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        final Set<Instance.Key> answering = new HashSet<>();
        final List<String> told = new ArrayList<>();

        Replica(String name) {
            store = memory.member(name);
            SharedRegistry shared = new SharedRegistry(store, registry, this::knock, queue, log.log());
            registry.listen(host -> told.add(host));
            shared.begin();
            all.add(this);
        }

        private void knock(Instance.Key key, Consumer<@Nullable String> answer) {
            answer.accept(answering.contains(key) ? null : "connection refused");
        }

        /** An agent's stream registers order. */
        Lease agent() {
            Lease lease = registry.lease(
                    new NodeIdentity("n", "order", "default", "10.0.0.1", Map.of(), "eu", "eu-1", "weft"));
            lease.subscribe("order:80/http", changed -> {});
            lease.health(Health.READY);
            return lease;
        }

        @Nullable
        Registered order() {
            return registry.find(KEY);
        }

        boolean keeps() {
            Registered order = order();
            return order != null && order.keeper == null;
        }
    }

    /** Everybody writes and hears until nothing is new. */
    private void settle() {
        for (int i = 0; i < 10; i++) {
            queue.pass(Duration.ofMillis(300));
            all.forEach(one -> one.store.hear());
        }
    }

    @Test
    void whoHearsOfAnInstanceTakesItOverAndTheOtherLetsGo() {
        Lease atA = a.agent();
        settle();
        assertEquals(State.UP, b.registry.entry(KEY).instance().state());
        assertTrue(a.keeps());
        atA.close();
        b.agent();
        settle();
        assertTrue(b.keeps());
        assertEquals("b", a.order().keeper);
        queue.pass(Duration.ofMinutes(2));
        assertNotNull(a.order(), "the stream that a lost is forgotten");
    }

    @Test
    void aChangeOnItsWayDoesNotTakeBackWhatAnotherHasTakenOver() {
        Lease atA = a.agent();
        settle();
        b.agent();
        queue.pass(Duration.ofMillis(50)); // b has written, and a has not heard of it
        atA.health(new Health(Health.Kind.DRAINING, ""));
        settle();
        assertTrue(b.keeps());
        assertEquals("b", a.order().keeper);
        assertEquals(State.UP, a.registry.entry(KEY).instance().state());
        assertTrue(atA.refusal("order:80/http").contains("a newer stream"));
    }

    @Test
    void whoComesBackBeforeTheOthersClaimIsHeardKeepsIt() {
        Lease first = a.agent();
        settle();
        first.close();
        Lease between = b.agent();
        queue.pass(Duration.ofMillis(50)); // b has written
        Lease second = a.agent(); // a has not heard
        settle();
        assertTrue(a.keeps());
        assertEquals("a", b.order().keeper);
        between.close();
        queue.pass(Duration.ofMinutes(2));
        settle();
        assertTrue(a.keeps());
        assertNull(second.refusal("order:80/http"));
    }

    @Test
    void aWriteOfWhichNobodyTellsTheOutcomeCountsAllTheSame() {
        a.store.swallowsAnswers = true;
        Lease agent = a.agent();
        queue.pass(Duration.ofMillis(50));
        a.store.swallowsAnswers = false;
        settle();
        assertTrue(a.keeps());
        assertEquals("a", b.order().keeper);
        agent.unsubscribe("order:80/http", changed -> {});
        settle();
        assertNull(b.order());
    }

    @Test
    void ofAnInstanceWhoseReplicaIsGoneTheAgentIsWaitedForAndThenItsPortIsAsked() {
        a.agent();
        settle();
        a.store.end();
        b.answering.add(KEY);
        settle();
        queue.pass(Duration.ofSeconds(50));
        assertTrue(b.order().isOrphan);
        queue.pass(Duration.ofSeconds(70));
        assertNotNull(b.order(), "somebody answers at its port");
        b.answering.clear();
        queue.pass(Duration.ofSeconds(70));
        assertNull(b.order());
        settle();
        assertTrue(a.keeps(), "its agent was there all the time");
        assertEquals("a", b.order().keeper);
    }

    @Test
    void aReplicaThatIsBackKeepsWhatItKept() {
        a.agent();
        settle();
        a.store.end();
        settle();
        a.store.begin();
        settle();
        queue.pass(Duration.ofMinutes(5));
        settle();
        assertEquals("a", b.order().keeper);
    }

    @Test
    void whileTheStoreIsAwayNobodyIsTakenAwayForSilence() {
        Lease agent = a.agent();
        settle();
        a.store.away = "cut off";
        agent.close();
        queue.pass(Duration.ofMinutes(5));
        assertNotNull(a.order());
        a.store.away = null;
        queue.pass(Duration.ofSeconds(20));
        settle();
        assertNull(a.order());
        assertNull(b.order());
    }

    @Test
    void whatWasRegisteredWhileTheStoreWasAwayIsToldAfterwards() {
        a.store.away = "cut off";
        a.agent();
        queue.pass(Duration.ofMinutes(1));
        assertNull(b.order());
        a.store.away = null;
        settle();
        assertEquals("a", b.order().keeper);
    }

    @Test
    void anOperatorsWordIsKnownEverywhereAndGoesWithItsInstance() {
        Lease agent = a.agent();
        settle();
        b.registry.overlay(KEY, new Overlay(State.DOWN, 5, Map.of("by", "hand")));
        settle();
        assertEquals(State.DOWN, a.registry.entry(KEY).instance().state());
        assertEquals("hand", a.registry.entry(KEY).instance().labels().get("by"));
        agent.close();
        b.agent();
        settle();
        assertEquals(State.DOWN, b.registry.entry(KEY).instance().state(), "it is the same workload");
        Registered gone = b.order();
        b.registry.remove(gone, "by the test");
        settle();
        assertNull(a.order());
        b.agent();
        settle();
        assertEquals(State.UP, a.registry.entry(KEY).instance().state());
    }

    @Test
    void ofTwoWordsAtTheSameTimeAllHearTheSameInTheEnd() {
        a.agent();
        settle();
        a.registry.overlay(KEY, new Overlay(State.DOWN, null, Map.of()));
        b.registry.overlay(KEY, new Overlay(null, 7, Map.of()));
        settle();
        assertEquals(a.registry.entry(KEY).overlay(), b.registry.entry(KEY).overlay());
    }

    @Test
    void aListenerIsToldWhenSomethingIsDifferentAndOnlyThen() {
        a.agent();
        settle();
        assertTrue(b.told.contains(HOST));
        b.told.clear();
        a.told.clear();
        settle();
        assertEquals(List.of(), b.told);
        assertEquals(List.of(), a.told);
    }

    @Test
    void whatStandsInTheStoreAndIsNoInstanceIsNamedAndLeftOut() {
        byte[] nonsense = {'{'};
        a.store.write(List.of(
                new Change(SharedNames.of("instances", KEY), nonsense, 0),
                new Change("instances/no-port", nonsense, 0)));
        settle();
        assertNull(b.order());
        assertTrue(log.text().contains("instances/" + HOST + "/10.0.0.1:80 can't be read"), log.text());
        a.agent();
        settle();
        assertEquals("a", b.order().keeper);
    }

    /** As a later version might write it. */
    private static byte[] withMore(byte[] content) {
        return new String(content, StandardCharsets.UTF_8)
                .replace("{\"", "{\"later\":[{}],\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatAReplicaOfALaterVersionSaysBesideIsLeftAlone() {
        a.agent();
        settle();
        byte[] instance = SharedInstance.bytes("c", b.order().kept());
        b.store.write(List.of(new Change(
                SharedNames.of(SharedNames.WORDS, KEY),
                withMore(SharedInstance.bytes(new Overlay(null, 7, Map.of()))),
                0)));
        settle();
        assertEquals(7, b.registry.entry(KEY).instance().weight());
        Instance.Key other = new Instance.Key(HOST, "10.0.0.2", 80);
        String text = new String(withMore(instance), StandardCharsets.UTF_8).replace("10.0.0.1", "10.0.0.2");
        b.store.write(
                List.of(new Change(SharedNames.of("instances", other), text.getBytes(StandardCharsets.UTF_8), 0)));
        settle();
        assertEquals("c", a.registry.find(other).keeper, log.text());
    }

    @Test
    void aWordThatIsNoneCostsNoneOfThoseAfterIt() {
        a.agent();
        settle();
        Instance.Key other = new Instance.Key(HOST, "10.0.0.2", 80);
        byte[] none = "null".getBytes(StandardCharsets.UTF_8);
        byte[] down = "{\"state\":\"DOWN\"}".getBytes(StandardCharsets.UTF_8);
        a.store.write(List.of(
                new Change(SharedNames.of(SharedNames.WORDS, other), none, 0),
                new Change(SharedNames.of(SharedNames.WORDS, KEY), down, 0)));
        settle();
        assertEquals(State.DOWN, b.registry.entry(KEY).instance().state());
    }

    @Test
    void instancesWithManyWordsAreToldInAsManyPartsAsTheStoreTakes() throws ConflictException {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < 64; i++) {
            labels.put("label-" + i, "ä".repeat(256));
        }
        for (int i = 1; i <= 200; i++) {
            a.registry.put(new Registration(
                    "order",
                    "default",
                    "10.1.0." + i,
                    80,
                    "http",
                    labels,
                    "",
                    "",
                    1,
                    State.UP,
                    Duration.ofHours(1),
                    null));
        }
        settle();
        assertEquals(200, b.registry.of(HOST).size());
    }

    @Test
    void whatTheStoreRefusesIsSaidOnceWithTheReason() {
        a.store.swallowsAnswers = true;
        a.agent();
        settle();
        assertEquals(
                1,
                log.text()
                        .lines()
                        .filter(line ->
                                line.contains("changes are not in the store: ") && line.contains("no answer in time"))
                        .count(),
                log.text());
    }
}
