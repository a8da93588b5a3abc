package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.OutlierPolicy.FailurePercentage;
import dev.weft.engine.snapshot.OutlierPolicy.InARow;
import dev.weft.engine.snapshot.OutlierPolicy.SuccessRate;
import org.jspecify.annotations.Nullable;

/** {@code OutlierDetection}, with Envoy's defaults; only that one endpoint may always be out is our own. */
final class OutlierReader {
    private static final String WHERE = "outlier_detection";
    private static final long SECOND = 1_000_000_000L;

    private final Findings findings;
    private Message outlier = Message.EMPTY;

    OutlierReader(Findings findings) {
        this.findings = findings;
    }

    /** Null when it ejects nobody. */
    @Nullable
    OutlierPolicy read(Message message) {
        outlier = message;
        boolean split = outlier.flag(12);
        InARow errors = inARow(1, 5, 100);
        InARow gateway = inARow(10, 11, 0);
        InARow local = inARow(13, 14, 100);
        int enforcingLocal = percent(15, 100);
        SuccessRate rates = new SuccessRate(
                count(7, 5), count(8, 100), count(9, 1900), percent(6, 100), split ? enforcingLocal : 0);
        int shareLocal = percent(18, 0);
        FailurePercentage shares = new FailurePercentage(
                percent(16, 85), count(19, 5), count(20, 50), percent(17, 0), split ? shareLocal : 0);
        long base = Durations.positive(outlier, 3, 30 * SECOND, WHERE + ".base_ejection_time", findings);
        long most =
                Durations.positive(outlier, 21, Math.max(300 * SECOND, base), WHERE + ".max_ejection_time", findings);
        if (most < base) {
            findings.refuse(WHERE + ".max_ejection_time", "below base_ejection_time");
            most = base;
        }
        var policy = new OutlierPolicy(
                errors,
                gateway,
                split ? local : InARow.NEVER,
                split,
                rates.enforcing() + rates.enforcingLocal() == 0 ? SuccessRate.NEVER : rates,
                shares.enforcing() + shares.enforcingLocal() == 0 ? FailurePercentage.NEVER : shares,
                Durations.positive(outlier, 2, 10 * SECOND, WHERE + ".interval", findings),
                base,
                most,
                Durations.nanos(outlier, 22, 0, WHERE + ".max_ejection_time_jitter", findings),
                percent(4, 10),
                outlier.wrapped(25, 1) != 0);
        outlier.ignore(23); // nobody checks the health of endpoints here
        findings.unread(outlier, "OutlierDetection");
        boolean inARow =
                errors.count() + gateway.count() + policy.localFailures().count() > 0;
        return inARow || policy.intervals() ? policy : null;
    }

    private InARow inARow(int field, int enforcing, int absent) {
        int count = count(field, 5);
        int percent = percent(enforcing, absent);
        return count == 0 || percent == 0 ? InARow.NEVER : new InARow(count, percent);
    }

    private int percent(int field, int absent) {
        long percent = outlier.wrapped(field, absent);
        if (percent < 0 || percent > 100) {
            findings.refuse(name(field), percent + " is not a percentage");
            return absent;
        }
        return (int) percent;
    }

    private int count(int field, int absent) {
        long count = outlier.wrapped(field, absent);
        if (count < 0 || count > Integer.MAX_VALUE) {
            findings.refuse(name(field), count + " is out of range");
            return absent;
        }
        return (int) count;
    }

    private static String name(int field) {
        return WHERE + "." + FieldNames.of("OutlierDetection", field);
    }
}
