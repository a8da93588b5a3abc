package dev.weft.engine.snapshot;

/**
 * When an endpoint is left out for a while (Envoy: {@code outlier_detection}).
 *
 * @param consecutiveFailures in a row; 0 for never
 * @param intervalNanos how often a healthy stretch shortens the next ejection
 * @param baseEjectionNanos the first ejection; the n-th in a row lasts n times as long
 * @param maxEjectionNanos the longest
 * @param maxEjectionPercent share of the cluster that may be out at once; one endpoint always may
 */
public record OutlierPolicy(
        int consecutiveFailures,
        long intervalNanos,
        long baseEjectionNanos,
        long maxEjectionNanos,
        int maxEjectionPercent) {}
