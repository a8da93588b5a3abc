package dev.weft.engine.ledger;

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
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The numbers of one cluster. */
public final class ClusterStats {
    private final String name;
    private final Map<InetSocketAddress, EndpointStats> endpoints = new ConcurrentHashMap<>();
    final AtomicInteger cursor = new AtomicInteger();
    final AtomicInteger retriesInFlight = new AtomicInteger();
    final LongAdder retries = new LongAdder();
    final LongAdder retriesOverBudget = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder noEndpoint = new LongAdder();

    /** What endpoints that left had counted, so that the cluster's sums never fall. */
    private Sums departed = new Sums(0, 0, 0, 0);

    /** Grows whenever an ejection begins or ends early, so that cached choices are made anew. */
    volatile int ejectionEpoch;

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

    /** Counts over all endpoints, those that have left included. */
    public record Sums(long successes, long failures, long latencyNanos, long ejections) {
        private Sums plus(EndpointStats stats) {
            return new Sums(
                    successes + stats.successes(),
                    failures + stats.failures(),
                    latencyNanos + stats.latencyNanos(),
                    ejections + stats.ejections());
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

    /** Attempts sent because an earlier one failed. */
    public long retries() {
        return retries.sum();
    }

    /** Retries that the budget did not allow. */
    public long retriesOverBudget() {
        return retriesOverBudget.sum();
    }

    /** Attempts and calls stopped by a time limit of ours. */
    public long timeouts() {
        return timeouts.sum();
    }

    /** Calls refused because no endpoint could be used. */
    public long noEndpoint() {
        return noEndpoint.sum();
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
