package dev.weft.engine.trace;

/**
 * What a request that is being served hands down to the calls that are made for it, in the bits of a number, because
 * every attempt keeps it: how often it was tried before, and how urgent it is.
 */
public final class Handed {
    /** Nothing: it was not tried before, and says nothing of its urgency. */
    public static final short NOTHING = 0;

    private static final int BITS = 4;

    private Handed() {}

    /**
     * @param previousAttempts 0 to 127
     * @param urgency 0 to 7; negative for none
     */
    public static short of(int previousAttempts, int urgency) {
        return (short) (previousAttempts << BITS | Math.max(0, urgency + 1));
    }

    /** Attempts at the same work before the request, at all hops; 0 to 127. */
    public static int previousAttempts(short handed) {
        return handed >> BITS;
    }

    /** 0 to 7; negative for none. */
    public static int urgency(short handed) {
        return (handed & (1 << BITS) - 1) - 1;
    }
}
