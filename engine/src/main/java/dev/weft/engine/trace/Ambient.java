package dev.weft.engine.trace;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The trace that the current thread works for. One instance for each agent. */
public final class Ambient {
    private final ThreadLocal<Place> place = ThreadLocal.withInitial(Place::new);
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
        return place.get().context;
    }

    /** Makes a place current; null for none. */
    public void set(@Nullable TraceContext context) {
        place.get().context = context;
    }

    Place place() {
        return place.get();
    }

    /** What a thread has of a trace. */
    static final class Place {
        @Nullable
        TraceContext context;
        /** Room to write header values in. */
        final byte[] scratch = new byte[TraceContext.LENGTH];
    }
}
