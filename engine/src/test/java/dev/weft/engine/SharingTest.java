package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.ledger.Overload;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.SlowStart;
import dev.weft.engine.snapshot.Subsets;
import dev.weft.engine.snapshot.Subsets.Fallback;
import dev.weft.engine.trace.Ambient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How the calls of a cluster are shared out over priorities, localities, subsets and new endpoints. */
class SharingTest {
    private static final int PICKS = 20_000;
    private static final Locality EAST = new Locality("r", "east", "");
    private static final Locality WEST = new Locality("r", "west", "");

    private final SeededRandom random = new SeededRandom(5);
    private final Engine engine = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});
    private final List<Endpoint> endpoints = new ArrayList<>();

    private LiveCluster live(Cluster cluster) {
        engine.publish(Rules.snapshot(Rules.to("a", null), cluster));
        return engine.live().clusters().get("a");
    }

    private Cluster made() {
        return Cluster.of("a", endpoints);
    }

    private void add(int count, Health health, int priority, Locality locality, int localityWeight) {
        for (int i = 0; i < count; i++) {
            endpoints.add(new Endpoint(
                    Rules.address(endpoints.size() + 1), health, 1, locality, Map.of(), priority, localityWeight));
        }
    }

    private void add(int count, Health health, int priority) {
        add(count, health, priority, Locality.NONE, 0);
    }

    private <K> Map<K, Double> shares(LiveCluster cluster, long now, PickContext call, Function<Endpoint, K> by) {
        Map<K, Double> shares = new HashMap<>();
        for (int i = 0; i < PICKS; i++) {
            LiveEndpoint picked = cluster.pick(now, random, List.of(), call);
            if (picked != null) {
                shares.merge(by.apply(picked.config()), 100.0 / PICKS, Double::sum);
            }
        }
        return shares;
    }

    private static <K> void share(double percent, Map<K, Double> shares, K of) {
        assertEquals(percent, shares.getOrDefault(of, 0.0), 1.5, () -> of + " in " + shares);
    }

    @Test
    void callsSpillOverToTheNextPriorityAsTheFirstFails() {
        add(5, Health.HEALTHY, 0);
        add(5, Health.UNHEALTHY, 0);
        add(3, Health.HEALTHY, 1);
        LiveCluster cluster = live(made());
        Map<Integer, Double> shares = shares(cluster, 0, PickContext.NONE, Endpoint::priority);
        share(70, shares, 0);
        share(30, shares, 1);
        Map<Health, Double> health = shares(cluster, 0, PickContext.NONE, Endpoint::health);
        share(0, health, Health.UNHEALTHY);
    }

    @Test
    void aPriorityThatIsNotNeededGetsNothingAndExplainSaysSo() {
        add(4, Health.HEALTHY, 0);
        add(4, Health.HEALTHY, 1);
        LiveCluster cluster = live(made());
        share(100, shares(cluster, 0, PickContext.NONE, Endpoint::priority), 0);
        assertNull(cluster.removal(cluster.all().get(5), 0));
        assertEquals(
                "priority 1 gets no calls now", cluster.passedOver(cluster.all().get(5), PickContext.NONE));
    }

    @Test
    void ejectionCountsAsIllnessForPriorities() {
        add(2, Health.HEALTHY, 0);
        add(2, Health.HEALTHY, 1);
        OutlierPolicy policy = new OutlierPolicy(1, ms(10_000), ms(30_000), ms(300_000), 100);
        LiveCluster cluster = live(Rules.outlier(made(), policy, 0));
        cluster.observe(cluster.all().get(0), Outcome.SERVER_FAILURE, 0, 0);
        share(70, shares(cluster, 1, PickContext.NONE, Endpoint::priority), 0);
        share(100, shares(cluster, ms(30_000), PickContext.NONE, Endpoint::priority), 0);
    }

    @Test
    void degradedEndpointsTakeWhatTheHealthyCanNot() {
        add(1, Health.HEALTHY, 0);
        add(3, Health.DEGRADED, 0);
        Map<Health, Double> shares = shares(live(made()), 0, PickContext.NONE, Endpoint::health);
        share(35, shares, Health.HEALTHY);
        share(65, shares, Health.DEGRADED);
    }

    @Test
    void inPanicHealthIsIgnoredButDrainingIsNot() {
        add(1, Health.HEALTHY, 0);
        add(2, Health.UNHEALTHY, 0);
        add(1, Health.TIMEOUT, 0);
        add(4, Health.DRAINING, 0);
        LiveCluster cluster = live(made());
        Map<Health, Double> shares = shares(cluster, 0, PickContext.NONE, Endpoint::health);
        share(25, shares, Health.HEALTHY);
        share(50, shares, Health.UNHEALTHY);
        share(25, shares, Health.TIMEOUT);
        share(0, shares, Health.DRAINING);
        assertTrue(cluster.usable(0).panic());
    }

    @Test
    void trafficMayFailOnPanicInstead() {
        add(1, Health.HEALTHY, 0);
        add(3, Health.UNHEALTHY, 0);
        LiveCluster cluster = live(Rules.sharing(made(), Sharing.DEFAULT.panic(true)));
        assertNull(cluster.pick(0, random, List.of()));
        assertTrue(cluster.usable(0).panic());
        assertEquals(1, cluster.stats().noEndpoint());
    }

    private static final Sharing WEIGHTED = Sharing.DEFAULT.localities(true);

    @Test
    void localitiesShareByTheirWeightsNotByTheirSize() {
        add(1, Health.HEALTHY, 0, EAST, 3);
        add(4, Health.HEALTHY, 0, WEST, 1);
        add(4, Health.HEALTHY, 0, Locality.NONE, 0);
        for (Balancer balancer : List.of(Balancer.ROUND_ROBIN, Balancer.LEAST_REQUEST, Balancer.MAGLEV)) {
            LiveCluster cluster = live(Rules.balancer(Rules.sharing(made(), WEIGHTED), balancer));
            Map<Locality, Double> shares = shares(cluster, 0, PickContext.NONE, Endpoint::locality);
            share(75, shares, EAST);
            share(25, shares, WEST);
            assertEquals(
                    "its locality has no weight",
                    cluster.passedOver(cluster.all().get(8), PickContext.NONE));
        }
    }

    @Test
    void aLocalityLosesItsShareAsItsEndpointsFail() {
        add(5, Health.HEALTHY, 0, EAST, 1);
        add(5, Health.UNHEALTHY, 0, EAST, 1);
        add(2, Health.HEALTHY, 0, WEST, 1);
        Map<Locality, Double> shares =
                shares(live(Rules.sharing(made(), WEIGHTED)), 0, PickContext.NONE, Endpoint::locality);
        share(100 * 0.7 / 1.7, shares, EAST);
        share(100 / 1.7, shares, WEST);
    }

    @Test
    void whereNoLocalityHasAWeightAllEndpointsAreAlike() {
        add(1, Health.HEALTHY, 0, EAST, 0);
        add(3, Health.HEALTHY, 0, WEST, 0);
        share(25, shares(live(Rules.sharing(made(), WEIGHTED)), 0, PickContext.NONE, Endpoint::locality), EAST);
    }

    private record Wish(
            Map<String, String> labels, @Nullable String wished, long hash, boolean hashed) implements PickContext {
        static Wish of(String... labels) {
            Map<String, String> map = new HashMap<>();
            for (int i = 0; i < labels.length; i += 2) {
                map.put(labels[i], labels[i + 1]);
            }
            return new Wish(map, null, 0, false);
        }

        static Wish of(InetSocketAddress address) {
            return new Wish(Map.of(), text(address), 0, false);
        }

        private static String text(InetSocketAddress address) {
            return address.getAddress().getHostAddress() + ":" + address.getPort();
        }

        static Wish of(long hash) {
            return new Wish(Map.of(), null, hash, true);
        }
    }

    private void labelled(String... labels) {
        endpoints.add(new Endpoint(
                Rules.address(endpoints.size() + 1),
                Health.HEALTHY,
                1,
                Locality.NONE,
                Wish.of(labels).labels()));
    }

    private LiveCluster divided(Fallback fallback, @Nullable Fallback own) {
        labelled("version", "v1", "stage", "prod");
        labelled("version", "v1", "stage", "test");
        labelled("version", "v2", "stage", "prod");
        labelled();
        Subsets subsets = new Subsets(
                fallback,
                Map.of("stage", "prod"),
                List.of(
                        new Subsets.Selector(Set.of("version"), own),
                        new Subsets.Selector(Set.of("version", "stage"), null)));
        return live(Rules.sharing(made(), Sharing.DEFAULT.divided(subsets)));
    }

    private Set<Integer> reached(LiveCluster cluster, PickContext call) {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            LiveEndpoint picked = cluster.pick(0, random, List.of(), call);
            if (picked != null) {
                ports.add(picked.config().address().getAddress().getAddress()[3] & 0xFF);
            }
        }
        return ports;
    }

    @Test
    void aCallReachesTheSubsetWhoseLabelsItNames() {
        LiveCluster cluster = divided(Fallback.NO_FALLBACK, null);
        assertEquals(Set.of(1, 2), reached(cluster, Wish.of("version", "v1")));
        assertEquals(Set.of(3), reached(cluster, Wish.of("version", "v2")));
        assertEquals(Set.of(2), reached(cluster, Wish.of("version", "v1", "stage", "test")));
        assertEquals(Set.of(), reached(cluster, Wish.of("version", "v3")));
        assertEquals(Set.of(), reached(cluster, Wish.of("stage", "prod")), "no selector has this set of labels");
        assertEquals(Set.of(), reached(cluster, PickContext.NONE));
    }

    @Test
    void aCallWithoutASubsetFallsBack() {
        assertEquals(Set.of(1, 2, 3, 4), reached(divided(Fallback.ANY_ENDPOINT, null), Wish.of("version", "v3")));
        endpoints.clear();
        LiveCluster prod = divided(Fallback.DEFAULT_SUBSET, null);
        assertEquals(Set.of(1, 3), reached(prod, Wish.of("version", "v3")));
        assertEquals(Set.of(1, 3), reached(prod, PickContext.NONE));
        endpoints.clear();
        LiveCluster own = divided(Fallback.DEFAULT_SUBSET, Fallback.NO_FALLBACK);
        assertEquals(Set.of(), reached(own, Wish.of("version", "v3")));
        assertEquals(Set.of(1, 3), reached(own, Wish.of("version", "v3", "stage", "test")));
    }

    @Test
    void aNewEndpointWarmsUp() {
        add(3, Health.HEALTHY, 0);
        Balancer slow = new Balancer.RoundRobin(new SlowStart(ms(10_000), 1, 10));
        LiveCluster before = live(Rules.balancer(made(), slow));
        share(33.3, shares(before, 0, PickContext.NONE, Endpoint::address), Rules.address(1));
        add(1, Health.HEALTHY, 0);
        long joined = ms(60_000);
        LiveCluster cluster = live(Rules.balancer(made(), slow));
        Function<Endpoint, InetSocketAddress> by = Endpoint::address;
        share(100 * 0.1 / 3.1, shares(cluster, joined, PickContext.NONE, by), Rules.address(4));
        share(100 * 0.5 / 3.5, shares(cluster, joined + ms(5000), PickContext.NONE, by), Rules.address(4));
        share(25, shares(cluster, joined + ms(10_000), PickContext.NONE, by), Rules.address(4));
    }

    @Test
    void anEndpointThatWasIllWarmsUpAgain() {
        add(1, Health.HEALTHY, 0);
        Balancer slow = new Balancer.LeastRequest(2, 1, new SlowStart(ms(10_000), 1, 10));
        live(Rules.balancer(made(), slow)).pick(0, random, List.of());
        add(1, Health.UNHEALTHY, 0);
        live(Rules.balancer(made(), slow)).pick(ms(20_000), random, List.of());
        endpoints.remove(1);
        add(1, Health.HEALTHY, 0);
        LiveCluster back = live(Rules.balancer(made(), slow));
        share(100 * 0.1 / 1.1, shares(back, ms(40_000), PickContext.NONE, Endpoint::address), Rules.address(2));
    }

    @Test
    void aggressionMakesTheStartSteeper() {
        assertEquals(0.5, new SlowStart(ms(10_000), 1, 0).factor(ms(5000)), 1e-9);
        assertEquals(Math.sqrt(0.5), new SlowStart(ms(10_000), 2, 0).factor(ms(5000)), 1e-9);
        assertEquals(0.25, new SlowStart(ms(10_000), 0.5, 0).factor(ms(5000)), 1e-9);
        assertEquals(0.3, new SlowStart(ms(10_000), 0.5, 30).factor(ms(5000)), 1e-9);
        assertEquals(1, new SlowStart(ms(10_000), 0.5, 30).factor(ms(10_000)), 1e-9);
    }

    @Test
    void aCallKeepsTheEndpointOfItsSessionWhileItMayBeUsed() {
        OutlierPolicy policy = new OutlierPolicy(1, ms(10_000), ms(30_000), ms(300_000), 100);
        LiveCluster cluster = live(Rules.outlier(Rules.cluster("a", 5), policy, 0));
        Wish third = Wish.of(Rules.address(3));
        assertEquals(Set.of(3), reached(cluster, third));
        LiveEndpoint wished = cluster.all().get(2);
        assertNotEquals(wished, cluster.pick(0, random, List.of(wished), third), "a retry goes elsewhere");
        cluster.observe(wished, Outcome.SERVER_FAILURE, 0, 0);
        assertFalse(reached(cluster, third).contains(3));
        assertEquals(wished, cluster.pick(ms(30_000), random, List.of(), third));
        assertTrue(reached(cluster, Wish.of(Rules.address(99))).size() > 1, "an endpoint that is gone");
    }

    @Test
    void theSameHashMeetsTheSameEndpointInEveryPriority() {
        add(4, Health.HEALTHY, 0);
        add(4, Health.UNHEALTHY, 0);
        add(8, Health.HEALTHY, 1);
        for (Balancer balancer : List.of(Balancer.RING_HASH, Balancer.MAGLEV)) {
            LiveCluster cluster = live(Rules.balancer(made(), balancer));
            Set<LiveEndpoint> all = new HashSet<>();
            for (int i = 0; i < 300; i++) {
                Wish key = Wish.of(random.bits());
                LiveEndpoint first = present(cluster.pick(0, random, List.of(), key));
                assertSame(first, cluster.pick(0, random, List.of(), key));
                all.add(first);
                LiveEndpoint second = cluster.pick(0, random, List.of(first), key);
                assertNotEquals(first, second);
            }
            assertEquals(12, all.size());
        }
    }

    private static LiveEndpoint present(@Nullable LiveEndpoint picked) {
        assertNotNull(picked);
        return picked;
    }

    @Test
    void aRetryLeavesALocalityThatHasNoOtherEndpoint() {
        add(1, Health.HEALTHY, 0, EAST, 1000);
        add(1, Health.HEALTHY, 0, WEST, 1);
        LiveCluster cluster = live(Rules.sharing(made(), WEIGHTED));
        LiveEndpoint east = cluster.all().get(0);
        for (int i = 0; i < 50; i++) {
            assertEquals(cluster.all().get(1), cluster.pick(0, random, List.of(east)));
        }
    }

    @Test
    void aClientUsesFewOfManyAndAlwaysTheSame() {
        Cluster many = Rules.sharing(Rules.cluster("a", 100), Sharing.DEFAULT.few(10));
        LiveCluster cluster = live(many);
        Set<Integer> used = reached(cluster, PickContext.NONE);
        assertEquals(10, used.size());
        LiveCluster again = live(Rules.balancer(many, Balancer.RANDOM));
        assertEquals(used, reached(again, PickContext.NONE));
        LiveEndpoint other = again.all().stream()
                .filter(e -> !used.contains(e.config().address().getAddress().getAddress()[3] & 0xFF))
                .findFirst()
                .orElseThrow();
        assertEquals("not one of the 10 endpoints that this client uses", again.passedOver(other, PickContext.NONE));
    }

    @Test
    void reportedLoadBecomesWeightAtTheNextUpdate() {
        Balancer reported = new Balancer.ClientSideWeighted(ms(1000), ms(60_000), ms(500), 1);
        LiveCluster cluster = live(Rules.balancer(Rules.cluster("a", 2), reported));
        cluster.pick(0, random, List.of());
        cluster.all().get(0).report(100, 0, 0.2, 0);
        cluster.all().get(1).report(100, 0, 0.8, 0);
        share(50, shares(cluster, ms(900), PickContext.NONE, Endpoint::address), Rules.address(1));
        share(80, shares(cluster, ms(1400), PickContext.NONE, Endpoint::address), Rules.address(1));
        share(50, shares(cluster, ms(60_000), PickContext.NONE, Endpoint::address), Rules.address(1));
    }

    private int[] byPeakEwma(long firstTakes, Outcome firstGives) {
        LiveCluster cluster = live(Rules.balancer(Rules.cluster("a", 3), Balancer.PEAK_EWMA));
        int[] picked = new int[3];
        long now = 0;
        for (int i = 0; i < 3000; i++) {
            LiveEndpoint endpoint = present(cluster.pick(now, random, List.of()));
            int which = cluster.all().indexOf(endpoint);
            picked[which]++;
            long took = which == 0 ? firstTakes : ms(10);
            endpoint.begun(now);
            now += took;
            endpoint.ended(took, now);
            cluster.observe(endpoint, which == 0 ? firstGives : Outcome.SUCCESS, now, now);
        }
        return picked;
    }

    @Test
    void peakEwmaAvoidsAnEndpointThatIsSlowOrFailsFast() {
        int[] slow = byPeakEwma(ms(100), Outcome.SUCCESS);
        assertTrue(slow[0] < 90 && slow[1] > 1300 && slow[2] > 1300, () -> slow[0] + " of 3000");
        engine.publish(Rules.snapshot(Rules.to("b", null), Rules.cluster("b", 1)));
        int[] failing = byPeakEwma(ms(1), Outcome.SERVER_FAILURE);
        assertTrue(failing[0] < 30, () -> failing[0] + " of 3000");
    }

    @Test
    void tooManyRequestsAreRefusedInEnvoysWords() {
        LiveCluster cluster = live(Rules.limits(Rules.cluster("a", 2), new Limits(2, List.of())));
        LiveEndpoint endpoint = cluster.all().get(0);
        endpoint.begun(0);
        assertNull(cluster.overflow(random));
        endpoint.begun(0);
        assertEquals(
                "overflow: cluster a has its maximum of 2 requests",
                cluster.overflow(random).words());
        assertEquals(1, cluster.stats().overflows());
        endpoint.ended(1, 1);
        assertNull(cluster.overflow(random));
    }

    @Test
    void aShareOfTheCallsIsDroppedByCategory() {
        Limits limits = new Limits(
                Integer.MAX_VALUE, List.of(new Limits.Drop("throttle", 100_000), new Limits.Drop("lb", 500_000)));
        LiveCluster cluster = live(Rules.limits(Rules.cluster("a", 2), limits));
        Map<String, Integer> reasons = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            Overload.Why why = cluster.overflow(random);
            reasons.merge(why == null ? "null" : why.words(), 1, Integer::sum);
        }
        assertEquals(1000, reasons.get("drop overload: cluster a drops calls of category 'throttle'"), 100);
        assertEquals(4500, reasons.get("drop overload: cluster a drops calls of category 'lb'"), 200);
        assertEquals(10_000 - reasons.get("null"), cluster.stats().dropped());
    }

    @Test
    void aNumberOfRetriesCanBeTheWholeBudget() {
        LiveCluster cluster = live(Rules.budget(Rules.cluster("a", 1), new RetryBudget(0, 2)));
        assertTrue(cluster.takeRetry());
        assertTrue(cluster.takeRetry());
        assertFalse(cluster.takeRetry());
    }

    @Test
    void aClusterThatDidNotChangeIsKeptWithItsChoices() {
        LiveCluster before = live(Rules.balancer(Rules.cluster("a", 3), Balancer.MAGLEV));
        assertSame(before, live(Rules.balancer(Rules.cluster("a", 3), Balancer.MAGLEV)));
        assertNotEquals(before, live(Rules.balancer(Rules.cluster("a", 4), Balancer.MAGLEV)));
    }

    @Test
    void ofFewUsedEndpointsNoMoreThanTheirShareIsPutOut() {
        OutlierPolicy policy = new OutlierPolicy(1, ms(10_000), ms(30_000), ms(90_000), 50);
        LiveCluster cluster =
                live(Rules.sharing(Rules.outlier(Rules.cluster("a", 100), policy, 0), Sharing.DEFAULT.few(4)));
        Set<LiveEndpoint> used = new HashSet<>(List.of(cluster.usable(0).hosts()));
        assertEquals(4, used.size());
        used.forEach(endpoint -> cluster.observe(endpoint, Outcome.SERVER_FAILURE, 0, 0));
        assertEquals(2, used.stream().filter(e -> e.stats().ejected(1)).count());
    }

    @Test
    void explainTellsOfDropsAndLimits() {
        Limits limits = new Limits(7, List.of(new Limits.Drop("throttle", 125_000)));
        live(Rules.limits(Rules.cluster("a", 2), limits));
        String said = Explainer.explain(engine.live(), random, FakeRequest.get("shop", "/"), 0, 0)
                .conclusion();
        assertTrue(
                said.endsWith(
                        "; 12.5 % of the calls are dropped for 'throttle'; 0 of at most 7 requests are in flight"),
                said);
    }

    @Test
    void anAddressIsWrittenAsEnvoyWritesIt() throws UnknownHostException {
        for (String text : List.of("2001:db8::1", "::1", "::", "1::", "1:0:2::3", "2001:db8:0:1:1:1:1:1", "10.0.0.1")) {
            endpoints.clear();
            endpoints.add(Endpoint.of(new InetSocketAddress(InetAddress.getByName(text), 80)));
            String written = live(made()).all().get(0).address();
            assertEquals(text.indexOf(':') < 0 ? text + ":80" : "[" + text + "]:80", written);
        }
    }

    @Test
    void choicesAreMadeByOneThreadWhileOthersGoOnWithThoseOfAMomentAgo() throws Exception {
        Cluster ring = Rules.balancer(Rules.cluster("a", 50), Balancer.RING_HASH);
        LiveCluster cluster = live(Rules.outlier(ring, new OutlierPolicy(1, ms(10_000), ms(1), ms(1), 100), 0));
        var before = cluster.usable(0);
        cluster.observe(cluster.all().get(0), Outcome.SERVER_FAILURE, 0, 0);
        Set<Object> seen = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException never) {
                    throw new IllegalStateException(never);
                }
                seen.add(System.identityHashCode(cluster.usable(0)));
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        seen.remove(System.identityHashCode(before));
        assertEquals(1, seen.size(), "made once");
        assertEquals(49, cluster.usable(0).hosts().length);
    }
}
