package dev.weft.engine.trace;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Request;
import org.jspecify.annotations.Nullable;

/**
 * The client span of one call: one, whatever the number of attempts. Its numbers are kept as the text
 * that is sent, because every traced call holds one.
 */
public final class ClientSpan {
    private final @Nullable TraceContext parent;
    private final String traceparent;
    private final Propagation propagation;

    private ClientSpan(@Nullable TraceContext parent, String traceparent, Propagation propagation) {
        this.parent = parent;
        this.traceparent = traceparent;
        this.propagation = propagation;
    }

    /** A child of the current place, or the root of a new trace; null when somebody else traces. */
    public static @Nullable ClientSpan begin(Ambient ambient, RandomSource random, Request request) {
        if (!ambient.tracing() || traced(request)) {
            return null;
        }
        @Nullable Object[] here = ambient.place();
        TraceContext parent = Ambient.contextOf(here);
        long high = parent == null ? random.bits() : parent.traceHigh();
        long low = parent == null ? random.bits() | 1 : parent.traceLow();
        boolean sampled = parent == null ? ambient.samples(low) : parent.sampled();
        return new ClientSpan(
                parent,
                TraceContext.traceparent(Ambient.scratchOf(here), high, low, random.bits() | 1, sampled),
                ambient.propagation());
    }

    /**
     * The span that another tracer, or the application, has begun for a call and put into its request; null for none
     * that can be read. Who its parent is stands nowhere.
     */
    public static @Nullable ClientSpan ofAnother(Request request) {
        TraceContext place = TraceContext.parse(request.sentHeader("traceparent"), null);
        if (place == null) {
            place = B3.read(request::sentHeader).caller();
        }
        return place == null ? null : new ClientSpan(null, place.traceparent(), Propagation.W3C);
    }

    private static boolean traced(Request request) {
        return request.header("traceparent") != null
                || request.header("b3") != null
                || request.header("x-b3-traceid") != null
                || request.header("sw8") != null;
    }

    /** Puts the span's place into a request, unless a tracer within the library has put its own there. */
    public void inject(Request request, HeaderWriter writer) {
        propagation.inject(traceparent, parent, request, writer);
    }

    public boolean sampled() {
        return TraceContext.sampled(traceparent);
    }

    /** 32 hexadecimal digits. */
    public String traceId() {
        return traceparent.substring(TraceContext.TRACE_HIGH, TraceContext.TRACE_HIGH + 32);
    }

    public long traceHigh() {
        return parent == null ? TraceContext.number(traceparent, TraceContext.TRACE_HIGH) : parent.traceHigh();
    }

    public long traceLow() {
        return parent == null ? TraceContext.number(traceparent, TraceContext.TRACE_LOW) : parent.traceLow();
    }

    public long spanId() {
        return TraceContext.number(traceparent, TraceContext.SPAN);
    }

    /** The span it is a child of; 0 for none. */
    public long parentSpanId() {
        return parent == null ? 0 : parent.spanId();
    }
}
