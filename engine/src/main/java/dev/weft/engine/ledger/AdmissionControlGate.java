package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Shedding;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Refuses calls by the share of those that lately succeeded, the least urgent first. */
public final class AdmissionControlGate implements Gate.ByUrgency, Gate.Place {
    private static final long SECOND = 1_000_000_000L;
    private static final int ACCURACY = 10_000;

    /** How much of each urgency comes must be known no better than this; a sum looks at all of them. */
    private static final int SLICES = 4;

    private final AdmissionControl policy;
    private final RandomSource random;
    private final Window.Time window;
    /** Calls that came, refused ones included, by urgency. */
    private final Window.Time[] came = new Window.Time[Urgency.LEAST + 1];

    private final LongAdder rejected = new LongAdder();

    AdmissionControlGate(AdmissionControl policy, RandomSource random) {
        this.policy = policy;
        this.random = random;
        int seconds = (int) Math.max(1, (policy.windowNanos() + SECOND / 2) / SECOND);
        this.window = new Window.Time(seconds * SECOND, seconds);
        for (int urgency = 0; urgency < came.length; urgency++) {
            came[urgency] = new Window.Time(seconds * SECOND, SLICES);
        }
    }

    @Override
    public AdmissionControl guard() {
        return policy;
    }

    @Override
    public Verdict admit(Request request, int urgency, long now) {
        came[urgency].record(false, false, now);
        double all = share(now);
        double share = all > 0 ? shareOf(urgency, all, now) : 0;
        // What is refused here is not counted: it says nothing of who would have answered.
        if (share > 0 && random.below(ACCURACY) < share * ACCURACY) {
            rejected.increment();
            return Verdict.refused(refusal(request));
        }
        return Verdict.holding(this);
    }

    private Refusal refusal(Request request) {
        String why = "admission control of " + policy.scope();
        return Refusal.rule(request, Refusal.Details.DENIED_BY_ADMISSION_CONTROL, 503, -1, why, List.of(), "");
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        double all = share(now);
        double share = all > 0 ? shareOf(Urgency.said(request), all, now) : 0;
        return share > 0 ? Forecast.refused(refusal(request), share >= 1) : Forecast.GO;
    }

    private double shareOf(int urgency, double share, long now) {
        long sum = 0;
        long less = 0;
        long own = 0;
        for (int i = 0; i < came.length; i++) {
            long calls = came[i].sum(Window.CALL, now);
            sum += calls;
            less += i > urgency ? calls : 0;
            own += i == urgency ? calls : 0;
        }
        return Shedding.rejectionOf(share, sum, less, own);
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
        double share = share(now);
        return "admission control (" + policy.scope() + "): " + good + " of " + calls + " calls succeeded, "
                + percent(share) + " are refused" + (share > 0 ? byUrgency(share, now) : "");
    }

    /** Who is refused how often, where not all are as urgent. */
    private String byUrgency(double share, long now) {
        StringBuilder words = new StringBuilder();
        int kinds = 0;
        for (int urgency = Urgency.LEAST; urgency >= 0; urgency--) {
            if (came[urgency].sum(Window.CALL, now) > 0) {
                kinds++;
                words.append(", u=").append(urgency).append(' ').append(percent(shareOf(urgency, share, now)));
            }
        }
        return kinds < 2 ? "" : ": " + words.substring(2);
    }

    private static String percent(double share) {
        return Math.round(share * 1_000) / 10.0 + " %";
    }
}
