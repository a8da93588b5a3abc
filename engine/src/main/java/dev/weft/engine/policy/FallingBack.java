package dev.weft.engine.policy;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.HeaderEdits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When a call is answered by its fallback. */
public final class FallingBack {
    private FallingBack() {}

    /** Whether an attempt that came to this is a failure that the application need not see. */
    public static boolean from(@Nullable Outcome outcome) {
        return outcome != null && (outcome.blamesEndpoint() || outcome == Outcome.OVERLOADED);
    }

    /** Whether a refusal is one. */
    public static boolean from(Refusal refusal) {
        return switch (refusal.kind()) {
            case TIMEOUT, NO_ENDPOINT, OVERFLOW, RESET -> true;
            case RULE -> refusal.code() >= 400;
            case COLD, NO_ROUTE, TLS_REQUIRED -> false;
        };
    }

    /** @param why what failed, in words */
    public static Refusal answer(Fallback fallback, String why) {
        List<Refusal.Header> headers = new ArrayList<>();
        for (HeaderEdits.Entry header : fallback.headers()) {
            headers.add(new Refusal.Header(header.name(), header.value()));
        }
        return Refusal.rule(
                Refusal.Details.FALLBACK, fallback.status(), "fallback for " + why, headers, fallback.body());
    }
}
