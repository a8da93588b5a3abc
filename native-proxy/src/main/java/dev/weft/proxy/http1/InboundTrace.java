package dev.weft.proxy.http1;

import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/** How the application behind an inbound listener learns its place in the trace. */
public final class InboundTrace {
    private final Ambient ambient;

    /** @param ambient of whoever serves the requests: its current place is theirs */
    public InboundTrace(Ambient ambient) {
        this.ambient = ambient;
    }

    @Nullable
    TraceContext current() {
        return ambient.current();
    }

    void tell(TraceContext place, HeadEdits edits) {
        ambient.propagation().hand(place, edits);
    }
}
