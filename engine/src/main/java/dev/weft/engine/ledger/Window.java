package dev.weft.engine.ledger;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Calls of the recent past: how many there were, how many of them failed, how many were slow. Lock-free. */
abstract sealed class Window {
    static final int CALL = 0;
    static final int FAILED = 1;
    static final int SLOW = 2;

    abstract void record(boolean failed, boolean slow, long now);

    /** @param what {@link #CALL}, {@link #FAILED} or {@link #SLOW} */
    abstract long sum(int what, long now);

    /** The newest so many calls, each in a place of a ring. */
    static final class Calls extends Window {
        private static final int THERE = 1;

        private final AtomicIntegerArray ring;
        private final AtomicLong next = new AtomicLong();
        private final AtomicLongArray sums = new AtomicLongArray(3);

        Calls(int count) {
            ring = new AtomicIntegerArray(count);
        }

        @Override
        void record(boolean failed, boolean slow, long now) {
            int index = (int) Long.remainderUnsigned(next.getAndIncrement(), ring.length());
            int call = THERE | (failed ? 1 << FAILED : 0) | (slow ? 1 << SLOW : 0);
            int before = ring.getAndSet(index, call);
            for (int what = CALL; what <= SLOW; what++) {
                int change = (call >> what & 1) - (before >> what & 1);
                if (change != 0) {
                    sums.addAndGet(what, change);
                }
            }
        }

        @Override
        long sum(int what, long now) {
            return sums.get(what);
        }
    }

    /** The calls of so much time, in slices that are forgotten whole. */
    static final class Time extends Window {
        private final long sliceNanos;
        private final AtomicReferenceArray<Slice> slices;

        Time(long nanos, int count) {
            sliceNanos = nanos / count;
            slices = new AtomicReferenceArray<>(count);
        }

        /** @param number counts slices from the clock's origin */
        private record Slice(long number, AtomicLongArray sums) {}

        @Override
        void record(boolean failed, boolean slow, long now) {
            AtomicLongArray sums = at(now).sums;
            sums.incrementAndGet(CALL);
            if (failed) {
                sums.incrementAndGet(FAILED);
            }
            if (slow) {
                sums.incrementAndGet(SLOW);
            }
        }

        private Slice at(long now) {
            long number = Math.floorDiv(now, sliceNanos);
            int index = Math.floorMod(number, slices.length());
            while (true) {
                Slice slice = slices.get(index);
                // A thread that comes late counts where the others are.
                if (slice != null && slice.number >= number) {
                    return slice;
                }
                Slice fresh = new Slice(number, new AtomicLongArray(3));
                if (slices.compareAndSet(index, slice, fresh)) {
                    return fresh;
                }
            }
        }

        /** Nanoseconds since the oldest slice began that still counts; 0 when there is none. */
        long age(long now) {
            long newest = Math.floorDiv(now, sliceNanos);
            long oldest = Long.MAX_VALUE;
            for (int i = 0; i < slices.length(); i++) {
                Slice slice = slices.get(i);
                if (slice != null && slice.number > newest - slices.length()) {
                    oldest = Math.min(oldest, slice.number);
                }
            }
            return oldest == Long.MAX_VALUE ? 0 : now - oldest * sliceNanos;
        }

        @Override
        long sum(int what, long now) {
            long newest = Math.floorDiv(now, sliceNanos);
            long sum = 0;
            for (int i = 0; i < slices.length(); i++) {
                Slice slice = slices.get(i);
                if (slice != null && slice.number > newest - slices.length()) {
                    sum += slice.sums.get(what);
                }
            }
            return sum;
        }
    }
}
