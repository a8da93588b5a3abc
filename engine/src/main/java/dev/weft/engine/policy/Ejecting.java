package dev.weft.engine.policy;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.snapshot.OutlierPolicy;

/** The arithmetic of outlier ejection (Envoy: {@code outlier_detection}). */
public final class Ejecting {
    private Ejecting() {}

    /** Whether one more endpoint may be put out: within the share, and one always where the policy says so. */
    public static boolean allowed(OutlierPolicy policy, int alreadyOut, int endpoints) {
        return alreadyOut == 0 && policy.alwaysOne()
                || (alreadyOut + 1) * 100L <= (long) policy.maxEjectionPercent() * endpoints;
    }

    /** Whether a rule that applies is also obeyed this time. */
    public static boolean enforced(int percent, RandomSource random) {
        return percent >= 100 || percent > 0 && random.below(100) < percent;
    }

    /**
     * How often in a row the endpoint counts as ejected with this ejection: once more than last time,
     * once less for each healthy interval since; never more than makes the longest ejection.
     *
     * @param before the count at the last ejection
     * @param healthyNanos since that ejection ended; negative if it has not
     */
    public static int timesInARow(OutlierPolicy policy, int before, long healthyNanos) {
        long forgiven = healthyNanos <= 0 ? 0 : healthyNanos / policy.intervalNanos();
        int times = (int) Math.max(0, before - forgiven);
        // Envoy counts on while the ejection is below the longest one plus the first.
        boolean grows = times <= (policy.maxEjectionNanos() - 1) / policy.baseEjectionNanos() + 1;
        return grows ? times + 1 : times;
    }

    /** How long the ejection lasts, in nanoseconds, the random part left out. */
    public static long duration(OutlierPolicy policy, int timesInARow) {
        long longest = policy.maxEjectionNanos();
        return policy.baseEjectionNanos() > longest / timesInARow ? longest : policy.baseEjectionNanos() * timesInARow;
    }

    /** What the ejection lasts longer, so that not all endpoints come back at once; in nanoseconds. */
    public static long jitter(OutlierPolicy policy, RandomSource random) {
        return policy.jitterNanos() == 0 ? 0 : Long.remainderUnsigned(random.bits(), policy.jitterNanos() + 1);
    }

    /**
     * The success rate below which an endpoint is an outlier: the mean less a multiple of the standard
     * deviation.
     *
     * @param rates percent, of every endpoint that is judged; at least one
     */
    public static double successRateThreshold(OutlierPolicy.SuccessRate policy, double[] rates) {
        double sum = 0;
        for (double rate : rates) {
            sum += rate;
        }
        double mean = sum / rates.length;
        double squares = 0;
        for (double rate : rates) {
            squares += (rate - mean) * (rate - mean);
        }
        return mean - policy.stdevFactor() / 1000.0 * Math.sqrt(squares / rates.length);
    }
}
