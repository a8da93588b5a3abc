package dev.weft.telemetry;

/**
 * Where numbers are written, family by family: as text for who asks, or as messages for who is sent them. All samples
 * of a family stand together.
 */
public interface MetricWriter {
    /** What kind of numbers a family holds. */
    enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** Begins a family; its samples follow. */
    MetricWriter family(String name, Type type, String help);

    /**
     * One sample of a family of counters or gauges.
     *
     * @param labels name and value pairs
     */
    MetricWriter sample(double value, String... labels);

    /**
     * One sample of a family of histograms, in milliseconds.
     *
     * @param limits upper limits of all buckets but the last, which has none; inclusive, ascending
     * @param counts of each bucket alone, one more than there are limits
     * @param labels name and value pairs
     */
    MetricWriter histogram(double[] limits, long[] counts, double sum, String... labels);

    /** A family that is one number. */
    default MetricWriter single(String name, Type type, String help, double value) {
        return family(name, type, help).sample(value);
    }
}
