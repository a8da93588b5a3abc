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
 * The newest spans of this process, bounded in number and bytes; the oldest make room.
 *
 * <p>A ring without locks: {@code head} counts spans ever added and chooses the slot; {@code tail}
 * counts spans that were driven out because the bytes ran over. Whoever takes a span out of a slot
 * (by overwriting or by emptying it) subtracts its bytes, so the sum stays exact in any interleaving;
 * only which of two spans is older may be decided wrongly when the ring wraps under a race.
 */
public final class RecentSpans implements Consumer<Span> {
    private final AtomicReferenceArray<Span> slots;
    private final long maxBytes;
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param maxCount rounded up to a power of two
     */
    public RecentSpans(int maxCount, long maxBytes) {
        this.slots = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(1, maxCount * 2 - 1)));
        this.maxBytes = maxBytes;
    }

    @Override
    public void accept(Span span) {
        int weight = span.weight();
        if (weight > maxBytes) {
            return;
        }
        bytes.addAndGet(weight);
        put(head.getAndIncrement(), span);
        while (bytes.get() > maxBytes && dropOldest()) {
            // Each turn drops at most one; several threads may share the work.
        }
    }

    private void put(long position, @Nullable Span span) {
        Span old = slots.getAndSet((int) (position & slots.length() - 1), span);
        if (old != null) {
            bytes.addAndGet(-old.weight());
        }
    }

    private boolean dropOldest() {
        long end = head.get();
        long at = Math.max(tail.get(), end - slots.length());
        if (at >= end) {
            return false;
        }
        long next = at + 1;
        tail.accumulateAndGet(next, Math::max);
        put(at, null);
        return true;
    }

    /** Spans of a trace, in the order they began. */
    public List<Span> trace(long traceHigh, long traceLow) {
        List<Span> found = new ArrayList<>();
        for (int i = 0; i < slots.length(); i++) {
            Span span = slots.get(i);
            if (span != null
                    && span.context().traceHigh() == traceHigh
                    && span.context().traceLow() == traceLow) {
                found.add(span);
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
            Span span = slots.get(i);
            if (span != null) {
                found.add(span);
            }
        }
        found.sort(Comparator.comparingLong(Span::start));
        return found;
    }

    /** Spans ever added. */
    public long added() {
        return head.get();
    }

    /** Bytes held, by {@link Span}'s own estimate. */
    public long bytes() {
        return bytes.get();
    }

    /** Writes spans as {@code {"traceId": ..., "spans": [...]}}. */
    public static void write(String traceId, List<Span> spans, Json json) {
        json.beginObject().field("traceId", traceId).name("spans").beginArray();
        for (Span span : spans) {
            span.write(json);
        }
        json.endArray().endObject();
    }
}
