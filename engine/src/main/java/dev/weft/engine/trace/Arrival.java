package dev.weft.engine.trace;

import org.jspecify.annotations.Nullable;

/**
 * What a request that arrives tells of its trace.
 *
 * @param caller the caller's place; null for none
 * @param sampled what the caller has decided without naming a place (B3); null for nothing
 * @param baggage W3C baggage as it came; empty for none
 */
public record Arrival(
        @Nullable TraceContext caller, @Nullable Boolean sampled, String baggage) {
    static final Arrival NONE = new Arrival(null, null, "");

    /**
     * The server's place: a child of the caller's, or the root of a new trace.
     *
     * @param high upper half of a new trace's id
     * @param low its lower half, not 0
     * @param spanId not 0
     */
    public TraceContext served(long high, long low, long spanId, Ambient ambient) {
        TraceContext from = caller;
        if (from != null) {
            return new TraceContext(from.traceHigh(), from.traceLow(), spanId, from.sampled(), from.state(), baggage);
        }
        Boolean decided = sampled;
        return new TraceContext(high, low, spanId, decided == null ? ambient.samples(low) : decided, "", baggage);
    }
}
