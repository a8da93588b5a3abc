package dev.weft.engine.trace;

import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The trace that the current thread works for. One instance for each agent. */
public final class Ambient {
    private static final int CONTEXT = 0;
    private static final int SCRATCH = 1;

    /**
     * What each thread has of a trace, and room to write header values in. An array of the JDK's own, because it stays
     * in the application's threads when the agent has gone: an object of ours would keep all our classes with it.
     */
    private final ThreadLocal<@Nullable Object[]> place =
            ThreadLocal.withInitial(() -> new @Nullable Object[] {null, new byte[TraceContext.LENGTH]});

    private final BooleanSupplier otherTracer;

    /**
     * @param otherTracer whether somebody else traces this application: then we create no span and
     *     inject no header. Asked on the path of calls.
     */
    public Ambient(BooleanSupplier otherTracer) {
        this.otherTracer = otherTracer;
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
