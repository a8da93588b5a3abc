package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.AdaptiveConcurrency.MinRtt;
import org.jspecify.annotations.Nullable;

/** {@code AdaptiveConcurrency} with its gradient controller. */
final class AdaptiveConcurrencyReader {
    private static final String GRADIENT = "GradientControllerConfig";
    private static final int UNAVAILABLE = 503;

    private final String where;
    private final Findings findings;

    AdaptiveConcurrencyReader(String where, Findings findings) {
        this.where = where + ".adaptive_concurrency";
        this.findings = findings;
    }

    static AdaptiveConcurrency idle(String scope) {
        return new AdaptiveConcurrency(scope, false, 0.5, 1000, 1, new MinRtt.Fixed(1), 3, 0.25, UNAVAILABLE);
    }

    AdaptiveConcurrency read(Message filter, String scope) {
        boolean enabled = !filter.has(2) || filter.message(2).wrapped(1, 0) != 0;
        RuntimeKeys.report(filter.message(2), "AdaptiveConcurrency.enabled", findings);
        long asked = filter.message(3).number(1);
        int status = asked < 400 || asked > 599 ? UNAVAILABLE : (int) asked;
        var gradient = filter.message(1);
        double percentile = percent(gradient, 1, 50);
        var limits = gradient.message(2);
        long most = limits.wrapped(2, 1000) & 0xFFFF_FFFFL;
        long update = Durations.nanos(limits, 3, 0, where + ".concurrency_update_interval", findings);
        var params = gradient.message(3);
        var minRtt = minRtt(params);
        long least = params.wrapped(4, 3) & 0xFFFF_FFFFL;
        double buffer = percent(params, 5, 25);
        findings.unread(gradient, GRADIENT);
        findings.unread(filter, "AdaptiveConcurrency");
        if (minRtt == null) {
            return idle(scope);
        }
        try {
            return new AdaptiveConcurrency(
                    scope,
                    enabled,
                    percentile,
                    (int) Math.min(most, Integer.MAX_VALUE),
                    update,
                    minRtt,
                    (int) Math.min(least, Integer.MAX_VALUE),
                    buffer,
                    status);
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return idle(scope);
        }
    }

    private @Nullable MinRtt minRtt(Message params) {
        String at = where + ".min_rtt_calc_params";
        long interval = Durations.nanos(params, 1, 0, at + ".interval", findings);
        long calls = params.wrapped(2, 50) & 0xFFFF_FFFFL;
        double jitter = percent(params, 3, 15);
        try {
            // As in Envoy, a fixed value counts where there is no interval.
            return interval == 0
                    ? new MinRtt.Fixed(Durations.nanos(params, 6, 0, at + ".fixed_value", findings))
                    : new MinRtt.Measured(interval, jitter, (int) Math.min(calls, Integer.MAX_VALUE));
        } catch (IllegalArgumentException e) {
            findings.refuse(at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** {@code Percent}, as a share. */
    private static double percent(Message owner, int field, double absent) {
        return (owner.has(field) ? owner.message(field).real(1) : absent) / 100;
    }
}
