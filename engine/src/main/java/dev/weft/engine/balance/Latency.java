package dev.weft.engine.balance;

import dev.weft.engine.snapshot.Balancer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A peak-sensitive moving average of latency (Finagle's PeakEwma): it rises to a new peak at once and
 * falls with time, whether or not anything is measured.
 *
 * <p>Both of its numbers stand in one word, so that threads need no lock: above, the time of the last
 * measurement in milliseconds, modulo 2^32; below, the average in nanoseconds as a float.
 */
public final class Latency {
    private static final long MILLI = 1_000_000L;

    /** Nothing was measured: a float that no measurement gives. */
    private static final int UNKNOWN = Float.floatToRawIntBits(-1);

    private final AtomicLong state = new AtomicLong(UNKNOWN & 0xFFFF_FFFFL);

    /** An attempt took so long. */
    public void observe(Balancer.PeakEwma config, long tookNanos, long now) {
        while (true) {
            long before = state.get();
            float took = Math.max(1, tookNanos);
            float average = Float.intBitsToFloat((int) before);
            float after = took;
            if (average > took) {
                double kept = kept(config, before, now);
                after = (float) (average * kept + took * (1 - kept));
            }
            long word = now / MILLI << 32 | Float.floatToRawIntBits(after) & 0xFFFF_FFFFL;
            if (state.compareAndSet(before, word)) {
                return;
            }
        }
    }

    /** The average now, in nanoseconds. */
    public double nanos(Balancer.PeakEwma config, long now) {
        long word = state.get();
        float average = Float.intBitsToFloat((int) word);
        return average < 0 ? config.defaultRttNanos() : Math.max(1, average * kept(config, word, now));
    }

    private static double kept(Balancer.PeakEwma config, long word, long now) {
        int millis = (int) (now / MILLI) - (int) (word >>> 32);
        return Math.exp(-(double) Math.max(millis, 0) * MILLI / config.decayNanos());
    }
}
