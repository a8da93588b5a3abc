package dev.weft.client.ads;

/**
 * Which of several control planes is talked to (gRFC A71): the next one when one fails and something
 * that is needed is not here; the first again as soon as it can be reached.
 */
final class Preference {
    private static final long SECOND = 1_000_000_000L;
    private static final long PROBE_EVERY = 30 * SECOND;
    private static final long PROBE_LIMIT = 20 * SECOND;

    private int count = 1;
    private int current;
    /** All have been tried in vain since a stream was open. */
    private boolean exhausted;

    private long probeAt = Long.MAX_VALUE;

    int current() {
        return current;
    }

    /** How many there are; known once they have been looked up. */
    void count(int servers) {
        count = Math.max(1, servers);
        current = Math.min(current, count - 1);
    }

    /** The current one failed; whether another one is to be tried at once. */
    boolean next(boolean lacking) {
        probeAt = Long.MAX_VALUE;
        boolean more = lacking && current + 1 < count;
        exhausted |= lacking && !more;
        current = more ? current + 1 : 0;
        return more;
    }

    /** Whether there is one that was not tried yet. */
    boolean untried() {
        return !exhausted && current + 1 < count;
    }

    /** The stream to the current one is open. */
    void opened(long now) {
        exhausted = false;
        probeAt = current == 0 ? Long.MAX_VALUE : now + PROBE_EVERY;
    }

    /** Whether it is time to look for the first one. The next time comes even if nobody ever answers. */
    boolean probe(long now) {
        if (now < probeAt) {
            return false;
        }
        probeAt = now + PROBE_EVERY + PROBE_LIMIT;
        return true;
    }

    void absent(long now) {
        probeAt = now + PROBE_EVERY;
    }

    void back() {
        current = 0;
        probeAt = Long.MAX_VALUE;
    }

    long wakeAt() {
        return probeAt;
    }
}
