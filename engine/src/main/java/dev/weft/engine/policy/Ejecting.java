package dev.weft.engine.policy;

import dev.weft.engine.snapshot.OutlierPolicy;

/** The arithmetic of outlier ejection (Envoy: {@code outlier_detection}). */
public final class Ejecting {
    private Ejecting() {}

    /** Whether one more endpoint may be put out: within the share, and one always may. */
    public static boolean allowed(OutlierPolicy policy, int alreadyOut, int endpoints) {
        return alreadyOut == 0 || (alreadyOut + 1) * 100L <= (long) policy.maxEjectionPercent() * endpoints;
    }

    /**
     * How often in a row the endpoint counts as ejected with this ejection: once more than last time,
     * once less for each healthy interval since.
     *
     * @param before the count at the last ejection
     * @param healthyNanos since that ejection ended; negative if it has not
     */
    public static int timesInARow(OutlierPolicy policy, int before, long healthyNanos) {
        long forgiven = healthyNanos <= 0 || policy.intervalNanos() <= 0 ? 0 : healthyNanos / policy.intervalNanos();
        return (int) Math.max(0, before - forgiven) + 1;
    }

    /** How long the ejection lasts, in nanoseconds. */
    public static long duration(OutlierPolicy policy, int timesInARow) {
        long longest = Math.max(policy.maxEjectionNanos(), policy.baseEjectionNanos());
        return policy.baseEjectionNanos() > longest / timesInARow ? longest : policy.baseEjectionNanos() * timesInARow;
    }
}
