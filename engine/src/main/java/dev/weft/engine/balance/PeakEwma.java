package dev.weft.engine.balance;

/** Two at random, the one that costs less for its weight (Finagle, Linkerd: peak EWMA). */
final class PeakEwma implements Picker {
    private final Candidate[] hosts;
    private final double[] weights;

    PeakEwma(Candidate[] hosts, double[] weights) {
        this.hosts = hosts;
        this.weights = weights;
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        int first = random.below(hosts.length);
        int second = random.below(hosts.length - 1);
        if (second >= first) {
            second++;
        }
        return hosts[first].cost(now) * weights[second] <= hosts[second].cost(now) * weights[first] ? first : second;
    }
}
