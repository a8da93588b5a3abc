package dev.weft.engine.ledger;

import dev.weft.engine.balance.Balancers;
import dev.weft.engine.snapshot.Endpoint;

/** An endpoint of the snapshot in force, with its numbers. */
public final class LiveEndpoint implements Balancers.Candidate {
    private final LiveCluster cluster;
    private final Endpoint config;
    private final EndpointStats stats;

    LiveEndpoint(LiveCluster cluster, Endpoint config, EndpointStats stats) {
        this.cluster = cluster;
        this.config = config;
        this.stats = stats;
    }

    public LiveCluster cluster() {
        return cluster;
    }

    public Endpoint config() {
        return config;
    }

    public EndpointStats stats() {
        return stats;
    }

    @Override
    public int inFlight() {
        return stats.inFlight.get();
    }

    /** An attempt begins. */
    public void begun() {
        stats.inFlight.incrementAndGet();
    }

    /** An attempt is over. */
    public void ended(long tookNanos) {
        stats.latencyNanos.add(tookNanos);
        stats.inFlight.decrementAndGet();
    }
}
