package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a call at a gate now, for explain: told without taking, drawing or counting anything.
 *
 * @param refusal what it gets instead, if it is refused; null where nothing refuses it
 * @param certain whether it is refused whatever chance says
 * @param delayNanos for how long it is made to wait first, whatever chance says
 * @param deadline when it must be over; {@link Long#MAX_VALUE} for what others say
 * @param condition what must come true before it goes on, in words; null for nothing
 */
public record Forecast(
        @Nullable Refusal refusal,
        boolean certain,
        long delayNanos,
        long deadline,
        @Nullable String condition) {
    public static final Forecast GO = new Forecast(null, false, 0, Long.MAX_VALUE, null);

    /** Chance that hits whoever can be hit. */
    static final RandomSource BAD_LUCK = new Always(false);

    /** Chance that spares whoever can be spared. */
    static final RandomSource GOOD_LUCK = new Always(true);

    private record Always(boolean highest) implements RandomSource {
        @Override
        public int below(int bound) {
            return highest ? bound - 1 : 0;
        }

        @Override
        public long bits() {
            return 0;
        }
    }

    static Forecast refused(Refusal refusal) {
        return new Forecast(refusal, true, 0, Long.MAX_VALUE, null);
    }

    /** @param certain false for a call that chance may spare */
    static Forecast refused(Refusal refusal, boolean certain) {
        return new Forecast(refusal, certain, 0, Long.MAX_VALUE, null);
    }

    static Forecast limited(long deadline) {
        return new Forecast(null, false, 0, deadline, null);
    }

    static Forecast only(String condition) {
        return new Forecast(null, false, 0, Long.MAX_VALUE, condition);
    }
}
