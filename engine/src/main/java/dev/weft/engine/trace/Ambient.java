package dev.weft.engine.trace;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The trace that the current thread works for. One instance for each agent. */
public final class Ambient {
    private final ThreadLocal<TraceContext> current = new ThreadLocal<>();
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
        return current.get();
    }

    /** Makes a place current; null for none. */
    public void set(@Nullable TraceContext context) {
        if (context == null) {
            current.remove();
        } else {
            current.set(context);
        }
    }
}
