package dev.weft.control.serve;

import java.util.List;

/** How long something took, counted in a histogram. Used from the serial queue only. */
public final class Latencies {
    /** Upper ends of the buckets, in seconds. */
    public static final List<Double> BUCKETS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private static final double NANOS = 1e9;

    private final long[] buckets = new long[BUCKETS.size()];
    private long count;
    private double seconds;

    void add(long nanos) {
        double passed = nanos / NANOS;
        count++;
        seconds += passed;
        for (int i = 0; i < BUCKETS.size(); i++) {
            if (passed <= BUCKETS.get(i)) {
                buckets[i]++;
            }
        }
    }

    /** How many took no longer than a bucket's upper end. */
    public long within(int bucket) {
        return buckets[bucket];
    }

    public long count() {
        return count;
    }

    /** All of them together. */
    public double seconds() {
        return seconds;
    }
}
