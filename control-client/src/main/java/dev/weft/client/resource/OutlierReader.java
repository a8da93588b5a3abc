package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.OutlierPolicy;
import org.jspecify.annotations.Nullable;

/** {@code OutlierDetection}: failures in a row; statistics over the cluster are not done. */
final class OutlierReader {
    private static final String WHERE = "outlier_detection";
    private static final long SECOND = 1_000_000_000L;

    private final Findings findings;

    OutlierReader(Findings findings) {
        this.findings = findings;
    }

    @Nullable
    OutlierPolicy read(Message outlier) {
        long failures = outlier.wrapped(5, 100) > 0 ? count(outlier, 1, 5) : 0;
        long gateway = outlier.wrapped(11, 0) > 0 ? count(outlier, 10, 5) : 0;
        if (failures == 0) {
            failures = gateway;
        } else if (gateway > 0) {
            findings.unsupported("OutlierDetection.consecutive_gateway_failure beside consecutive_5xx");
        }
        long interval = Durations.positive(outlier, 2, 10 * SECOND, WHERE + ".interval", findings);
        long base = Durations.positive(outlier, 3, 30 * SECOND, WHERE + ".base_ejection_time", findings);
        long most =
                Durations.positive(outlier, 21, Math.max(300 * SECOND, base), WHERE + ".max_ejection_time", findings);
        long percent = outlier.wrapped(4, 10);
        if (percent < 0 || percent > 100) {
            findings.refuse(WHERE + ".max_ejection_percent", percent + " is not a percentage");
        }
        statistics(outlier);
        findings.unread(outlier, "OutlierDetection");
        return failures == 0 ? null : new OutlierPolicy((int) failures, interval, base, most, (int) percent);
    }

    /** Their thresholds matter only while they are enforced; success rate is so by default, with 5 hosts or more. */
    private static void statistics(Message outlier) {
        if (outlier.wrapped(6, 0) == 0) {
            outlier.ignore(6, 7, 8, 9);
        }
        if (outlier.wrapped(17, 0) == 0 && outlier.wrapped(18, 0) == 0) {
            outlier.ignore(16, 17, 18, 19, 20);
        }
        if (!outlier.flag(12)) {
            outlier.ignore(13, 14, 15);
        }
        outlier.ignore(25);
    }

    private long count(Message outlier, int field, long absent) {
        long count = outlier.wrapped(field, absent);
        if (count < 0 || count > Integer.MAX_VALUE) {
            findings.refuse(WHERE + "." + FieldNames.of("OutlierDetection", field), count + " is out of range");
            return 0;
        }
        return count;
    }
}
