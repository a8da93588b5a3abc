package dev.weft.engine.balance;

import java.util.Arrays;

/**
 * How the calls of one zone are shared out over the zones of a cluster (Envoy: {@code ZoneAwareLoadBalancerBase}).
 *
 * <p>If every caller made as many calls as any other, each endpoint would get the same when each zone got the share of
 * the calls that its endpoints are of all. A zone whose endpoints are at least as large a share as its callers takes
 * all of its own calls. One with fewer takes the part that it can, and the rest goes to the zones that have more
 * endpoints than callers, as much to each as it has left.
 */
public final class Zones {
    private static final int WHOLE = 10_000;

    private Zones() {}

    /**
     * The share of each zone; their sum is 1.
     *
     * @param callers processes like this one in each zone, its own first
     * @param all such processes, those in zones without an endpoint too; at least one
     * @param hosts endpoints in each zone, in the same order; at least one in all
     */
    public static double[] shares(int[] callers, long all, int[] hosts) {
        int[] from = parts(callers, all);
        int[] to = parts(hosts, Arrays.stream(hosts).asLongStream().sum());
        double[] shares = new double[hosts.length];
        if (to[0] >= from[0]) {
            shares[0] = 1;
            return shares;
        }
        shares[0] = (double) to[0] / from[0];
        double away = 1 - shares[0];
        long left = 0;
        for (int i = 1; i < to.length; i++) {
            left += Math.max(0, to[i] - from[i]);
        }
        for (int i = 0; i < to.length; i++) {
            // Where rounding leaves nobody anything, any will do.
            double part = left == 0 ? 1.0 / to.length : i == 0 ? 0 : (double) Math.max(0, to[i] - from[i]) / left;
            shares[i] += away * part;
        }
        return shares;
    }

    private static int[] parts(int[] counts, long sum) {
        int[] parts = new int[counts.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = (int) ((long) WHOLE * counts[i] / sum);
        }
        return parts;
    }
}
