package dev.weft.engine.balance;

import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.Cluster;
import java.util.List;
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

    /** One of some weighted clusters, in proportion to the weights. */
    public static WeightedCluster choose(List<WeightedCluster> clusters, RandomSource random) {
        if (clusters.size() == 1) {
            return clusters.get(0);
        }
        int sum = 0;
        for (int i = 0; i < clusters.size(); i++) {
            sum += clusters.get(i).weight();
        }
        int at = random.below(sum);
        int i = 0;
        while (at >= clusters.get(i).weight()) {
            at -= clusters.get(i++).weight();
        }
        return clusters.get(i);
    }
}
