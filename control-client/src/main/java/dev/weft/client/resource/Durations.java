package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/** {@code google.protobuf.Duration} as nanoseconds. */
final class Durations {
    private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000L - 1;

    private Durations() {}

    /** Zero or more; refused when negative or beyond 292 years. */
    static long nanos(Message message, int field, long absent, String where, Findings findings) {
        if (!message.has(field)) {
            return absent;
        }
        var duration = message.message(field);
        long seconds = duration.number(1);
        int nanos = (int) duration.number(2);
        if (seconds < 0 || nanos < 0) {
            findings.refuse(where, "negative duration");
            return absent;
        }
        if (seconds > MOST_SECONDS || nanos > 999_999_999) {
            findings.refuse(where, "duration out of range");
            return absent;
        }
        return seconds * 1_000_000_000L + nanos;
    }

    /** As {@link #nanos}, but 0 and absence both mean that there is no limit. */
    static long limit(Message message, int field, String where, Findings findings) {
        long nanos = nanos(message, field, 0, where, findings);
        return nanos == 0 ? Long.MAX_VALUE : nanos;
    }

    /** As {@link #nanos}, but 0 is refused too. */
    static long positive(Message message, int field, long absent, String where, Findings findings) {
        long nanos = nanos(message, field, absent, where, findings);
        if (nanos == 0) {
            findings.refuse(where, "must be above 0");
            return absent;
        }
        return nanos;
    }
}
