package dev.weft.engine.trace;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Request;
import org.jspecify.annotations.Nullable;

/** The client span of one call: one, whatever the number of attempts. */
public final class ClientSpan {
    private final long traceHigh;
    private final long traceLow;
    private final long spanId;
    private final @Nullable TraceContext parent;
    private final String traceparent;

    private ClientSpan(long traceHigh, long traceLow, long spanId, @Nullable TraceContext parent) {
        this.traceHigh = traceHigh;
        this.traceLow = traceLow;
        this.spanId = spanId;
        this.parent = parent;
        this.traceparent = TraceContext.traceparent(traceHigh, traceLow, spanId, sampled());
    }

    /** A child of the current place, or the root of a new trace; null when somebody else traces. */
    public static @Nullable ClientSpan begin(Ambient ambient, RandomSource random, Request request) {
        if (!ambient.tracing() || traced(request)) {
            return null;
        }
        TraceContext parent = ambient.current();
        long spanId = random.bits() | 1;
        return parent == null
                ? new ClientSpan(random.bits(), random.bits() | 1, spanId, null)
                : new ClientSpan(parent.traceHigh(), parent.traceLow(), spanId, parent);
    }

    private static boolean traced(Request request) {
        return request.header("traceparent") != null
                || request.header("b3") != null
                || request.header("x-b3-traceid") != null
                || request.header("sw8") != null;
    }

    /** Puts the span's place into a request. */
    public void inject(HeaderWriter writer) {
        writer.set("traceparent", traceparent);
        if (parent != null && !parent.state().isEmpty()) {
            writer.set("tracestate", parent.state());
        }
    }

    public boolean sampled() {
        return parent == null || parent.sampled();
    }

    /** Its place in the trace. */
    public TraceContext context() {
        return new TraceContext(traceHigh, traceLow, spanId, sampled(), parent == null ? "" : parent.state());
    }

    /** The span it is a child of; 0 for none. */
    public long parentSpanId() {
        return parent == null ? 0 : parent.spanId();
    }
}
