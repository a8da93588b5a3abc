package dev.weft.engine.policy;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.AdmissionControl;
import java.util.List;

/** The arithmetic of admission control, and who is let in where not all can be. */
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
     * The share of the calls of one urgency to refuse, 0 to 1, so that of all calls as many are refused as must be,
     * the least urgent first ("Overload Control for Scaling WeChat Microservices", SoCC 2018, section 4.2).
     *
     * @param share of all calls that is to be refused
     * @param all calls that came lately
     * @param less those of them that were less urgent
     * @param own those of them that were as urgent
     */
    public static double rejectionOf(double share, long all, long less, long own) {
        double refused = share * all - less;
        return refused <= 0 || own == 0 ? 0 : Math.min(1, refused / own);
    }

    /**
     * Up to how many calls under way one more of this urgency is let in: each step below the usual urgency leaves a
     * tenth of the limit to the others ("Enhancing Netflix Reliability with Service-Level Prioritized Load Shedding",
     * 2024). One is always let in.
     *
     * @param urgency 0 to 7
     */
    public static int room(int limit, int urgency) {
        int left = Math.max(0, urgency - Urgency.DEFAULT);
        return left == 0 ? limit : (int) Math.max(1, (long) limit * (10 - left) / 10);
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
