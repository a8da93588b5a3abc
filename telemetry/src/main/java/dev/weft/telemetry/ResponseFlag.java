package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.StreamReset;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Envoy's response flags, in Envoy's order, as far as the record of a call tells them. */
public enum ResponseFlag {
    /** No endpoint could be used. */
    UH("no_healthy_upstream"),
    /** A time limit passed. */
    UT("response_timeout"),
    /** The endpoint reset the stream, or refused it (HTTP/2). */
    UR("upstream_reset_before_response_started{remote_reset}"),
    /** No connection to the endpoint, or no TLS where it is required. */
    UF("upstream_reset_before_response_started{connection_failure}"),
    /** The connection to the endpoint broke. */
    UC("upstream_reset_before_response_started{connection_termination}"),
    /** Too many calls in flight. */
    UO("upstream_reset_before_response_started{overflow}"),
    /** No route matches. */
    NR("route_not_found"),
    /** A fault made the call wait. */
    DI(""),
    /** A fault answered. */
    FI("fault_filter_abort"),
    /** A rate limit answered. */
    RL("local_rate_limited"),
    /** The service that limits calls gave no answer, and the rule wants one. */
    RLSE("rate_limiter_error"),
    /** The application gave up. */
    DC("downstream_remote_disconnect"),
    /** The last attempt that the rule allows failed too. */
    URX(""),
    /** The cluster, or the configuration of the name, is not known. */
    NC("cluster_not_found"),
    /** A share of the calls is dropped. */
    DO("drop_overload"),
    /** All calls are dropped. */
    UDO("unconditional_drop_overload");

    private static final ResponseFlag[] ALL = values();

    /** As {@code RESPONSE_CODE_DETAILS}; empty for a flag that only goes with another. */
    private final String details;

    ResponseFlag(String details) {
        this.details = details;
    }

    /** The details of the first of these flags that has any. */
    static String details(int flags) {
        for (ResponseFlag flag : ALL) {
            if ((flags & flag.bit()) != 0 && !flag.details.isEmpty()) {
                return flag.details;
            }
        }
        return "via_upstream";
    }

    int bit() {
        return 1 << ordinal();
    }

    /** The flags of a call that is over, as bits. */
    static int of(Call call, @Nullable Flight delivered) {
        return outcome(call, delivered) | (call.delayed() ? DI.bit() : 0);
    }

    private static int outcome(Call call, @Nullable Flight delivered) {
        if (delivered != null) {
            return of(delivered) | (exhausted(call, delivered) ? URX.bit() : 0);
        }
        Refusal refusal = call.refusal();
        return refusal == null ? DC.bit() : of(refusal, call);
    }

    private static int of(Flight flight) {
        Outcome outcome = CallEnd.outcome(flight);
        End end = flight.end();
        if (end != null && Retrying.grpcStatus(outcome, end.code()) > 0) {
            return 0; // the endpoint said so: its deadline is no time limit of ours
        }
        boolean reset = outcome == Outcome.RESET || outcome == Outcome.UNSENT;
        return reset && end != null && end.cause() instanceof StreamReset ? UR.bit() : of(outcome);
    }

    /** The flags of a request that was served. */
    static int of(Outcome outcome) {
        return switch (outcome) {
            case CONNECT_FAILURE, UNSENT -> UF.bit();
            case RESET -> UC.bit();
            case DEADLINE -> UT.bit();
            case CANCELLED -> DC.bit();
            default -> 0;
        };
    }

    private static int of(Refusal refusal, Call call) {
        return switch (refusal.kind()) {
            case NO_ENDPOINT -> call.cluster() == null ? NC.bit() : UH.bit();
            case NO_ROUTE -> NR.bit();
            case OVERFLOW -> refusal.details() == null ? UO.bit() : of(refusal.details());
            case TIMEOUT -> UT.bit();
            case TLS_REQUIRED -> UF.bit();
            case COLD -> NC.bit();
            case RULE, RESET -> of(Objects.requireNonNull(refusal.details()));
        };
    }

    private static int of(Refusal.Details details) {
        return switch (details) {
            case FAULT_FILTER_ABORT, FAULT_FILTER_RESET -> FI.bit();
            case LOCAL_RATE_LIMITED, REQUEST_RATE_LIMITED -> RL.bit();
            case RATE_LIMITER_ERROR -> RLSE.bit();
            case DROP_OVERLOAD -> DO.bit();
            case UNCONDITIONAL_DROP_OVERLOAD -> UDO.bit();
            case DIRECT_RESPONSE, REDIRECT, DENIED_BY_ADMISSION_CONTROL, REACHED_CONCURRENCY_LIMIT, FALLBACK -> 0;
        };
    }

    private static boolean exhausted(Call call, Flight delivered) {
        Outcome outcome = CallEnd.outcome(delivered);
        Route route = call.route();
        if (outcome == Outcome.SUCCESS
                || outcome == Outcome.CALLER_FAULT
                || outcome == Outcome.CANCELLED
                || route == null
                || !(route.action() instanceof Action.Forward forward)) {
            return false;
        }
        RetryPolicy retry = forward.retry();
        return retry != null && retry.maxRetries() > 0 && CallEnd.attempts(call) > retry.maxRetries();
    }

    /** Flags as Envoy writes them: {@code UF,URX}; {@code -} for none. */
    public static String text(int flags) {
        if (flags == 0) {
            return "-";
        }
        StringBuilder text = new StringBuilder();
        for (ResponseFlag flag : ALL) {
            if ((flags & flag.bit()) != 0) {
                text.append(text.length() == 0 ? "" : ",").append(flag.name());
            }
        }
        return text.toString();
    }

    /**
     * The status of the answer, or the one that Envoy would have answered where none came.
     *
     * @param code 0 for none
     * @param flags bits
     */
    public static int status(int code, int flags) {
        if (code != 0 || flags == 0 || (flags & DC.bit()) != 0) {
            return code;
        }
        return (flags & UT.bit()) != 0 ? 504 : (flags & NR.bit()) != 0 ? 404 : 503;
    }
}
