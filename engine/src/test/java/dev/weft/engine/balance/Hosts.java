package dev.weft.engine.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Candidates made up for a test, and the chi-square test of their shares. */
final class Hosts {
    private Hosts() {}

    /** @param activity which a test may change */
    record Host(int number, Activity activity, double latency) implements Candidate {
        Host(int number, int inFlight, double latency) {
            this(number, new Activity(), latency);
            for (int i = 0; i < inFlight; i++) {
                activity.begin();
            }
        }

        @Override
        public double cost(long now) {
            return latency * (activity.inFlight() + 1);
        }

        @Override
        public String hashKey() {
            return "10.0." + number / 200 + "." + number % 200 + ":80";
        }
    }

    static Host[] idle(int n) {
        return loaded(n, i -> 0);
    }

    static Host[] loaded(int n, IntUnaryOperator active) {
        Host[] hosts = new Host[n];
        for (int i = 0; i < n; i++) {
            hosts[i] = new Host(i, active.applyAsInt(i), 1);
        }
        return hosts;
    }

    static double[] equal(int n) {
        double[] weights = new double[n];
        java.util.Arrays.fill(weights, 1);
        return weights;
    }

    static Host[] without(Host[] hosts, int left) {
        List<Host> rest = new ArrayList<>(List.of(hosts));
        rest.remove(left);
        return rest.toArray(Host[]::new);
    }

    /** The statistic over what a perfect chance would give once in ten thousand times. */
    static double chiSquare(long[] counts, double[] weights) {
        double sum = 0;
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += weights[i];
            all += counts[i];
        }
        double statistic = 0;
        int free = -1;
        for (int i = 0; i < counts.length; i++) {
            double expected = weights[i] / sum * all;
            if (expected == 0) {
                statistic += counts[i] == 0 ? 0 : Double.POSITIVE_INFINITY;
            } else {
                statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
                free++;
            }
        }
        // Wilson and Hilferty's approximation of the quantile.
        double part = 2.0 / (9 * free);
        return statistic / (free * Math.pow(1 - part + 3.719 * Math.sqrt(part), 3));
    }
}
