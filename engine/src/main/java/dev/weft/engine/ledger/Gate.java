package dev.weft.engine.ledger;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Route;
import org.jspecify.annotations.Nullable;

/** A guard with what it counts. Calls of all threads meet it, so it is thread-safe. */
public interface Gate {
    Guard guard();

    /**
     * What becomes of a call here.
     *
     * @param cluster where it is about to be sent; null where it is answered here
     * @param route that it takes
     */
    Verdict admit(Request request, @Nullable String cluster, Route route, long now);

    /** What would become of a call here, for explain: as {@link #admit}, but it takes, draws and counts nothing. */
    Forecast foretell(Request request, @Nullable String cluster, Route route, long now);

    /** What it does and what it has counted, in words for explain. Changes nothing. */
    String words(long now);

    /** The time so many nanoseconds after now; {@link Long#MAX_VALUE} is never. */
    static long after(long now, long nanos) {
        return nanos > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + nanos;
    }

    /** A gate that lets the more urgent calls in where it can't let all in. */
    interface ByUrgency extends Gate {
        /** @param urgency 0 for the most urgent to 7 ({@link Urgency}) */
        Verdict admit(Request request, int urgency, long now);

        @Override
        default Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
            return admit(request, Urgency.DEFAULT, now);
        }
    }

    /** What a call holds while it is inside. */
    interface Place {
        /**
         * The call is over, or its wait was given up. Called once.
         *
         * @param outcome what the application got; null where nobody outside was asked, or nothing was learned
         * @param code HTTP status of what the application got, 0 for none
         */
        void leave(@Nullable Outcome outcome, int code, long now);
    }

    /** What a call holds that waits for an answer from outside. */
    interface Asking extends Place {
        Question question();

        /** What the application gets by this answer; null where it goes on. Called once, or never if it gives up. */
        @Nullable
        Refusal answered(Answer answer);
    }

    /**
     * Whether a call goes on.
     *
     * @param until when; {@link Long#MIN_VALUE} for at once, since times may be negative
     * @param refusal what the application gets instead; null where it goes on
     * @param place what the call holds from now on; null for nothing
     * @param deadline when the call must be over; {@link Long#MAX_VALUE} for what others say
     * @param question whose answer lets it go on before {@code until}; null for none
     */
    record Verdict(
            long until,
            @Nullable Refusal refusal,
            @Nullable Place place,
            long deadline,
            @Nullable Question question) {
        static final long AT_ONCE = Long.MIN_VALUE;

        public static final Verdict GO = new Verdict(AT_ONCE, null, null, Long.MAX_VALUE, null);

        static Verdict refused(Refusal refusal) {
            return new Verdict(AT_ONCE, refusal, null, Long.MAX_VALUE, null);
        }

        static Verdict holding(Place place) {
            return new Verdict(AT_ONCE, null, place, Long.MAX_VALUE, null);
        }

        static Verdict limited(long deadline) {
            return new Verdict(AT_ONCE, null, null, deadline, null);
        }

        /** It waits for an answer, until then. */
        static Verdict asking(Asking asking, long until) {
            return new Verdict(until, null, asking, Long.MAX_VALUE, asking.question());
        }

        /** It waits for its turn, and is refused when that has not come by then. */
        static <T extends Place & Question.Place> Verdict asking(T ticket, long until, Refusal late) {
            return new Verdict(until, late, ticket, Long.MAX_VALUE, ticket);
        }
    }
}
