package dev.weft.agent.workload;

import dev.weft.engine.drive.Clock;

/**
 * The wait between "no longer send me calls" and the end of the servers. Clients learn of it within
 * moments, but nobody tells when the last one has: so the wait is over when no call has come for a
 * while and none is being served, and in any case after its limit; calls that are then still being
 * served get a limit of their own.
 */
final class Drain {
    private static final long QUIET_NANOS = 1_000_000_000L;
    private static final long SERVE_NANOS = 20_000_000_000L;
    private static final long LOOK_NANOS = 20_000_000L;

    private final Clock clock;
    private final Surroundings load;

    Drain(Clock clock, Surroundings load) {
        this.clock = clock;
        this.load = load;
    }

    /**
     * Blocks until the workload has drained. False when calls were left.
     *
     * @param limitNanos how long to wait for clients to go elsewhere
     */
    boolean await(long limitNanos) {
        long start = clock.nanos();
        long seen = load.begun();
        long quietSince = start;
        while (true) {
            long now = clock.nanos();
            long total = load.begun();
            boolean idle = load.inFlight() <= 0;
            if (total != seen || !idle) {
                seen = total;
                quietSince = now;
            }
            boolean left = now - start >= limitNanos;
            if (idle && (left || now - quietSince >= QUIET_NANOS)) {
                return true;
            }
            if (left && now - start - limitNanos >= SERVE_NANOS
                    || Thread.currentThread().isInterrupted()) {
                return idle;
            }
            clock.park(this, now + LOOK_NANOS);
        }
    }
}
