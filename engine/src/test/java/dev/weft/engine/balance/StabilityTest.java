package dev.weft.engine.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.SeededRandom;
import dev.weft.engine.balance.Hosts.Host;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Balancer.HashFunction;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many keys keep their endpoint when the set of endpoints changes. */
class StabilityTest {
    private static final int KEYS = 50_000;

    private final SeededRandom random = new SeededRandom(1);

    private record Key(long hash) implements PickContext {
        @Override
        public boolean hashed() {
            return true;
        }
    }

    private static double moved(Balancer balancer, Host[] before, Host[] after) {
        SeededRandom keys = new SeededRandom(99);
        Picker first = Balancers.prepare(balancer, before, Hosts.equal(before.length), 0);
        Picker second = Balancers.prepare(balancer, after, Hosts.equal(after.length), 0);
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            Key key = new Key(keys.bits());
            Host was = before[first.pick(0, keys, key)];
            moved += was.equals(after[second.pick(0, keys, key)]) ? 0 : 1;
        }
        return moved / (double) KEYS;
    }

    /** The worst of several that may leave. */
    private static double worst(Balancer balancer, int n, int step) {
        double worst = 0;
        Host[] hosts = Hosts.idle(n);
        for (int left = 0; left < n; left += step) {
            worst = Math.max(worst, moved(balancer, hosts, Hosts.without(hosts, left)));
        }
        return worst;
    }

    private static void atMost(double most, double moved) {
        assertTrue(moved <= most, () -> moved + " of the keys moved");
    }

    @Test
    void whenOneOfTenLeavesNotMuchMoreThanItsKeysMove() {
        atMost(1.3 / 10, worst(Balancer.MAGLEV, 10, 1));
        atMost(1.3 / 10, worst(Balancer.RING_HASH, 10, 1));
    }

    @Test
    void whenOneOfAHundredLeavesNotMuchMoreThanItsKeysMove() {
        atMost(1.7 / 100, worst(Balancer.MAGLEV, 100, 9));
        atMost(2.0 / 100, worst(Balancer.RING_HASH, 100, 9));
    }

    /** What moves when one leaves a ring is what it had: so the largest share is the worst that can move. */
    @Test
    void onARingOf1024EntriesNobodyOfAHundredHasMoreThanTwiceItsShare() {
        Balancer small = new Balancer.RingHash(HashFunction.XX_HASH, 1024, 1024);
        Host[] hosts = Hosts.idle(100);
        Picker ring = Balancers.prepare(small, hosts, Hosts.equal(100), 0);
        int[] keys = new int[100];
        for (int i = 0; i < 4 * KEYS; i++) {
            keys[ring.pick(0, random, new Key(random.bits()))]++;
        }
        int worst = 0;
        for (int host = 1; host < 100; host++) {
            worst = keys[host] > keys[worst] ? host : worst;
        }
        atMost(2.0 / 100, keys[worst] / (4.0 * KEYS));
        atMost(2.0 / 100, moved(small, hosts, Hosts.without(hosts, worst)));
    }

    @Test
    void onARingOnlyTheKeysOfTheOneThatLeftMove() {
        Host[] hosts = Hosts.idle(20);
        Host[] rest = Hosts.without(hosts, 3);
        Picker before = Balancers.prepare(Balancer.RING_HASH, hosts, Hosts.equal(20), 0);
        Picker after = Balancers.prepare(Balancer.RING_HASH, rest, Hosts.equal(19), 0);
        for (int i = 0; i < KEYS; i++) {
            Key key = new Key(random.bits());
            Host was = hosts[before.pick(0, random, key)];
            if (!was.equals(hosts[3])) {
                assertEquals(was, rest[after.pick(0, random, key)]);
            }
        }
    }

    @Test
    void theOrderInWhichEndpointsAreListedDoesNotMatter() {
        Host[] hosts = Hosts.idle(30);
        Host[] turned = hosts.clone();
        Collections.reverse(java.util.Arrays.asList(turned));
        assertEquals(0, moved(Balancer.MAGLEV, hosts, turned));
        assertEquals(0, moved(Balancer.RING_HASH, hosts, turned));
    }

    @Test
    void aRingIsThatOfASlowSearchOverAllEntries() {
        Host[] hosts = Hosts.idle(3);
        Picker ring =
                Balancers.prepare(new Balancer.RingHash(HashFunction.XX_HASH, 600, 600), hosts, Hosts.equal(3), 0);
        for (int i = 0; i < 2000; i++) {
            long hash = i == 0 ? -1 : i == 1 ? 0 : random.bits();
            int nearest = -1;
            long distance = -1;
            for (int host = 0; host < 3; host++) {
                for (int number = 0; number < 200; number++) {
                    byte[] name =
                            (hosts[host].hashKey() + "_" + number).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    long ahead = Hashing.xxHash64(name, 0) - hash;
                    if (nearest < 0 || Long.compareUnsigned(ahead, distance) < 0) {
                        nearest = host;
                        distance = ahead;
                    }
                }
            }
            assertEquals(nearest, ring.pick(0, random, new Key(hash)));
        }
    }

    @Test
    void aRandomSubsetChangesByOneWhenOneLeavesAndSpreadsOverTheClients() {
        List<Host> all = List.of(Hosts.idle(200));
        List<Host> rest = List.of(Hosts.without(Hosts.idle(200), 17));
        int[] clients = new int[200];
        for (long seed = 0; seed < 500; seed++) {
            List<Host> chosen = RandomSubset.of(all, 20, seed);
            assertEquals(20, chosen.size());
            Set<Integer> before = numbers(chosen);
            Set<Integer> after = numbers(RandomSubset.of(rest, 20, seed));
            before.removeAll(after);
            assertTrue(before.size() <= 1 && (before.isEmpty() || before.contains(17)));
            chosen.forEach(host -> clients[host.number()]++);
        }
        long[] counts = java.util.Arrays.stream(clients).asLongStream().toArray();
        assertTrue(Hosts.chiSquare(counts, Hosts.equal(200)) < 1);
        assertEquals(all, RandomSubset.of(all, 200, 1));
    }

    private static Set<Integer> numbers(List<Host> hosts) {
        Set<Integer> numbers = new HashSet<>();
        hosts.forEach(host -> numbers.add(host.number()));
        return numbers;
    }
}
