package dev.weft.engine.snapshot;

import static dev.weft.engine.snapshot.Bounds.passes;
import static dev.weft.engine.snapshot.Bounds.percent;
import static dev.weft.engine.snapshot.Bounds.require;

/**
 * When an endpoint is left out for a while (Envoy: {@code outlier_detection}).
 *
 * @param serverErrors failures in a row, of any kind that counts (Envoy: {@code consecutive_5xx})
 * @param gatewayFailures 502, 503 and 504 in a row, and what counts as them
 * @param localFailures failures in a row that are no answer; only while they are split off
 * @param splitLocal whether what is no answer (connections refused or broken, time limits) is judged
 *     apart from answers; if not, it counts as 503 or 504
 * @param successRate compared with the other endpoints, at the end of each interval
 * @param failurePercentage at the end of each interval
 * @param intervalNanos of the statistics, and how often a healthy stretch shortens the next ejection
 * @param baseEjectionNanos the first ejection; the n-th in a row lasts n times as long
 * @param maxEjectionNanos the longest
 * @param jitterNanos what is added to each ejection, at random, at the most
 * @param maxEjectionPercent share of the cluster that may be out at once
 * @param alwaysOne whether one endpoint may be out whatever the share
 */
public record OutlierPolicy(
        InARow serverErrors,
        InARow gatewayFailures,
        InARow localFailures,
        boolean splitLocal,
        SuccessRate successRate,
        FailurePercentage failurePercentage,
        long intervalNanos,
        long baseEjectionNanos,
        long maxEjectionNanos,
        long jitterNanos,
        int maxEjectionPercent,
        boolean alwaysOne) {
    public OutlierPolicy {
        passes(intervalNanos, "interval");
        require(baseEjectionNanos > 0, "base_ejection_time", baseEjectionNanos);
        require(maxEjectionNanos >= baseEjectionNanos, "max_ejection_time", maxEjectionNanos);
        require(jitterNanos >= 0, "max_ejection_time_jitter", jitterNanos);
        percent(maxEjectionPercent, "max_ejection_percent");
    }

    /**
     * Failures in a row only.
     *
     * @param consecutiveFailures 0 for never
     */
    public OutlierPolicy(
            int consecutiveFailures,
            long intervalNanos,
            long baseEjectionNanos,
            long maxEjectionNanos,
            int maxEjectionPercent) {
        this(
                new InARow(consecutiveFailures, 100),
                InARow.NEVER,
                InARow.NEVER,
                false,
                SuccessRate.NEVER,
                FailurePercentage.NEVER,
                intervalNanos,
                baseEjectionNanos,
                maxEjectionNanos,
                0,
                maxEjectionPercent,
                true);
    }

    /** Whether anything is to be judged at the end of an interval. */
    public boolean intervals() {
        return successRate.enforcing > 0
                || failurePercentage.enforcing > 0
                || splitLocal && (successRate.enforcingLocal > 0 || failurePercentage.enforcingLocal > 0);
    }

    /**
     * So many failures with nothing good between them.
     *
     * @param count 0 for never
     * @param enforcing percent of the cases in which the endpoint is really ejected
     */
    public record InARow(int count, int enforcing) {
        public static final InARow NEVER = new InARow(0, 0);

        public InARow {
            require(count >= 0, "consecutive failures", count);
            percent(enforcing, "enforcing_consecutive failures");
        }
    }

    /**
     * Ejects whose success rate is below the mean minus a multiple of the standard deviation.
     *
     * @param minimumHosts with enough calls, else nothing is judged
     * @param requestVolume calls in the interval, else the endpoint is not judged
     * @param stdevFactor the multiple, in thousandths
     * @param enforcing percent of the cases in which the endpoint is really ejected
     * @param enforcingLocal the same for what is no answer
     */
    public record SuccessRate(int minimumHosts, int requestVolume, int stdevFactor, int enforcing, int enforcingLocal) {
        public static final SuccessRate NEVER = new SuccessRate(5, 100, 1900, 0, 0);

        public SuccessRate {
            require(minimumHosts >= 0, "success_rate_minimum_hosts", minimumHosts);
            require(requestVolume >= 0, "success_rate_request_volume", requestVolume);
            require(stdevFactor >= 0, "success_rate_stdev_factor", stdevFactor);
            percent(enforcing, "enforcing_success_rate");
            percent(enforcingLocal, "enforcing_local_origin_success_rate");
        }
    }

    /**
     * Ejects whose share of failures is too high.
     *
     * @param threshold percent of failures
     * @param minimumHosts with enough calls, else nothing is judged
     * @param requestVolume calls in the interval, else the endpoint is not judged
     * @param enforcing percent of the cases in which the endpoint is really ejected
     * @param enforcingLocal the same for what is no answer
     */
    public record FailurePercentage(
            int threshold, int minimumHosts, int requestVolume, int enforcing, int enforcingLocal) {
        public static final FailurePercentage NEVER = new FailurePercentage(85, 5, 50, 0, 0);

        public FailurePercentage {
            percent(threshold, "failure_percentage_threshold");
            require(minimumHosts >= 0, "failure_percentage_minimum_hosts", minimumHosts);
            require(requestVolume >= 0, "failure_percentage_request_volume", requestVolume);
            percent(enforcing, "enforcing_failure_percentage");
            percent(enforcingLocal, "enforcing_failure_percentage_local_origin");
        }
    }
}
