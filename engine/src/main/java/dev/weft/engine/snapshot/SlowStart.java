package dev.weft.engine.snapshot;

/**
 * A new endpoint's weight grows with its age (Envoy: {@code slow_start_config}).
 *
 * @param windowNanos when it has its whole weight
 * @param aggression above 1 the weight grows faster at first, below 1 more slowly
 * @param minWeightPercent share of the weight that it begins with
 */
public record SlowStart(long windowNanos, double aggression, double minWeightPercent) {
    public SlowStart {
        Bounds.passes(windowNanos, "slow_start_window");
        if (!(aggression > 0)) {
            throw new IllegalArgumentException("aggression " + aggression + " must be above 0");
        }
        if (!(minWeightPercent >= 0 && minWeightPercent <= 100)) {
            throw new IllegalArgumentException("min_weight_percent " + minWeightPercent + " is not a percentage");
        }
    }

    /** What the weight is multiplied with at this age. */
    public double factor(long ageNanos) {
        if (ageNanos >= windowNanos) {
            return 1;
        }
        double part = Math.max(ageNanos, 1_000_000) / (double) windowNanos;
        double grown = aggression == 1 ? part : Math.pow(part, 1 / aggression);
        return Math.min(1, Math.max(grown, minWeightPercent / 100));
    }
}
