package dev.weft.engine.balance;

/** How the calls of one priority are shared out over its localities. */
public final class Localities {
    private Localities() {}

    /**
     * The share of a locality that is not whole (Envoy: {@code effectiveLocalityWeight}): its weight as
     * long as enough of its endpoints are available, with the overprovisioning that priorities have too.
     *
     * @param available endpoints that may be used
     * @param hosts endpoints, available or not; 1 or more
     * @param overprovisioning percent
     */
    public static double weight(int weight, int available, int hosts, int overprovisioning) {
        return weight * Math.min(1, overprovisioning / 100.0 * available / hosts);
    }

    /** Prepares the choice of a locality; its index is that of its weight. */
    public static Picker prepare(double[] weights, int turn) {
        return new WeightedRoundRobin(weights, turn);
    }
}
