package dev.weft.engine.policy;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.Breaker;

/** When a circuit breaker opens. */
public final class Breaking {
    private Breaking() {}

    /** Whether a call failed in a way that says something of who should have answered it. */
    public static boolean failure(Outcome outcome) {
        return outcome.blamesEndpoint() || outcome == Outcome.OVERLOADED;
    }

    /** Whether so much went wrong that calls are stopped. */
    public static boolean opens(Breaker breaker, long calls, long failures, long slow) {
        return calls >= breaker.minimumCalls() && tooBad(breaker, calls, failures, slow);
    }

    /** Whether the calls that tried say that it is not over. */
    public static boolean tooBad(Breaker breaker, long calls, long failures, long slow) {
        return failures * 100 >= breaker.failurePercent() * calls || slow * 100 >= breaker.slowPercent() * calls;
    }
}
