package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a call that is over came to, read from the engine's record of it. Allocates nothing but words of a failure. */
public final class CallEnd {
    private CallEnd() {}

    /** The worse of what its head said and what its end said: an answer that broke midway did not succeed. */
    static Outcome outcome(Flight flight) {
        Head head = flight.head();
        End end = flight.end();
        if (head != null && head.outcome() != Outcome.SUCCESS) {
            return head.outcome();
        }
        Outcome last = end == null ? Outcome.SUCCESS : end.outcome();
        return last == Outcome.CANCELLED ? Objects.requireNonNullElse(flight.verdict(), last) : last;
    }

    /** The protocol's own code; 0 for none. */
    static int code(Flight flight) {
        Head head = flight.head();
        End end = flight.end();
        return end != null && end.code() != 0 ? end.code() : head == null ? 0 : head.code();
    }

    /** The code of the answer that the application got; 0 where it got a failure or nothing. */
    static int code(Call call, @Nullable Flight delivered) {
        Refusal refusal = call.refusal();
        return delivered != null
                ? code(delivered)
                : refusal != null && !refusal.kind().failure() ? refusal.code() : 0;
    }

    /** Attempts without mirrored copies. */
    public static int attempts(Call call) {
        int count = 0;
        for (int i = 0; i < call.attemptCount(); i++) {
            count += call.attempt(i).shadow() ? 0 : 1;
        }
        return count;
    }

    /** The last attempt that is no mirrored copy. */
    public static @Nullable Flight last(Call call) {
        for (int i = call.attemptCount() - 1; i >= 0; i--) {
            Flight flight = call.attempt(i);
            if (!flight.shadow()) {
                return flight;
            }
        }
        return null;
    }

    /** A caller's fault is one here, where the caller is. */
    static boolean failed(Call call, @Nullable Flight delivered) {
        Refusal refusal = call.refusal();
        return delivered != null
                ? outcome(delivered) != Outcome.SUCCESS
                : refusal != null && (refusal.kind().failure() || refusal.code() >= 400);
    }

    /** Whether it failed, and neither because its caller was wrong nor because it asked for too much. */
    public static boolean wrong(Call call, @Nullable Flight delivered) {
        Refusal refusal = call.refusal();
        if (delivered == null) {
            return refusal == null || refusal.kind().failure() || refusal.code() >= 500;
        }
        Outcome outcome = outcome(delivered);
        return outcome != Outcome.SUCCESS && outcome != Outcome.CALLER_FAULT && outcome != Outcome.OVERLOADED;
    }

    /** The failure in words; empty for none. */
    public static String why(Call call, @Nullable Flight delivered) {
        Refusal refusal = call.refusal();
        if (delivered == null) {
            return refusal != null ? Texts.clip(refusal.why()) : "the application gave up";
        }
        End end = delivered.end();
        Throwable cause = end == null ? null : end.cause();
        return cause == null ? "" : Texts.clip(cause.toString());
    }

    /**
     * Its failure as one of few words (OpenTelemetry: {@code error.type}); null for none.
     *
     * @param code of the answer, 0 for none
     */
    static @Nullable String errorType(Call call, @Nullable Flight delivered, int code) {
        if (!failed(call, delivered)) {
            return null;
        }
        Refusal refusal = call.refusal();
        if (delivered == null) {
            return refusal != null && refusal.kind().failure() ? "weft." + refusal.kind() : Integer.toString(code);
        }
        End end = delivered.end();
        Throwable cause = end == null ? null : end.cause();
        return cause != null
                ? cause.getClass().getName()
                : code > 0 ? Integer.toString(code) : "weft." + outcome(delivered);
    }

    /**
     * Where its status comes from, in Envoy's words where it has some ({@code RESPONSE_CODE_DETAILS}).
     *
     * @param flags bits of {@link ResponseFlag}
     */
    public static String details(Call call, @Nullable Flight delivered, int flags) {
        if (delivered != null && delivered.head() != null) {
            return "via_upstream";
        }
        if (delivered != null && outcome(delivered) == Outcome.UNSENT && (flags & ResponseFlag.UR.bit()) != 0) {
            return "upstream_reset_before_response_started{remote_refused_stream_reset}";
        }
        Refusal refusal = call.refusal();
        Refusal.Details details = refusal == null ? null : refusal.details();
        return details == null ? ResponseFlag.details(flags) : details.words();
    }
}
