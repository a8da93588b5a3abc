package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.AdmissionControl.Statuses;
import java.util.ArrayList;
import java.util.List;

/** {@code AdmissionControl}. Of values that a runtime could change the default counts. */
final class AdmissionControlReader {
    private static final long WINDOW = 30_000_000_000L;

    private final String where;
    private final Findings findings;

    AdmissionControlReader(String where, Findings findings) {
        this.where = where + ".admission_control";
        this.findings = findings;
    }

    static AdmissionControl idle(String scope) {
        return new AdmissionControl(scope, false, List.of(), WINDOW, 1, 0.95, 0, 0.8);
    }

    AdmissionControl read(Message control, String scope) {
        boolean enabled = !control.has(1) || control.message(1).wrapped(1, 0) != 0;
        var criteria = control.message(2);
        var success = statuses(criteria.message(1));
        if (criteria.has(2)) {
            findings.unsupported("AdmissionControl.success_criteria.grpc_criteria");
        }
        long window = Durations.positive(control, 3, WINDOW, where + ".sampling_window", findings);
        double aggression = control.has(4) ? Math.max(1, control.message(4).real(1)) : 1;
        double threshold = percent(control, 5, 95);
        long rate = control.has(6) ? control.message(6).number(2) & 0xFFFF_FFFFL : 0;
        double most = percent(control, 7, 80);
        RuntimeKeys.report(control.message(1), "AdmissionControl.enabled", findings);
        RuntimeKeys.report(control.message(4), "AdmissionControl.aggression", findings);
        RuntimeKeys.report(control.message(5), "AdmissionControl.sr_threshold", findings);
        RuntimeKeys.report(control.message(6), 3, "AdmissionControl.rps_threshold.runtime_key", findings);
        RuntimeKeys.report(control.message(7), "AdmissionControl.max_rejection_probability", findings);
        findings.unread(control, "AdmissionControl");
        try {
            int minRate = (int) Math.min(rate, Integer.MAX_VALUE);
            return new AdmissionControl(
                    scope, enabled, success, Math.max(window, 1_000_000_000L), aggression, threshold, minRate, most);
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return idle(scope);
        }
    }

    private List<Statuses> statuses(Message criteria) {
        List<Statuses> all = new ArrayList<>();
        for (Message range : criteria.messages(1)) {
            try {
                all.add(new Statuses((int) range.number(1), (int) range.number(2)));
            } catch (IllegalArgumentException e) {
                findings.refuse(where, String.valueOf(e.getMessage()));
            }
        }
        return all;
    }

    /** {@code RuntimePercent}, as a share. */
    private static double percent(Message control, int field, double absent) {
        return (control.has(field) ? control.message(field).message(1).real(1) : absent) / 100;
    }
}
