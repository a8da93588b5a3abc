package dev.weft.engine.balance;

import dev.weft.engine.snapshot.Cluster;
import java.util.concurrent.atomic.AtomicInteger;

/** The balancing algorithms, over whatever has a load. Each returns an index. */
public final class Balancers {
    private Balancers() {}

    /** Something to choose. */
    public interface Candidate {
        /** Calls in flight now. */
        int inFlight();
    }

    /**
     * @param hosts at least one
     * @param cursor of round robin, kept by the caller
     */
    public static int pick(Cluster.Balancer balancer, Candidate[] hosts, RandomSource random, AtomicInteger cursor) {
        if (hosts.length == 1) {
            return 0;
        }
        return switch (balancer) {
            case ROUND_ROBIN -> Math.floorMod(cursor.getAndIncrement(), hosts.length);
            case LEAST_REQUEST -> leastRequest(hosts, random);
            case RANDOM -> random.below(hosts.length);
        };
    }

    /**
     * Two at random, the less loaded one (Mitzenmacher, "The power of two choices in randomized load
     * balancing", 2001). The two differ, so a loaded endpoint never competes with itself.
     */
    private static int leastRequest(Candidate[] hosts, RandomSource random) {
        int first = random.below(hosts.length);
        int second = random.below(hosts.length - 1);
        if (second >= first) {
            second++;
        }
        return hosts[first].inFlight() <= hosts[second].inFlight() ? first : second;
    }
}
