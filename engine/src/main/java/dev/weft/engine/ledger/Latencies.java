package dev.weft.engine.ledger;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Latencies of some calls, for percentiles. Kept as counts of classes that are 1/32 of their value wide, so a
 * percentile is wrong by 3 % at most. Lock-free.
 */
final class Latencies {
    private static final int BITS = 5;
    private static final int PARTS = 1 << BITS;

    private final AtomicIntegerArray counts = new AtomicIntegerArray((64 - BITS) * PARTS);
    private final AtomicInteger count = new AtomicInteger();

    /** How many there are with this one. */
    int add(long nanos) {
        counts.incrementAndGet(index(Math.max(0, nanos)));
        return count.incrementAndGet();
    }

    boolean isEmpty() {
        return count.get() == 0;
    }

    /** @param share 0 for the smallest, 1 for the largest */
    long percentile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * count.get()));
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                return value(i);
            }
        }
        return value(counts.length() - 1);
    }

    private static int index(long nanos) {
        if (nanos < PARTS) {
            return (int) nanos;
        }
        int shift = 63 - Long.numberOfLeadingZeros(nanos) - BITS;
        return (shift + 1) * PARTS + (int) (nanos >> shift & PARTS - 1);
    }

    /** The smallest of a class. */
    private static long value(int index) {
        if (index < PARTS) {
            return index;
        }
        int shift = index / PARTS - 1;
        return (long) (PARTS + index % PARTS) << shift;
    }
}
