package dev.weft.engine.explain;

import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.ledger.Forecast;
import dev.weft.engine.ledger.Gate;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.policy.FallingBack;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a call that is not made on its way in: guard after guard, then its time, then the limits of the
 * cluster, each asked in the order in which a real call meets them, up to the one that certainly refuses it.
 */
final class Foresight {
    private static final Foresight NOTHING = new Foresight();

    private @Nullable Refusal refusal;
    private long delay;
    private final StringBuilder remarks = new StringBuilder();

    private Foresight() {}

    /** Of a call that is over its guards already. */
    static Foresight nothing() {
        return NOTHING;
    }

    /**
     * @param gates of the route and of the cluster, in order
     * @param cluster null for a call that is answered here
     */
    static Foresight of(List<Gate> gates, Request request, @Nullable LiveCluster cluster, Route route, long now) {
        Foresight told = new Foresight();
        String name = cluster == null ? null : cluster.config().name();
        long limit = Gate.after(now, request.timeoutNanos());
        for (Gate gate : gates) {
            if (told.refusal != null || told.at(now) >= limit) {
                break; // what is over passes none of them
            }
            Forecast forecast = gate.foretell(request, name, route, told.at(now));
            limit = Math.min(limit, forecast.deadline());
            told.delay = Gate.after(told.delay, forecast.delayNanos());
            if (told.at(now) < limit) {
                told.meet(forecast);
            }
        }
        // What is answered here needs no time, unless it was kept waiting for too long.
        if (told.refusal == null && told.at(now) >= limit && (cluster != null || told.delay > 0)) {
            String why = request.host() + ":" + request.port() + ": its time was over before it was sent";
            told.refusal = Refusal.failure(Refusal.Kind.TIMEOUT, 504, why);
        }
        if (told.refusal == null && cluster != null) {
            told.refusal = cluster.overload().foretold(request); // what chance drops stands in its words
        }
        return told;
    }

    private void meet(Forecast forecast) {
        Refusal met = forecast.refusal();
        if (met != null && forecast.certain()) {
            refusal = met;
        } else if (met != null) {
            remarks.append("; chance may refuse it: ").append(met.why());
        }
        if (forecast.condition() != null) {
            remarks.append("; only if ").append(forecast.condition());
        }
    }

    private long at(long now) {
        return Gate.after(now, delay);
    }

    /** What the call certainly gets instead of an answer from elsewhere; null where it goes on. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }

    /** What else happens to it, or may, in words that go on a sentence; empty for nothing. */
    String remarks() {
        return (delay == 0 ? "" : "; it waits " + delay / 1_000_000 + " ms before that") + remarks;
    }

    /** What the application gets of a refusal, where a rule may have something better. */
    static Refusal orFallback(Refusal refusal, @Nullable Fallback fallback, Request request) {
        return fallback == null || request.grpc() || !FallingBack.from(refusal)
                ? refusal
                : FallingBack.answer(fallback, refusal.why());
    }

    /** A refusal as a conclusion. */
    static String words(Refusal refusal) {
        return switch (refusal.kind()) {
            case RULE -> "answered here with status " + refusal.code() + grpcStatus(refusal) + ": " + refusal.why();
            case RESET -> "broken off: " + refusal.why();
            default -> "refused with status " + refusal.code() + ": " + refusal.why();
        };
    }

    private static String grpcStatus(Refusal refusal) {
        for (Refusal.Header header : refusal.headers()) {
            if (header.name().equals("grpc-status")) {
                return " and gRPC status " + header.value();
            }
        }
        return "";
    }
}
