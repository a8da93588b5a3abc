package dev.weft.engine.balance;

/**
 * Least request between unequal weights: each is chosen as often as {@code weight / (inFlight + 1)^bias}
 * says (Envoy: {@code active_request_bias}).
 *
 * <p>Envoy moves its schedule with every pick, under a lock. Here eight are drawn from a fixed schedule
 * of the bare weights, and one of them is chosen with a probability of {@code 1 / (inFlight + 1)^bias};
 * the more are drawn, the nearer that comes to the whole formula. One that is idle is taken at once, so
 * that a cluster with little to do is a plain weighted round robin.
 */
final class WeightedLeastRequest implements Picker {
    private static final int DRAWS = 8;
    private static final int PRECISION = 1 << 24;

    private final Activity[] active;
    private final WeightedRoundRobin schedule;
    private final double bias;

    WeightedLeastRequest(Candidate[] hosts, double[] weights, double bias, int turn) {
        this.active = LeastRequest.counters(hosts);
        this.schedule = new WeightedRoundRobin(weights, turn);
        this.bias = bias;
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        int chosen = schedule.next();
        if (bias == 0) {
            return chosen;
        }
        int drawn = chosen;
        double sum = 0;
        for (int i = 0; i < DRAWS; i++) {
            int busy = active[drawn].inFlight();
            if (busy <= 0) {
                return drawn;
            }
            double part = bias == 1 ? 1.0 / (busy + 1) : Math.pow(busy + 1, -bias);
            sum += part;
            if (i > 0 && random.below(PRECISION) < part / sum * PRECISION) {
                chosen = drawn;
            }
            if (i + 1 < DRAWS) {
                drawn = schedule.next();
            }
        }
        return chosen;
    }
}
