package dev.weft.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** Durations counted in fixed buckets (Envoy's default limits, in milliseconds). To count allocates nothing. */
final class Histogram {
    static final double[] LIMITS_MS = {
        0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
        3_600_000
    };

    private static final long[] LIMITS_NANOS = new long[LIMITS_MS.length];

    static {
        for (int i = 0; i < LIMITS_MS.length; i++) {
            LIMITS_NANOS[i] = (long) (LIMITS_MS[i] * 1e6);
        }
    }

    private final LongAdder[] buckets = new LongAdder[LIMITS_MS.length + 1];
    private final LongAdder sumNanos = new LongAdder();

    Histogram() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void record(long nanos) {
        int i = 0;
        while (i < LIMITS_NANOS.length && nanos > LIMITS_NANOS[i]) {
            i++;
        }
        buckets[i].increment();
        sumNanos.add(nanos);
    }

    /** How many there were. */
    long count() {
        Sums sums = new Sums();
        sums.add(this);
        return sums.count();
    }

    /** Writes one sample of a family that has begun. */
    void write(MetricWriter out, String... labels) {
        Sums sums = new Sums();
        sums.add(this);
        sums.write(out, labels);
    }

    /** What several of them counted together. */
    static final class Sums {
        private final long[] counts = new long[LIMITS_MS.length + 1];
        private long nanos;

        void add(Histogram more) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += more.buckets[i].sum();
            }
            nanos += more.sumNanos.sum();
        }

        long count() {
            long count = 0;
            for (long one : counts) {
                count += one;
            }
            return count;
        }

        void write(MetricWriter out, String... labels) {
            out.histogram(LIMITS_MS, counts.clone(), nanos / 1e6, labels);
        }
    }
}
