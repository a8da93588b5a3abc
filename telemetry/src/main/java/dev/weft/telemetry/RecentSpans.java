package dev.weft.telemetry;

import dev.weft.engine.trace.TraceContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest spans of this process, bounded in number (and so in bytes, since every text in them is
 * clipped); the oldest make room.
 *
 * <p>A ring without locks: {@code head} counts spans ever added and chooses the slot. Under a race of
 * writers that are a whole ring apart, an older span may stay in place of a newer one.
 */
public final class RecentSpans implements Consumer<Finished> {
    private final AtomicReferenceArray<@Nullable Finished> slots;
    private final AtomicLong head = new AtomicLong();

    /**
     * @param maxCount rounded up to a power of two
     */
    public RecentSpans(int maxCount) {
        this.slots = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(1, maxCount * 2 - 1)));
    }

    @Override
    public void accept(Finished call) {
        slots.setRelease((int) (head.getAndIncrement() & slots.length() - 1), call);
    }

    /** Spans of a trace, in the order they began. */
    public List<Span> trace(long traceHigh, long traceLow) {
        List<Span> found = new ArrayList<>();
        for (int i = 0; i < slots.length(); i++) {
            Finished call = slots.get(i);
            if (call != null && call.traceHigh() == traceHigh && call.traceLow() == traceLow) {
                found.add(call.span());
            }
        }
        found.sort(Comparator.comparingLong(Span::start));
        return found;
    }

    /**
     * Spans of a trace.
     *
     * @param traceId 32 hexadecimal digits; anything else finds nothing
     */
    public List<Span> trace(String traceId) {
        TraceContext place = TraceContext.parse("00-" + traceId + "-0000000000000001-01", null);
        return place == null ? List.of() : trace(place.traceHigh(), place.traceLow());
    }

    /** All spans held, in the order they began. */
    public List<Span> all() {
        List<Span> found = new ArrayList<>();
        for (int i = 0; i < slots.length(); i++) {
            Finished call = slots.get(i);
            if (call != null) {
                found.add(call.span());
            }
        }
        found.sort(Comparator.comparingLong(Span::start));
        return found;
    }

    /** Spans ever added. */
    public long added() {
        return head.get();
    }

    /**
     * Writes spans as {@code {"traceId": ..., "spans": [...]}}.
     *
     * @param explained who may know why a call went where it went; null for nobody
     */
    public static void write(String traceId, List<Span> spans, @Nullable ExplainSampler explained, Json json) {
        json.beginObject().field("traceId", traceId).name("spans").beginArray();
        for (Span span : spans) {
            span.write(explained == null ? null : explained.of(span), json);
        }
        json.endArray().endObject();
    }
}
