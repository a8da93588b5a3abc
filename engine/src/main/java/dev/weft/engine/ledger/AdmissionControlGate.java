package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Shedding;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Refuses calls by the share of those that lately succeeded. */
public final class AdmissionControlGate implements Gate, Gate.Place {
    private static final long SECOND = 1_000_000_000L;
    private static final int ACCURACY = 10_000;

    private final AdmissionControl policy;
    private final RandomSource random;
    private final Window.Time window;
    private final LongAdder rejected = new LongAdder();

    AdmissionControlGate(AdmissionControl policy, RandomSource random) {
        this.policy = policy;
        this.random = random;
        int seconds = (int) Math.max(1, (policy.windowNanos() + SECOND / 2) / SECOND);
        this.window = new Window.Time(seconds * SECOND, seconds);
    }

    @Override
    public AdmissionControl guard() {
        return policy;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        double share = share(now);
        // What is refused here is not counted: it says nothing of who would have answered.
        if (share > 0 && random.below(ACCURACY) < share * ACCURACY) {
            rejected.increment();
            String why = "admission control of " + policy.scope();
            return Verdict.refused(
                    Refusal.rule(request, Refusal.Details.DENIED_BY_ADMISSION_CONTROL, 503, -1, why, List.of(), ""));
        }
        return Verdict.holding(this);
    }

    private double share(long now) {
        long calls = window.sum(Window.CALL, now);
        long seconds = Math.max(1, window.age(now) / SECOND);
        if (calls == 0 || (double) calls / seconds < policy.minRate()) {
            return 0;
        }
        return Shedding.rejection(policy, (double) calls, (double) (calls - window.sum(Window.FAILED, now)));
    }

    @Override
    public void leave(@Nullable Outcome outcome, int code, long now) {
        if (outcome != null && outcome != Outcome.CANCELLED) {
            window.record(!Shedding.success(policy, outcome, code), false, now);
        }
    }

    /** Calls that were refused. */
    public long rejected() {
        return rejected.sum();
    }

    @Override
    public String words(long now) {
        long calls = window.sum(Window.CALL, now);
        long good = calls - window.sum(Window.FAILED, now);
        return "admission control (" + policy.scope() + "): " + good + " of " + calls + " calls succeeded, "
                + Math.round(share(now) * 1_000) / 10.0 + " % are refused";
    }
}
