package dev.weft.engine.ledger;

import dev.weft.engine.balance.Balancers;
import dev.weft.engine.balance.Localities;
import dev.weft.engine.balance.Picker;
import dev.weft.engine.balance.Priorities;
import dev.weft.engine.balance.Zones;
import dev.weft.engine.ledger.Usable.Leaf;
import dev.weft.engine.ledger.Usable.Level;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.ZoneAware;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a cluster, or of a subset of it, and who of them may be chosen. That is computed
 * once and kept until an ejection begins or ends, or weights change with time, so that a pick costs
 * the same among ten endpoints and among ten thousand.
 */
final class Pool {
    private static final Picker NO_CHOICE = (now, random, call) -> 0;

    private static final double[] EQUAL = {};

    /** Sets of priorities that are kept; nearly always there is one, the first. */
    private static final int MOST_AVOIDED = 16;

    private final Cluster config;
    private final ClusterStats stats;
    private final List<LiveEndpoint> members;
    private final @Nullable Callers callers;
    private final AtomicBoolean making = new AtomicBoolean();
    private volatile @Nullable Usable usable;
    /** For calls that are sent again, by the priorities that they avoid. */
    private final Map<BitSet, Usable> avoiding = new ConcurrentHashMap<>();

    /** @param callers whose calls are to stay in their zone; null where zones make no difference */
    Pool(Cluster config, ClusterStats stats, List<LiveEndpoint> members, @Nullable Callers callers) {
        this.callers = callers;
        this.config = config;
        this.stats = stats;
        this.members = List.copyOf(members);
    }

    boolean has(LiveEndpoint endpoint) {
        return members.contains(endpoint);
    }

    /** Made by one thread: a ring of thousands is too dear to be made by everybody who calls. */
    Usable usable(long now) {
        Usable known = usable;
        if (known == null) {
            return first(now);
        }
        if (known.holds(now, stats.ejectionEpoch) || !making.compareAndSet(false, true)) {
            return known; // that of a moment ago, while another thread makes the next
        }
        try {
            Usable made = new Making(now).make();
            usable = made;
            return made;
        } finally {
            making.set(false);
        }
    }

    private synchronized Usable first(long now) {
        Usable known = usable;
        if (known == null) {
            known = new Making(now).make();
            usable = known;
        }
        return known;
    }

    /**
     * Who may be chosen by a call that is sent again, each time that so many attempts were made without the
     * priorities that they tried; of all anew where none is left.
     */
    Usable usable(long now, List<LiveEndpoint> tried, int every) {
        Usable found = usable(now);
        BitSet priorities = new BitSet();
        int counted = 0;
        for (LiveEndpoint endpoint : tried) {
            priorities.set(endpoint.config().priority());
            if (++counted % every == 0) {
                Usable rest = avoiding(now, priorities);
                if (rest.levels() == 0) {
                    priorities.clear();
                    counted = 0;
                }
                found = rest.levels() == 0 ? usable(now) : rest;
            }
        }
        return found;
    }

    private Usable avoiding(long now, BitSet priorities) {
        Usable known = avoiding.get(priorities);
        return known != null && known.holds(now, stats.ejectionEpoch) ? known : make(now, priorities);
    }

    private synchronized Usable make(long now, BitSet priorities) {
        Usable known = avoiding.get(priorities);
        if (known == null || !known.holds(now, stats.ejectionEpoch)) {
            known = new Making(now, (BitSet) priorities.clone()).make();
            if (avoiding.size() >= MOST_AVOIDED) {
                avoiding.clear();
            }
            avoiding.put((BitSet) priorities.clone(), known);
        }
        return known;
    }

    /** One computation. */
    private final class Making {
        private final long now;
        private final BitSet tried;
        private final int epoch = stats.ejectionEpoch;
        private final List<LiveEndpoint> hosts = new ArrayList<>();
        private final List<Level> levels = new ArrayList<>();
        private List<LiveEndpoint> spare = List.of();
        private final Weighing weighing;
        private long until = Long.MAX_VALUE;
        /** Whether who is not reached counts as ill. */
        private boolean heedsReach = true;

        Making(long now) {
            this(now, new BitSet());
        }

        /** @param tried priorities that are left out */
        Making(long now, BitSet tried) {
            this.now = now;
            this.tried = tried;
            this.weighing = new Weighing(config.balancer(), now);
        }

        Usable make() {
            List<LiveEndpoint> serving = new ArrayList<>(members.size());
            for (LiveEndpoint endpoint : members) {
                long out = endpoint.stats().ejectedUntil;
                until = now < out ? Math.min(until, out) : until;
                long unreached = endpoint.unreachedFor(now);
                until = unreached > 0 ? Math.min(until, now + unreached) : until;
                if (endpoint.config().health() != Health.HEALTHY) {
                    endpoint.stats().memory.healthySince = EndpointStats.NEVER;
                }
                if (endpoint.config().health() != Health.DRAINING) {
                    serving.add(endpoint);
                }
            }
            if (serving.isEmpty() && !members.isEmpty() && tried.isEmpty()) {
                // A draining endpoint still answers: better than nobody.
                level(100, reached(members), members, false);
                return new Usable(hosts, List.of(), true, levels, Math.min(until, weighing.until()), epoch);
            }
            boolean panic = share(byPriority(serving));
            return new Usable(hosts, spare, panic, levels, Math.min(until, weighing.until()), epoch);
        }

        private List<List<LiveEndpoint>> byPriority(List<LiveEndpoint> serving) {
            List<List<LiveEndpoint>> priorities = new ArrayList<>(1);
            for (LiveEndpoint endpoint : serving) {
                while (priorities.size() <= endpoint.config().priority()) {
                    priorities.add(new ArrayList<>());
                }
                priorities.get(endpoint.config().priority()).add(endpoint);
            }
            return priorities;
        }

        /** Whether it comes to panic anywhere. */
        private boolean share(List<List<LiveEndpoint>> priorities) {
            int n = priorities.size();
            if (n == 0) {
                return false;
            }
            int[] all = new int[n];
            int[] healthy = new int[n];
            int[] degraded = new int[n];
            for (int i = 0; i < n; i++) {
                all[i] = priorities.get(i).size();
                healthy[i] = only(priorities.get(i), Health.HEALTHY).size();
                degraded[i] = only(priorities.get(i), Health.DEGRADED).size();
            }
            int over = config.sharing().overprovisioningFactor();
            Priorities whole = Priorities.of(all, healthy, degraded, over, config.panicThreshold());
            Priorities loads = tried.isEmpty() ? whole : whole.without(tried, all, healthy, degraded, over);
            if (loads == null) {
                return false;
            }
            if (heedsReach && allFail(whole, healthy, degraded)) {
                heedsReach = false;
                return share(priorities);
            }
            boolean panic = false;
            for (int i = 0; i < n; i++) {
                List<LiveEndpoint> level = priorities.get(i);
                if (loads.panic()[i]) {
                    panic |= loads.healthy()[i] + loads.degraded()[i] > 0;
                    List<LiveEndpoint> anyone = config.sharing().failOnPanic() ? List.of() : reached(level);
                    level(loads.healthy()[i] + loads.degraded()[i], anyone, level, false);
                } else {
                    List<LiveEndpoint> well = reached(only(level, Health.HEALTHY));
                    if (i > 0 || !byZone(loads.healthy()[i], well)) {
                        level(loads.healthy()[i], well, level, true);
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                if (!loads.panic()[i]) {
                    List<LiveEndpoint> weak = reached(only(priorities.get(i), Health.DEGRADED));
                    level(loads.degraded()[i], weak, priorities.get(i), true);
                }
            }
            return panic;
        }

        /**
         * Whether calls would fail here, be it some of them. That is for what health and outlier detection say, and
         * not for connections that did not come about a moment ago: those are tried then.
         */
        private boolean allFail(Priorities loads, int[] healthy, int[] degraded) {
            boolean nobody =
                    Arrays.stream(healthy).sum() + Arrays.stream(degraded).sum() == 0;
            return config.panicThreshold() == 0 && nobody || config.sharing().failOnPanic() && loads.anyPanic();
        }

        /** Whatever health counts for, where nobody listens a call is of no use, unless there is nobody else. */
        private List<LiveEndpoint> reached(List<LiveEndpoint> from) {
            List<LiveEndpoint> some = new ArrayList<>(from.size());
            for (LiveEndpoint endpoint : from) {
                if (endpoint.unreachedFor(now) == 0) {
                    some.add(endpoint);
                }
            }
            return some.isEmpty() ? from : some;
        }

        private List<LiveEndpoint> only(List<LiveEndpoint> from, Health health) {
            List<LiveEndpoint> some = new ArrayList<>(from.size());
            for (LiveEndpoint endpoint : from) {
                boolean out = endpoint.stats().ejected(now) || heedsReach && endpoint.unreachedFor(now) > 0;
                if (endpoint.config().health() == health && !out) {
                    some.add(endpoint);
                }
            }
            return some;
        }

        private void level(int load, List<LiveEndpoint> use, List<LiveEndpoint> of, boolean localities) {
            if (load == 0) {
                return;
            }
            boolean weighted = localities && config.sharing().localityWeighted();
            Map<Locality, Double> shares = weighted ? shares(use, of) : Map.of();
            if (use.isEmpty()) {
                levels.add(new Level(load, NO_CHOICE, new Leaf[0]));
            } else if (shares.isEmpty()) {
                levels.add(new Level(load, NO_CHOICE, new Leaf[] {leaf(use, weighing.of(use), load)}));
            } else if (config.balancer().hashes()) {
                List<LiveEndpoint> some = in(shares.keySet(), use);
                levels.add(new Level(load, NO_CHOICE, new Leaf[] {leaf(some, spread(some, shares), load)}));
            } else {
                levels.add(byLocality(load, use, shares, 0));
            }
        }

        /** Whether the calls of this process are shared out by its zone; only those of the first priority are. */
        private boolean byZone(int load, List<LiveEndpoint> use) {
            ZoneAware how = config.sharing().zones();
            if (callers == null || how == null || load == 0 || config.sharing().localityWeighted()) {
                return false;
            }
            if (config.balancer().hashes() || use.size() < how.minClusterSize()) {
                return false;
            }
            Map<Locality, Integer> sizes = new LinkedHashMap<>();
            sizes.put(callers.here(), 0);
            use.forEach(endpoint -> sizes.merge(endpoint.config().locality(), 1, Integer::sum));
            if (sizes.size() < 2 || sizes.getOrDefault(callers.here(), 0) == 0) {
                return false;
            }
            Map<Locality, Double> shares = new LinkedHashMap<>();
            List<Locality> zones = List.copyOf(sizes.keySet());
            double[] parts = Zones.shares(
                    zones.stream().mapToInt(callers::in).toArray(),
                    callers.all(),
                    zones.stream().mapToInt(zone -> sizes.getOrDefault(zone, 0)).toArray());
            for (int i = 0; i < parts.length; i++) {
                double part = how.force() ? i == 0 ? 1 : 0 : parts[i];
                if (part > 0 && how.percent() > 0) {
                    shares.put(zones.get(i), part * how.percent());
                }
            }
            spare = use; // a retry would rather leave the zone than meet the same endpoint again
            levels.add(byLocality(load, use, shares, 100 - how.percent()));
            return true;
        }

        /** The localities that get anything, with what they get; empty where none has a weight. */
        private Map<Locality, Double> shares(List<LiveEndpoint> use, List<LiveEndpoint> of) {
            Map<Locality, Double> shares = new LinkedHashMap<>();
            for (LiveEndpoint endpoint : use) {
                Locality locality = endpoint.config().locality();
                int weight = endpoint.config().localityWeight();
                if (weight > 0 && !shares.containsKey(locality)) {
                    int available = in(Set.of(locality), use).size();
                    int hosts = in(Set.of(locality), of).size();
                    int over = config.sharing().overprovisioningFactor();
                    shares.put(locality, Localities.weight(weight, available, hosts, over));
                }
            }
            return shares;
        }

        private static List<LiveEndpoint> in(Set<Locality> localities, List<LiveEndpoint> endpoints) {
            List<LiveEndpoint> some = new ArrayList<>();
            for (LiveEndpoint endpoint : endpoints) {
                if (localities.contains(endpoint.config().locality())) {
                    some.add(endpoint);
                }
            }
            return some;
        }

        /** @param anywhere the share that heeds no locality */
        private Level byLocality(int load, List<LiveEndpoint> use, Map<Locality, Double> shares, double anywhere) {
            List<Leaf> leaves = new ArrayList<>();
            double[] weights = new double[shares.size() + (anywhere > 0 ? 1 : 0)];
            double part = load
                    / (anywhere
                            + shares.values().stream()
                                    .mapToDouble(share -> share)
                                    .sum());
            for (Map.Entry<Locality, Double> share : shares.entrySet()) {
                List<LiveEndpoint> some = in(Set.of(share.getKey()), use);
                weights[leaves.size()] = share.getValue();
                leaves.add(leaf(some, weighing.of(some), part * share.getValue()));
            }
            if (anywhere > 0) {
                weights[leaves.size()] = anywhere;
                leaves.add(leaf(use, weighing.of(use), part * anywhere));
            }
            return new Level(load, Localities.prepare(weights, stats.turn()), leaves.toArray(Leaf[]::new));
        }

        /** For one table over all localities: each endpoint's part of its locality's share. */
        private double[] spread(List<LiveEndpoint> use, Map<Locality, Double> shares) {
            double[] weights = weighing.of(use);
            Map<Locality, Double> together = new LinkedHashMap<>();
            for (int i = 0; i < weights.length; i++) {
                together.merge(use.get(i).config().locality(), weights[i], Double::sum);
            }
            for (int i = 0; i < weights.length; i++) {
                Locality locality = use.get(i).config().locality();
                weights[i] *= shares.getOrDefault(locality, 0.0) / together.getOrDefault(locality, 1.0);
            }
            return weights;
        }

        /** @param percent of all calls that are shared out here */
        private Leaf leaf(List<LiveEndpoint> use, double[] weights, double percent) {
            hosts.addAll(use);
            LiveEndpoint[] candidates = use.toArray(LiveEndpoint[]::new);
            Picker picker = Balancers.prepare(config.balancer(), candidates, weights, stats.turn());
            return new Leaf(candidates, picker, Balancers.equal(weights) ? EQUAL : weights, percent);
        }
    }
}
