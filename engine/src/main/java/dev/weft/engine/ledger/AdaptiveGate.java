package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Gradient;
import dev.weft.engine.policy.Shedding;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.AdaptiveConcurrency.MinRtt;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The gradient controller of Envoy, without its timers: the calls that come and go notice that a time is over.
 *
 * <p>From time to time it <em>measures</em>: it lets few calls through and takes their latency for the one
 * without load. Else it compares, once in each interval, what calls take with that, and moves the limit. A limit
 * that stays at its smallest five times says that the measurement is out of date. The one thread that gets to
 * {@code turning} changes the rest; the others go by what they see.
 */
public final class AdaptiveGate implements Gate.ByUrgency {
    private static final int SUSPICIOUS = 5;

    private final AdaptiveConcurrency policy;
    private final MinRtt.@Nullable Measured measured;
    private final RandomSource random;
    private final AtomicInteger calls = new AtomicInteger();
    private final LongAdder blocked = new LongAdder();
    private final AtomicBoolean turning = new AtomicBoolean();

    private volatile Latencies samples = new Latencies();
    private volatile int limit;
    private volatile long minRtt;
    /** The limit to go back to while the latency without load is measured; 0 while it is not. */
    private volatile int deferred;
    /** Calls from before say nothing of the latency without load. */
    private volatile long measuringSince = Long.MIN_VALUE;
    /** When somebody has to look again; {@link Long#MIN_VALUE} before the first call. */
    private volatile long turnAt = Long.MIN_VALUE;

    private long updateAt = Long.MIN_VALUE;
    private long measureAt = Long.MAX_VALUE;
    private int smallest;

    AdaptiveGate(AdaptiveConcurrency policy, RandomSource random) {
        this.policy = policy;
        this.random = random;
        this.limit = policy.minLimit();
        this.measured = policy.minRtt() instanceof MinRtt.Measured some ? some : null;
        if (policy.minRtt() instanceof MinRtt.Fixed fixed) {
            this.minRtt = fixed.nanos();
        } else {
            this.deferred = limit;
        }
    }

    @Override
    public AdaptiveConcurrency guard() {
        return policy;
    }

    @Override
    public Verdict admit(Request request, int urgency, long now) {
        if (now >= turnAt) {
            turn(now);
        }
        for (int inside = calls.get(); inside < Shedding.room(limit, urgency); inside = calls.get()) {
            if (calls.compareAndSet(inside, inside + 1)) {
                return Verdict.holding(new Inside(now));
            }
        }
        blocked.increment();
        return Verdict.refused(refusal(request));
    }

    private Refusal refusal(Request request) {
        return Refusal.rule(
                request,
                Refusal.Details.REACHED_CONCURRENCY_LIMIT,
                policy.status(),
                -1,
                "adaptive concurrency of " + policy.scope() + ", now " + limit,
                List.of(),
                "reached concurrency limit");
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        boolean full = calls.get() >= Shedding.room(limit, Urgency.said(request));
        return full ? Forecast.refused(refusal(request)) : Forecast.GO;
    }

    /** One call that was let in. */
    private final class Inside implements Place {
        private final long since;

        Inside(long since) {
            this.since = since;
        }

        @Override
        public void leave(@Nullable Outcome outcome, int code, long now) {
            calls.decrementAndGet();
            boolean learned = outcome != null && outcome != Outcome.CANCELLED;
            if (learned && since >= measuringSince) {
                int count = samples.add(now - since);
                if (deferred > 0 && measured != null && count >= measured.calls()) {
                    measured(measured, now);
                }
            }
            if (now >= turnAt) {
                turn(now);
            }
        }
    }

    private void turn(long now) {
        if (!turning.compareAndSet(false, true)) {
            return;
        }
        try {
            if (deferred == 0 && now >= measureAt) {
                measure(now);
            } else if (deferred == 0 && updateAt != Long.MIN_VALUE && now >= updateAt) {
                update(now);
            }
            updateAt = now >= updateAt ? Gate.after(now, policy.updateNanos()) : updateAt;
            turnAt = deferred > 0 ? Long.MAX_VALUE : Math.min(updateAt, measureAt);
        } finally {
            turning.set(false);
        }
    }

    private void measure(long now) {
        deferred = limit;
        move(policy.minLimit(), now);
        measureAt = Long.MAX_VALUE;
        samples = new Latencies();
        measuringSince = now;
    }

    private void measured(MinRtt.Measured how, long now) {
        if (!turning.compareAndSet(false, true)) {
            return; // the next call that ends does it
        }
        try {
            int before = deferred;
            if (before > 0) {
                minRtt = samples.percentile(policy.percentile());
                samples = new Latencies();
                move(before, now);
                deferred = 0;
                long jitter = (long) (how.intervalNanos() * how.jitter());
                long later = jitter == 0 ? 0 : Long.remainderUnsigned(random.bits(), jitter);
                measureAt = Gate.after(Gate.after(now, how.intervalNanos()), later);
                updateAt = Gate.after(now, policy.updateNanos());
                turnAt = Math.min(updateAt, measureAt);
            }
        } finally {
            turning.set(false);
        }
    }

    private void update(long now) {
        Latencies seen = samples;
        if (!seen.isEmpty()) {
            samples = new Latencies();
            move(Gradient.limit(policy, limit, minRtt, Math.max(1, seen.percentile(policy.percentile()))), now);
        }
    }

    private void move(int to, long now) {
        int from = limit;
        limit = to;
        smallest = deferred == 0 && from == policy.minLimit() && to == from ? smallest + 1 : 0;
        if (smallest >= SUSPICIOUS && measured != null) {
            measureAt = now;
        }
    }

    /** Calls that may be under way. */
    public int limit() {
        return limit;
    }

    /** The latency without load, in nanoseconds; 0 while it is not known. */
    public long minRtt() {
        return minRtt;
    }

    /** Calls that were refused. */
    public long blocked() {
        return blocked.sum();
    }

    @Override
    public String words(long now) {
        return "adaptive concurrency (" + policy.scope() + "): " + calls.get() + " of at most " + limit
                + " calls are under way; "
                + (deferred > 0
                        ? "the latency without load is being measured"
                        : "without load a call takes " + minRtt / 1_000 + " us");
    }
}
