package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The numbers of one cluster. */
public final class ClusterStats {
    private final String name;
    private final Map<InetSocketAddress, EndpointStats> endpoints = new ConcurrentHashMap<>();
    private final AtomicInteger turns = new AtomicInteger();
    /** Attempts in flight, counted where they are limited. */
    final AtomicInteger requests = new AtomicInteger();

    /** Retries and hedges that have a place in the budget, planned ones included. */
    final AtomicInteger retriesInFlight = new AtomicInteger();
    /** Those of the attempts in flight that are not a call's first, with a place in the budget or without. */
    final AtomicInteger furtherSent = new AtomicInteger();

    final LongAdder retries = new LongAdder();
    final LongAdder retriesOverBudget = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder tryTimeouts = new LongAdder();
    final LongAdder noEndpoint = new LongAdder();
    final LongAdder overflows = new LongAdder();
    final LongAdder dropped = new LongAdder();

    /** By the rule that put somebody out; guarded by the cluster. */
    private final long[] ejections = new long[Ejection.values().length];

    /** Ejections that the share did not allow; guarded by the cluster. */
    private long ejectionsOverShare;

    /** What endpoints that left had counted, so that the cluster's sums never fall. */
    private Sums departed = new Sums(0, 0, 0, 0, 0);

    /** Grows whenever an endpoint is put out or back before its time, so that cached choices are made anew. */
    volatile int ejectionEpoch;

    /** When the interval ends over which outliers are judged; on the clock of the calls. */
    final AtomicLong intervalEnds = new AtomicLong(Long.MIN_VALUE);

    /** Places for calls, where they are limited. Only {@link Ledger#join} looks at it. */
    private @Nullable BulkheadGate connections;

    /** Which endpoints this client uses where it uses a few of many. Only {@link Ledger#join} looks at it. */
    private @Nullable Long subsetSeed;

    ClusterStats(String name) {
        this.name = name;
    }

    /** The numbers of each endpoint of the cluster, old ones found again, vanished ones dropped. */
    List<LiveEndpoint> join(LiveCluster joined, Collection<EndpointStats> leaving) {
        Cluster cluster = joined.config();
        List<LiveEndpoint> live = new ArrayList<>();
        for (Endpoint endpoint : cluster.endpoints()) {
            live.add(new LiveEndpoint(
                    joined, endpoint, endpoints.computeIfAbsent(endpoint.address(), address -> new EndpointStats())));
        }
        Set<InetSocketAddress> staying =
                cluster.endpoints().stream().map(Endpoint::address).collect(Collectors.toSet());
        dropAllBut(staying, leaving);
        return live;
    }

    /** In one step for {@link #sums}: nothing is counted twice or not at all. */
    private synchronized void dropAllBut(Set<InetSocketAddress> staying, Collection<EndpointStats> leaving) {
        for (Map.Entry<InetSocketAddress, EndpointStats> entry : endpoints.entrySet()) {
            if (!staying.contains(entry.getKey())) {
                departed = departed.plus(entry.getValue());
                leaving.add(entry.getValue());
            }
        }
        endpoints.keySet().retainAll(staying);
    }

    /** Where the next schedule begins, so that not all of them begin with the first endpoint. */
    int turn() {
        return turns.getAndIncrement() * 0x9E37_79B9;
    }

    /** Kept for as long as the limit stays the same. */
    @Nullable
    BulkheadGate connections(@Nullable Bulkhead limit) {
        BulkheadGate before = connections;
        boolean same = limit != null && before != null && before.guard().equals(limit);
        connections = limit == null ? null : same ? before : new BulkheadGate(limit);
        return connections;
    }

    /** Chosen once, by {@link Ledger#join}. */
    long subsetSeed(RandomSource random) {
        Long seed = subsetSeed;
        if (seed == null) {
            seed = random.bits();
            subsetSeed = seed;
        }
        return seed;
    }

    /** Counts over all endpoints, those that have left included. */
    public record Sums(long successes, long failures, long latencyNanos, long ejections, long connectFailures) {
        private Sums plus(EndpointStats stats) {
            return new Sums(
                    successes + stats.successes(),
                    failures + stats.failures(),
                    latencyNanos + stats.latencyNanos(),
                    ejections + stats.ejections(),
                    connectFailures + stats.connectFailures());
        }
    }

    public synchronized Sums sums() {
        Sums sums = departed;
        for (EndpointStats stats : endpoints.values()) {
            sums = sums.plus(stats);
        }
        return sums;
    }

    public String name() {
        return name;
    }

    public Map<InetSocketAddress, EndpointStats> endpoints() {
        return Collections.unmodifiableMap(endpoints);
    }

    /** Attempts sent because an earlier one failed, or while it was slow. */
    public long retries() {
        return retries.sum();
    }

    /** Retries and hedges that the budget did not allow. */
    public long retriesOverBudget() {
        return retriesOverBudget.sum();
    }

    /** Attempts and calls stopped by a time limit of ours. */
    public long timeouts() {
        return timeouts.sum();
    }

    /** Those of them that stopped an attempt and not the call. */
    public long tryTimeouts() {
        return tryTimeouts.sum();
    }

    synchronized void ejected(Ejection why) {
        ejections[why.ordinal()]++;
    }

    /** How often this rule has put an endpoint out. */
    public synchronized long ejections(Ejection rule) {
        return ejections[rule.ordinal()];
    }

    synchronized void keptIn() {
        ejectionsOverShare++;
    }

    /** How often an endpoint stayed in because too many were out. */
    public synchronized long ejectionsOverShare() {
        return ejectionsOverShare;
    }

    /** Calls refused because no endpoint could be used. */
    public long noEndpoint() {
        return noEndpoint.sum();
    }

    /** Calls refused because too many attempts were in flight. */
    public long overflows() {
        return overflows.sum();
    }

    /** Calls refused because the control plane asked for it. */
    public long dropped() {
        return dropped.sum();
    }

    /** Calls in flight over all endpoints. */
    public int inFlight() {
        return sum(endpoints.values());
    }

    private static int sum(Collection<EndpointStats> all) {
        int sum = 0;
        for (EndpointStats stats : all) {
            sum += stats.inFlight();
        }
        return sum;
    }
}
