package dev.weft.engine.call;

import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended. Reported exactly once for each attempt, also after {@link Step.Abort} and
 * also when no head ever came.
 *
 * @param outcome SUCCESS when the answer was read whole (whatever its head said); with trailers-only
 *     answers the class of the code in them; otherwise why it broke
 * @param code the protocol's own code where it comes in trailers (gRPC status), else 0
 * @param cause what the library threw, if anything
 * @param trailers what came behind the answer's body, where the library tells and somebody asks
 */
public record End(Outcome outcome, int code, @Nullable Throwable cause, Headers trailers) {
    /** The answer was read whole, or closed by an application that had seen enough. */
    public static final End COMPLETE = new End(Outcome.SUCCESS, 0, null);

    /** The attempt was stopped by us or by the application. */
    public static final End CANCELLED = new End(Outcome.CANCELLED, 0, null);

    /** Without trailers. */
    public End(Outcome outcome, int code, @Nullable Throwable cause) {
        this(outcome, code, cause, Headers.NONE);
    }

    /** The answer was read whole, and these came behind it. */
    public static End complete(Headers trailers) {
        return new End(Outcome.SUCCESS, 0, null, trailers);
    }

    /** The attempt broke. */
    public static End failed(Outcome outcome, Throwable cause) {
        return new End(outcome, 0, cause);
    }
}
