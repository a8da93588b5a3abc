package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.balance.Zones;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.Home;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.ZoneAware;
import dev.weft.engine.trace.Ambient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How calls stay in the zone of their caller. */
class ZonesTest {
    private static final Locality EAST = new Locality("r", "east", "");
    private static final Locality WEST = new Locality("r", "west", "");

    private final SeededRandom random = new SeededRandom(5);
    private final Engine engine = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});

    private static List<Endpoint> endpoints(int east, int west) {
        List<Endpoint> all = new ArrayList<>();
        for (int i = 0; i < east + west; i++) {
            all.add(new Endpoint(Rules.address(i + 1), Health.HEALTHY, 1, i < east ? EAST : WEST, Map.of()));
        }
        return all;
    }

    private static Endpoint caller(int number, Locality where) {
        return new Endpoint(Rules.address(number), Health.HEALTHY, 1, where, Map.of());
    }

    private static double[] shares(int[] callers, int[] hosts) {
        return Zones.shares(callers, java.util.Arrays.stream(callers).sum(), hosts);
    }

    private LiveCluster live(List<Endpoint> callers, List<Endpoint> hosts, ZoneAware how) {
        Cluster to = Rules.roundRobin(Rules.sharing(Cluster.of("a", hosts), Sharing.DEFAULT.zoned(how)));
        Snapshot plain = Rules.snapshot(Rules.to("a", null), to, Cluster.of("mine", callers));
        engine.publish(new Snapshot("1", plain.directory(), plain.hosts(), plain.clusters(), new Home(EAST, "mine")));
        return engine.live().clusters().get("a");
    }

    private Map<Locality, Integer> shares(LiveCluster cluster) {
        Map<Locality, Integer> shares = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            shares.merge(cluster.pick(0, random, List.of()).config().locality(), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void sharesAreThoseOfEnvoysArithmetic() {
        assertArrayEquals(new double[] {1, 0}, shares(new int[] {1, 1}, new int[] {3, 3}));
        assertArrayEquals(new double[] {1, 0, 0}, shares(new int[] {1, 5, 0}, new int[] {1, 2, 3}));
        assertArrayEquals(new double[] {0.5, 0.5}, shares(new int[] {2, 1}, new int[] {2, 4}), 1e-3);
        // 60 % of the callers, 20 % of the endpoints: two thirds go away, to the zones that have 10 and 30 % to spare.
        assertArrayEquals(new double[] {1.0 / 3, 1.0 / 6, 0.5}, shares(new int[] {6, 2, 2}, new int[] {2, 3, 5}), 1e-9);
        assertArrayEquals(new double[] {0, 0, 1}, shares(new int[] {1, 1, 0}, new int[] {0, 5, 5}), 1e-9);
    }

    @Test
    void callersInAZoneWithoutAnEndpointAreCountedToo() {
        // A quarter of the callers, a quarter of the endpoints: that half of them are nowhere near changes nothing.
        assertArrayEquals(new double[] {1, 0}, Zones.shares(new int[] {2, 2}, 8, new int[] {2, 6}));
        List<Endpoint> callers = endpoints(2, 2);
        for (int i = 0; i < 4; i++) {
            callers.add(caller(i + 5, new Locality("r", "north", "")));
        }
        assertEquals(Map.of(EAST, 1000), shares(live(callers, endpoints(2, 6), ZoneAware.DEFAULT)));
    }

    @Test
    void everyZoneGetsItsShareOfTheCallsHoweverTheyAreSpread() {
        Random seeded = new Random(11);
        for (int round = 0; round < 500; round++) {
            int zones = 2 + seeded.nextInt(4);
            int[] callers = seeded.ints(zones, 1, 20).toArray();
            int[] hosts = seeded.ints(zones, 1, 20).toArray();
            double[] got = new double[zones];
            double sum = 0;
            for (int from = 0; from < zones; from++) {
                double[] shares = shares(first(from, callers), first(from, hosts));
                for (int i = 0; i < zones; i++) {
                    got[i == 0 ? from : i <= from ? i - 1 : i] += shares[i] * callers[from];
                }
                sum += callers[from];
            }
            double all = java.util.Arrays.stream(hosts).sum();
            for (int i = 0; i < zones; i++) {
                assertEquals(hosts[i] / all, got[i] / sum, 2e-3);
            }
        }
    }

    /** The same with that one moved to the front. */
    private static int[] first(int at, int[] counts) {
        List<Integer> all = new ArrayList<>();
        for (int count : counts) {
            all.add(count);
        }
        all.add(0, all.remove(at));
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void callsStayAsFarAsTheZoneCanTakeThem() {
        assertEquals(Map.of(EAST, 1000), shares(live(endpoints(1, 1), endpoints(3, 3), ZoneAware.DEFAULT)));
        Map<Locality, Integer> half = shares(live(endpoints(2, 1), endpoints(2, 4), ZoneAware.DEFAULT));
        assertEquals(500, half.get(EAST), 2);
    }

    @Test
    void callersOfWhomNoneIsHereAreSomebodyElse() {
        Map<Locality, Integer> shares = shares(live(endpoints(0, 30), endpoints(2, 6), ZoneAware.DEFAULT));
        assertEquals(Map.of(EAST, 250, WEST, 750), shares);
    }

    @Test
    void aRetryLeavesAZoneOfWhichItHasMetEverybody() {
        LiveCluster cluster = live(endpoints(1, 8), endpoints(1, 5), new ZoneAware(100, 6, true));
        LiveEndpoint first = cluster.pick(0, random, List.of());
        assertEquals(EAST, first.config().locality());
        LiveEndpoint second = cluster.pick(0, random, List.of(first));
        assertEquals(WEST, second.config().locality());
        assertNotEquals(second, cluster.pick(0, random, List.of(first, second)));
        assertEquals("calls from zone east don't go to its zone now", cluster.passedOver(second, PickContext.NONE));
    }

    @Test
    void choicesAreMadeAnewWhenTheCallersChangeAndOnlyThen() {
        List<Endpoint> hosts = endpoints(2, 4);
        LiveCluster before = live(endpoints(1, 1), hosts, ZoneAware.DEFAULT);
        assertSame(before, live(endpoints(1, 1), hosts, ZoneAware.DEFAULT));
        LiveCluster after = live(endpoints(1, 3), hosts, ZoneAware.DEFAULT);
        assertEquals(Map.of(EAST, 1000), shares(after));
        LiveCluster plain = live(endpoints(1, 1), hosts, null);
        assertSame(plain, live(endpoints(1, 3), hosts, null), "zones make no difference to it");
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ZoneAware(101, 6, false));
        assertThrows(IllegalArgumentException.class, () -> new ZoneAware(Double.NaN, 6, false));
        assertThrows(IllegalArgumentException.class, () -> new ZoneAware(100, -1, false));
        assertThrows(IllegalArgumentException.class, () -> new Home(EAST, ""));
    }
}
