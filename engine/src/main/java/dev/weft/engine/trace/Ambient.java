package dev.weft.engine.trace;

import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the current thread works for: a trace, a deadline, and what else is handed down. One instance for each agent. */
public final class Ambient {
    private static final int CONTEXT = 0;
    private static final int SCRATCH = 1;
    private static final int PASSED_ON = 2;
    private static final int DEADLINE = 0;
    private static final int HANDED = 1;

    /**
     * What each thread has of a trace, room to write header values in, and what it passes on. An array of the JDK's own,
     * because it stays in the application's threads when the agent has gone: an object of ours would keep all our
     * classes with it.
     */
    private final ThreadLocal<@Nullable Object[]> place = ThreadLocal.withInitial(() ->
            new @Nullable Object[] {null, new byte[TraceContext.LENGTH], new long[] {Long.MAX_VALUE, Handed.NOTHING}});

    private final BooleanSupplier otherTracer;
    private final Propagation propagation;
    private final long sampledBelow;

    /** Whether any work ever had something to pass on: before nobody looks for it on the path of calls. */
    private volatile boolean passesOn;

    /**
     * @param otherTracer whether somebody else traces this application: then we create no span and
     *     inject no header. Asked on the path of calls.
     */
    public Ambient(BooleanSupplier otherTracer) {
        this(otherTracer, Propagation.W3C, 1);
    }

    /**
     * @param otherTracer as above
     * @param propagation in which headers traces travel
     * @param ratio how many of the traces that begin here are sampled, 0 to 1; a caller's decision is always followed
     */
    public Ambient(BooleanSupplier otherTracer, Propagation propagation, double ratio) {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("ratio: " + ratio + " is not between 0 and 1");
        }
        this.otherTracer = otherTracer;
        this.propagation = propagation;
        this.sampledBelow = ratio == 1 ? Long.MAX_VALUE : (long) (ratio * Long.MAX_VALUE);
    }

    public Propagation propagation() {
        return propagation;
    }

    /**
     * Whether a trace that begins here is sampled, as OpenTelemetry's {@code TraceIdRatioBased} decides it.
     *
     * @param traceLow lower half of its id
     */
    public boolean samples(long traceLow) {
        return sampledBelow == Long.MAX_VALUE || (traceLow & Long.MAX_VALUE) < sampledBelow;
    }

    /** Whether calls get spans and headers of ours. */
    public boolean tracing() {
        return !otherTracer.getAsBoolean();
    }

    public @Nullable TraceContext current() {
        return contextOf(place.get());
    }

    /** Makes a place current; null for none. */
    public void set(@Nullable TraceContext context) {
        place.get()[CONTEXT] = context;
    }

    /** When the work of this thread must be over, on the clock of the calls; {@link Long#MAX_VALUE} for never. */
    public long deadline() {
        return passesOn ? passedOn(place.get())[DEADLINE] : Long.MAX_VALUE;
    }

    /** Sets it for the calls that this thread makes from now on. */
    public void deadline(long at) {
        if (at != Long.MAX_VALUE) {
            passesOn = true;
        }
        if (passesOn) {
            passedOn(place.get())[DEADLINE] = at;
        }
    }

    /** What the work of this thread hands down to its calls, as {@link Handed} has it. */
    public short handed() {
        return passesOn ? (short) passedOn(place.get())[HANDED] : Handed.NOTHING;
    }

    /** Sets it for the calls that this thread makes from now on. */
    public void handed(short what) {
        if (what != Handed.NOTHING) {
            passesOn = true;
        }
        if (passesOn) {
            passedOn(place.get())[HANDED] = what;
        }
    }

    private static long[] passedOn(@Nullable Object[] place) {
        return (long[]) Objects.requireNonNull(place[PASSED_ON]);
    }

    /** What this thread has, for {@link #contextOf} and {@link #scratchOf}. */
    @Nullable
    Object[] place() {
        return place.get();
    }

    static @Nullable TraceContext contextOf(@Nullable Object[] place) {
        return (TraceContext) place[CONTEXT];
    }

    static byte[] scratchOf(@Nullable Object[] place) {
        return (byte[]) Objects.requireNonNull(place[SCRATCH]);
    }
}
