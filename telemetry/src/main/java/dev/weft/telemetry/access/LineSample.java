package dev.weft.telemetry.access;

import java.util.concurrent.ThreadLocalRandom;

/** A share of the calls: of each trace all or none, in every process that is told the same share. */
final class LineSample {
    private final double share;
    private final long below;

    /** @param share 0 to 1 */
    LineSample(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " is not from 0 to 1");
        }
        this.share = share;
        this.below = (long) (share * Long.MAX_VALUE);
    }

    /** Whether it is less than all. */
    boolean some() {
        return share < 1;
    }

    /**
     * Whether it takes the calls of a trace. The same bits have decided whether the trace is sampled at all, so they are
     * mixed (by the last step of MurmurHash3).
     */
    boolean takes(long traceLow) {
        long bits = traceLow;
        bits = (bits ^ bits >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        bits = (bits ^ bits >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
        return ((bits ^ bits >>> 33) >>> 1) < below;
    }

    /** Whether it takes a call that is part of no trace. */
    boolean takesOne() {
        return ThreadLocalRandom.current().nextDouble() < share;
    }
}
