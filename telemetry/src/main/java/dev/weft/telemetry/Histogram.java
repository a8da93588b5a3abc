package dev.weft.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** Durations counted in fixed buckets (Envoy's default limits, in milliseconds). */
final class Histogram {
    private static final double[] LIMITS_MS = {
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

    /** Writes bucket, sum and count lines of a histogram family, in milliseconds. */
    void write(Exposition out, String name, String help) {
        out.family(name, Exposition.Type.HISTOGRAM, help);
        long count = 0;
        for (int i = 0; i < buckets.length; i++) {
            count += buckets[i].sum();
            out.sample("_bucket", count, "le", i < LIMITS_MS.length ? Exposition.number(LIMITS_MS[i]) : "+Inf");
        }
        out.sample("_sum", sumNanos.sum() / 1e6);
        out.sample("_count", count);
    }
}
