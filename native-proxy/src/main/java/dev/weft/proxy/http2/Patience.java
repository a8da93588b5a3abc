package dev.weft.proxy.http2;

/**
 * How much a peer may still ask of a connection without doing any work on it. Frames that cost it nothing take from it: resets
 * of streams that have only just begun (CVE-2023-44487), settings, pings, priorities, windows that grow by little. Requests,
 * data and time give back. When nothing is left the connection ends, with {@code ENHANCE_YOUR_CALM}.
 */
final class Patience {
    private static final long REFILL_NANOS = 10_000_000;

    private final int most;
    private long left;
    private long refilledAt;

    /** @param most how many frames at a stroke; a hundred more come with each second */
    Patience(int most, long now) {
        this.most = most;
        this.left = most;
        this.refilledAt = now;
    }

    /** Whether there is still some. */
    boolean take(int cost, long now) {
        long refills = (now - refilledAt) / REFILL_NANOS;
        if (refills > 0) {
            refilledAt += refills * REFILL_NANOS;
            give(refills);
        }
        left -= cost;
        return left >= 0;
    }

    void give(long earned) {
        left = Math.min(most, left + earned);
    }
}
