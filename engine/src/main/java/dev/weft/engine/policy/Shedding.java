package dev.weft.engine.policy;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.AdmissionControl;
import java.util.List;

/** The arithmetic of admission control. */
public final class Shedding {
    private Shedding() {}

    /**
     * The share of the calls to refuse, 0 to 1 (Envoy: {@code admission_control.proto}, after "Handling
     * Overload" of the book "Site Reliability Engineering", 2016).
     *
     * @param calls of the window that were sent
     * @param successes of those
     */
    public static double rejection(AdmissionControl policy, double calls, double successes) {
        double share = (calls - successes / policy.threshold()) / (calls + 1);
        if (share <= 0) {
            return 0;
        }
        double grown = policy.aggression() == 1 ? share : Math.pow(share, 1 / policy.aggression());
        return Math.min(grown, policy.maxRejection());
    }

    /**
     * Whether a call was a success.
     *
     * @param code HTTP status; 0 for gRPC and where no answer came
     */
    public static boolean success(AdmissionControl policy, Outcome outcome, int code) {
        if (code == 0 || outcome == Outcome.DEADLINE) {
            return !outcome.blamesEndpoint() && outcome != Outcome.OVERLOADED;
        }
        List<AdmissionControl.Statuses> ranges = policy.success();
        if (ranges.isEmpty()) {
            return code < 500;
        }
        for (int i = 0; i < ranges.size(); i++) {
            if (code >= ranges.get(i).from() && code < ranges.get(i).below()) {
                return true;
            }
        }
        return false;
    }
}
