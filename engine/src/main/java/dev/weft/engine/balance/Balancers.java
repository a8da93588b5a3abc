package dev.weft.engine.balance;

import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.Balancer;
import java.util.List;

/** From the name of an algorithm to the algorithm. */
public final class Balancers {
    private static final Picker ONLY = (now, random, call) -> 0;

    private Balancers() {}

    /**
     * Prepares an algorithm.
     *
     * @param hosts at least one
     * @param weights of the hosts, relative to their sum; 0 or more, at least one above 0
     * @param turn where those begin that take turns, so that they don't all begin with the first
     */
    public static Picker prepare(Balancer balancer, Candidate[] hosts, double[] weights, int turn) {
        if (hosts.length == 1) {
            return ONLY;
        }
        boolean equal = equal(weights);
        if (balancer instanceof Balancer.LeastRequest least) {
            return equal
                    ? LeastRequest.of(hosts, least.choices())
                    : new WeightedLeastRequest(hosts, weights, least.activeRequestBias(), turn);
        }
        if (balancer instanceof Balancer.PeakEwma) {
            return new PeakEwma(hosts, weights);
        }
        if (balancer instanceof Balancer.Random) {
            return equal ? (now, random, call) -> random.below(hosts.length) : new WeightedRandom(weights);
        }
        if (balancer instanceof Balancer.RingHash ring) {
            return new RingHash(hosts, weights, ring);
        }
        if (balancer instanceof Balancer.Maglev maglev) {
            return new Maglev(hosts, weights, maglev.tableSize());
        }
        return equal ? new RoundRobin(hosts.length, turn) : new WeightedRoundRobin(weights, turn);
    }

    /** Whether nobody weighs more than another. */
    public static boolean equal(double[] weights) {
        for (double weight : weights) {
            if (weight != weights[0]) {
                return false;
            }
        }
        return true;
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
