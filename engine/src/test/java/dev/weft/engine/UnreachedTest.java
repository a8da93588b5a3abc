package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.trace.Ambient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Endpoints to which no connection comes about are left out, and tried again by one call at a time. */
class UnreachedTest {
    /** In the middle of what it may be. */
    private static final RandomSource EVEN = new RandomSource() {
        @Override
        public int below(int bound) {
            return bound / 2;
        }

        @Override
        public long bits() {
            return 7;
        }
    };

    private final Engine engine = new Engine(EVEN, new Ambient(() -> true), call -> {}, bug -> {});
    private final SeededRandom random = new SeededRandom(3);

    private LiveCluster live(Cluster cluster) {
        engine.publish(Rules.snapshot(Rules.to("a", null), cluster));
        return engine.live().clusters().get("a");
    }

    private static void fails(LiveEndpoint endpoint, long began, long now) {
        endpoint.cluster().observe(endpoint, Outcome.CONNECT_FAILURE, began, now);
    }

    private static void answers(LiveEndpoint endpoint, long began, long now) {
        endpoint.cluster().observe(endpoint, Outcome.SUCCESS, began, now);
    }

    private static LiveEndpoint of(LiveCluster cluster, int endpoint) {
        return cluster.all().get(endpoint);
    }

    /** The numbers of those who get any of a hundred calls. */
    private Set<Integer> chosen(LiveCluster cluster, long now) {
        Set<Integer> numbers = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            numbers.add(cluster.all().indexOf(cluster.pick(now, random, List.of())));
        }
        return numbers;
    }

    @Test
    void oneFailureIsEnoughAndEachFurtherOneMakesItLonger() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint dead = of(cluster, 1);
        long now = ms(500);
        for (long millis : new long[] {1000, 1600, 2560, 4096, 6553, 10485, 16777, 26843, 30000, 30000}) {
            fails(dead, now, now);
            assertEquals(millis, dead.unreachedFor(now) / 1_000_000);
            assertEquals(Set.of(0, 2), chosen(cluster, now));
            now += dead.unreachedFor(now);
            assertEquals(Set.of(0, 1, 2), chosen(cluster, now));
        }
        assertEquals(10, dead.stats().connectFailures());
        assertEquals(0, dead.stats().ejections(), "it is out for a time of its own");
    }

    @Test
    void chanceMakesTheTimeAFifthShorterOrLonger() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        Engine other = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 300; i++) {
            other.publish(Rules.snapshot(Rules.to("b" + i, null), Rules.cluster("b" + i, 2)));
            LiveEndpoint dead = of(other.live().clusters().get("b" + i), 0);
            fails(dead, 0, 0);
            least = Math.min(least, dead.unreachedFor(0));
            most = Math.max(most, dead.unreachedFor(0));
        }
        assertTrue(least >= ms(800) && least < ms(820) && most <= ms(1200) && most > ms(1180), least + " " + most);
        assertEquals(3, cluster.all().size());
    }

    @Test
    void whenItsTimeIsOverOneCallTriesIt() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint dead = of(cluster, 0);
        fails(dead, 0, 0);
        dead.begun(ms(1000));
        assertEquals(Set.of(1, 2), chosen(cluster, ms(1000)), "the others wait for what becomes of it");
        fails(dead, ms(1000), ms(1003));
        assertEquals(ms(1600), dead.unreachedFor(ms(1003)));
    }

    @Test
    void whoTriesAndSaysNothingIsFollowedByAnother() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint dead = of(cluster, 0);
        fails(dead, 0, 0);
        dead.begun(ms(1000));
        dead.ended(ms(50), ms(1050)); // its application has given up
        assertEquals(Set.of(1, 2), chosen(cluster, ms(1999)));
        assertEquals(Set.of(0, 1, 2), chosen(cluster, ms(2000)));
    }

    @Test
    void anyAnswerPutsItBack() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint endpoint = of(cluster, 0);
        int now = 0;
        for (Outcome answer : List.of(
                Outcome.SUCCESS,
                Outcome.CALLER_FAULT,
                Outcome.SERVER_FAILURE,
                Outcome.UNAVAILABLE,
                Outcome.OVERLOADED)) {
            now += 10;
            fails(endpoint, ms(now + 1), ms(now + 2));
            assertEquals(Set.of(1, 2), chosen(cluster, ms(now + 3)));
            cluster.observe(endpoint, answer, ms(now + 4), ms(now + 5));
            assertEquals(Set.of(0, 1, 2), chosen(cluster, ms(now + 5)), answer.name());
        }
        fails(endpoint, ms(100), ms(100));
        assertEquals(ms(1000), endpoint.unreachedFor(ms(100)), "what was before is forgotten");
    }

    @Test
    void whatIsNoAnswerPutsNobodyBack() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint dead = of(cluster, 0);
        for (Outcome none : List.of(Outcome.UNSENT, Outcome.RESET, Outcome.DEADLINE)) {
            fails(dead, 0, 0);
            cluster.observe(dead, none, ms(5), ms(5));
            assertEquals(Set.of(1, 2), chosen(cluster, ms(5)), none.name());
        }
    }

    @Test
    void answersToWhatWasUnderWayPutNobodyBack() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint stopping = of(cluster, 0);
        fails(stopping, ms(10), ms(11));
        answers(stopping, ms(9), ms(500));
        assertEquals(Set.of(1, 2), chosen(cluster, ms(500)), "it answers to its last call and listens no more");
    }

    @Test
    void manyThatFailTogetherAreOneFailure() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint dead = of(cluster, 0);
        for (int i = 0; i < 100; i++) {
            fails(dead, 0, ms(i));
        }
        assertEquals(ms(1000), dead.unreachedFor(0));
        fails(dead, 0, ms(1000));
        assertEquals(ms(1600), dead.unreachedFor(ms(1000)));
    }

    @Test
    void whoBeganBeforeItCameBackTellsNothing() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint slow = of(cluster, 0);
        fails(slow, 0, 0);
        answers(slow, ms(1000), ms(1001));
        fails(slow, ms(500), ms(5500));
        assertEquals(0, slow.unreachedFor(ms(5500)), "a connection that was tried for 5 s");
        fails(slow, ms(1500), ms(5500));
        assertEquals(ms(1000), slow.unreachedFor(ms(5500)));
    }

    @Test
    void whereNobodyIsReachedAllAreTried() {
        for (int panic : new int[] {0, 50, 100}) {
            for (boolean fail : new boolean[] {false, true}) {
                Cluster config = Rules.outlier(Rules.cluster("a", 3), inARow(100), panic);
                LiveCluster cluster = live(Rules.sharing(config, Sharing.DEFAULT.panic(fail)));
                for (LiveEndpoint endpoint : cluster.all()) {
                    fails(endpoint, 0, 0);
                }
                assertEquals(Set.of(0, 1, 2), chosen(cluster, ms(1)), panic + " " + fail);
                answers(of(cluster, 2), ms(2), ms(3));
                assertEquals(Set.of(2), chosen(cluster, ms(3)), panic + " " + fail);
                engine.publish(Rules.snapshot(Rules.to("b", null), Rules.cluster("b", 1)));
            }
        }
    }

    @Test
    void callsThatKeepFailingEverywhereDontMakeTheTimeLonger() {
        LiveCluster cluster = live(Rules.cluster("a", 2));
        for (int i = 0; i < 1000; i++) {
            LiveEndpoint any = of(cluster, i % 2);
            any.begun(ms(i));
            fails(any, ms(i), ms(i));
        }
        assertTrue(of(cluster, 0).unreachedFor(ms(1000)) <= ms(1000));
        assertTrue(of(cluster, 1).unreachedFor(ms(1000)) <= ms(1000));
    }

    @Test
    void panicDoesNotSendCallsToWhoIsNotReached() {
        LiveCluster cluster = live(Rules.cluster("a", 4));
        fails(of(cluster, 0), 0, 0);
        fails(of(cluster, 1), 0, 0);
        fails(of(cluster, 2), 0, 0);
        assertTrue(cluster.usable(0).panic());
        assertEquals(Set.of(3), chosen(cluster, 0));
    }

    @Test
    void failuresOfConnectionsEjectOnlyWhereTheyAreSplitOff() {
        LiveCluster whole = live(Rules.outlier(Rules.cluster("a", 3), inARow(1), 0));
        fails(of(whole, 0), 0, 0);
        assertEquals(0, of(whole, 0).stats().ejections());
        LiveCluster off = live(Rules.connectBackoff(Rules.outlier(Rules.cluster("a", 3), inARow(1), 0), null));
        fails(of(off, 1), 0, 0);
        assertEquals(0, of(off, 1).unreachedFor(0));
        assertEquals(1, of(off, 1).stats().ejections(), "with the time of its own switched off");
    }

    private static OutlierPolicy inARow(int failures) {
        return new OutlierPolicy(failures, ms(10_000), ms(30_000), ms(300_000), 100);
    }

    @Test
    void whoIsNotReachedWhenItIsSwitchedOffIsBackAtOnce() {
        LiveCluster on = live(Rules.cluster("a", 3));
        fails(of(on, 0), 0, 0);
        assertEquals(Set.of(1, 2), chosen(on, 0));
        LiveCluster off = live(Rules.connectBackoff(Rules.cluster("a", 3), null));
        assertEquals(Set.of(0, 1, 2), chosen(off, 0));
        assertNull(off.removal(of(off, 0), 0));
    }

    @Test
    void theNextPriorityTakesTheCallsOfOneThatIsNotReached() {
        List<Endpoint> two = List.of(priority(1, 0), priority(2, 1));
        LiveCluster cluster = live(Rules.roundRobin(Cluster.of("a", two)));
        assertEquals(Set.of(0), chosen(cluster, 0));
        fails(of(cluster, 0), 0, 0);
        assertEquals(Set.of(1), chosen(cluster, 0));
        fails(of(cluster, 1), 0, 0);
        assertEquals(Set.of(0, 1), chosen(cluster, 0));
    }

    private static Endpoint priority(int address, int priority) {
        return new Endpoint(
                Rules.address(address), Endpoint.Health.HEALTHY, 1, Endpoint.Locality.NONE, Map.of(), priority, 0);
    }

    @Test
    void aSessionMovesFromWhoIsNotReachedUnlessItIsStrict() {
        LiveCluster cluster = live(Rules.cluster("a", 3));
        LiveEndpoint own = of(cluster, 1);
        fails(own, 0, 0);
        PickContext wish = PickContext.NONE.keeping(own.address(), false);
        assertNotEquals(own, cluster.pick(0, random, List.of(), wish));
        assertEquals(own, cluster.pick(0, random, List.of(), PickContext.NONE.keeping(own.address(), true)));
    }

    @Test
    void aClusterOfWhichNobodyIsReachedIsDown() {
        LiveCluster cluster = live(Rules.cluster("a", 2));
        fails(of(cluster, 0), 0, 0);
        assertTrue(cluster.up(0));
        fails(of(cluster, 1), 0, 0);
        assertTrue(!cluster.up(0) && cluster.up(ms(1000)));
    }

    @Test
    void explainSaysWhoIsNotReached() {
        LiveCluster cluster = live(Rules.cluster("a", 2));
        fails(of(cluster, 0), 0, 0);
        Explanation said = Explainer.explain(engine.live(), random, FakeRequest.get("shop", "/"), ms(250), 0);
        assertEquals(
                "not reached, tried again in 750 ms", said.candidates().get(0).removedBy());
        assertTrue(said.text().contains("removed, not reached, tried again in 750 ms"), said.text());
        fails(of(cluster, 1), 0, ms(250));
        String all = Explainer.explain(engine.live(), random, FakeRequest.get("shop", "/"), ms(250), 0)
                .text();
        assertTrue(all.contains("not reached, tried again in 1000 ms, but used in panic"), all);
    }
}
