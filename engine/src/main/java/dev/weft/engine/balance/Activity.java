package dev.weft.engine.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What every call of a candidate changes, in one place in memory. The calls in flight and those that went well stand in
 * one word, because the end of a good call changes both. Lock-free, and not striped: all threads write the word anyway,
 * and what stands beside it is at hand for whoever has just written it.
 */
public final class Activity {
    /** More than a million in flight would count as calls that went well, for as long as they are. */
    private static final int BITS = 20;

    private static final long WELL = 1L << BITS;
    private static final VarHandle WORD;
    private static final VarHandle NANOS;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Activity.class, "word", long.class);
            NANOS = MethodHandles.lookup().findVarHandle(Activity.class, "nanos", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @SuppressWarnings("unused") // by its handle
    private volatile long word;

    @SuppressWarnings("unused") // by its handle
    private volatile long nanos;

    /** Whether failures in a row are counted: what a call that goes well has to look at. */
    private volatile boolean failing;

    /** Whether no connection came about when one was last tried: what an attempt has to look at. */
    private volatile boolean unreached;

    public int inFlight() {
        return (int) (word & WELL - 1);
    }

    /** Since the candidate is known. */
    public long successes() {
        return word >>> BITS;
    }

    /** How long all calls took that are over, in nanoseconds. */
    public long nanos() {
        return nanos;
    }

    public boolean failing() {
        return failing;
    }

    public void failing(boolean now) {
        failing = now;
    }

    public boolean unreached() {
        return unreached;
    }

    public void unreached(boolean now) {
        unreached = now;
    }

    public void begin() {
        WORD.getAndAdd(this, 1L);
    }

    /** One is over, and has gone well. */
    public void succeed(long tookNanos) {
        NANOS.getAndAdd(this, tookNanos);
        WORD.getAndAdd(this, WELL - 1);
    }

    /** One is over, of which something else is said. */
    public void end(long tookNanos) {
        NANOS.getAndAdd(this, tookNanos);
        WORD.getAndAdd(this, -1L);
    }

    /** One has gone well, and is not over yet or has been for a while. */
    public void well() {
        WORD.getAndAdd(this, WELL);
    }
}
