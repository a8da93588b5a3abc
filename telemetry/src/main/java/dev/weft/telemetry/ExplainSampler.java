package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Witness;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.trace.ClientSpan;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of a share of the traced calls why they went where they went, or why they were refused, as it was when that was decided. The share is one
 * of traces, so that along a trace all agents explain the same ones.
 *
 * <p>It bounds its own cost: after an explanation that took some time, fifty times as long passes without one. So it
 * never takes more than a fiftieth of one CPU, however large the clusters and however great the share.
 */
public final class ExplainSampler implements Witness {
    private static final int REST = 50;
    private static final int KEPT = 256;
    private static final int JUST_NOW = 8;
    private static final int MOST_CANDIDATES = 64;
    private static final int MOST_ROUTES = 32;

    private final long below;
    private final RandomSource random;
    private final Clock clock;
    private final AtomicLong notBefore = new AtomicLong(Long.MIN_VALUE);
    private final AtomicReferenceArray<@Nullable Explained> kept = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger next = new AtomicInteger();

    private record Explained(long traceLow, long spanId, Explanation explanation) {}

    /** @param share of the sampled traces whose calls are explained, above 0 and at most 1 */
    public ExplainSampler(double share, RandomSource random, Clock clock) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " is not above 0 and at most 1");
        }
        this.below = share == 1 ? Long.MAX_VALUE : (long) (share * Long.MAX_VALUE);
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void admitted(Engine engine, Call call, long now) {
        if (now < notBefore.get()) {
            return;
        }
        ClientSpan span = asked(call);
        Route route = call.route();
        String cluster = call.cluster();
        if (span != null && route != null && cluster != null) {
            explain(
                    span,
                    now,
                    () -> Explainer.decided(
                            engine.live(), random, call.request(), now, engine.source(), route, cluster));
        }
    }

    @Override
    public void refused(Engine engine, Call call, long now) {
        ClientSpan span = asked(call);
        Refusal refusal = call.refusal();
        // What has just been admitted is among the newest; what was sent may have been under way for long.
        int looked = call.attemptCount() == 0 ? JUST_NOW : KEPT;
        if (span != null && refusal != null && !concluded(span, refusal, looked) && now >= notBefore.get()) {
            explain(
                    span,
                    now,
                    () -> Explainer.refused(
                            engine.live(),
                            random,
                            call.request(),
                            now,
                            engine.source(),
                            call.route(),
                            call.cluster(),
                            refusal));
        }
    }

    /** The span of a call that is to be explained; null for one that is not. */
    private @Nullable ClientSpan asked(Call call) {
        ClientSpan span = call.span();
        return span != null && span.sampled() && chosen(span.traceLow()) ? span : null;
    }

    private void explain(ClientSpan span, long now, Supplier<Explanation> why) {
        long due = notBefore.get();
        if (now < due || !notBefore.compareAndSet(due, Long.MAX_VALUE)) {
            return;
        }
        long begun = clock.nanos();
        try {
            int slot = (next.getAndIncrement() & Integer.MAX_VALUE) % KEPT;
            kept.set(slot, new Explained(span.traceLow(), span.spanId(), bounded(why.get())));
        } finally {
            long over = clock.nanos();
            notBefore.set(over + REST * (over - begun));
        }
    }

    /** Of a call that was explained when it was admitted the end is told too. */
    private boolean concluded(ClientSpan span, Refusal refusal, int looked) {
        int slot = find(span.traceLow(), span.spanId(), looked);
        Explained one = slot < 0 ? null : kept.get(slot);
        if (one == null) {
            return false;
        }
        Explained whole = new Explained(one.traceLow, one.spanId, one.explanation.refusedWith(refusal));
        kept.compareAndSet(slot, one, whole);
        return true;
    }

    /** Where among the newest the explanation of this span is; -1 for nowhere. */
    private int find(long traceLow, long spanId, int looked) {
        int newest = next.get() - 1;
        for (int i = 0; i < looked; i++) {
            int slot = (newest - i & Integer.MAX_VALUE) % KEPT;
            Explained one = kept.get(slot);
            if (one != null && one.spanId == spanId && one.traceLow == traceLow) {
                return slot;
            }
        }
        return -1;
    }

    /** The same bits have decided whether the trace is sampled at all, so they are mixed (multiplicative hashing). */
    private boolean chosen(long traceLow) {
        return below == Long.MAX_VALUE || (traceLow * 0x9E37_79B9_7F4A_7C15L) >>> 1 < below;
    }

    /** Without the query, which may hold secrets, and no longer than somebody reads. */
    private static Explanation bounded(Explanation all) {
        return new Explanation(
                all.host(),
                all.port(),
                all.method(),
                Texts.path(all.path()),
                all.snapshot(),
                all.domain(),
                all.virtualHost(),
                last(all.routes()),
                all.guards(),
                all.shares(),
                all.cluster(),
                all.panic(),
                List.copyOf(all.candidates()
                        .subList(0, Math.min(MOST_CANDIDATES, all.candidates().size()))),
                all.picked(),
                all.refused(),
                all.candidates().size() <= MOST_CANDIDATES
                        ? all.conclusion()
                        : all.conclusion() + " (" + MOST_CANDIDATES + " of "
                                + all.candidates().size() + " are shown)",
                all.attempts());
    }

    /** The route that matched is the last one. */
    private static List<Explanation.RouteVerdict> last(List<Explanation.RouteVerdict> routes) {
        return List.copyOf(routes.subList(Math.max(0, routes.size() - MOST_ROUTES), routes.size()));
    }

    /**
     * Of the call whose span this is, with the attempts that the span tells of, so that nothing is kept of them twice;
     * null when it was not explained, or not remembered any more.
     */
    public @Nullable Explanation of(Span span) {
        int slot = find(span.traceLow(), span.context().spanId(), KEPT);
        Explained one = slot < 0 ? null : kept.get(slot);
        return one == null ? null : one.explanation.with(span.explained());
    }
}
