package dev.weft.telemetry;

import dev.weft.engine.drive.Clock;
import java.util.function.LongSupplier;

/**
 * Turns times of the monotonic clock into nanoseconds since 1970.
 *
 * <p>The two clocks drift apart when the machine's time is corrected, so the difference is taken anew
 * once a second. A span's length is always measured on the monotonic clock alone.
 */
public final class Epoch {
    private static final long STALE_NANOS = 1_000_000_000L;

    private final Clock clock;
    private final LongSupplier wallNanos;
    private volatile Anchor anchor;

    private record Anchor(long taken, long offset) {}

    /**
     * @param wallNanos nanoseconds since 1970
     */
    public Epoch(Clock clock, LongSupplier wallNanos) {
        this.clock = clock;
        this.wallNanos = wallNanos;
        this.anchor = take();
    }

    /** The production epoch: the system's clocks. */
    public static Epoch system(Clock clock) {
        return new Epoch(clock, () -> System.currentTimeMillis() * 1_000_000L);
    }

    /** Nanoseconds since 1970 at this time of the monotonic clock. */
    public long at(long nanos) {
        Anchor known = anchor;
        if (nanos - known.taken > STALE_NANOS) {
            known = take();
            anchor = known;
        }
        return nanos + known.offset;
    }

    private Anchor take() {
        long now = clock.nanos();
        return new Anchor(now, wallNanos.getAsLong() - now);
    }
}
