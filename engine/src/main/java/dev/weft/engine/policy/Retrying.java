package dev.weft.engine.policy;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.ByHeaders;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.RetryPolicy.Reset;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When a failed attempt may be followed by another (Envoy: {@code retry_on}), and how long to wait. */
public final class Retrying {
    private static final long SECOND = 1_000_000_000L;
    /** What asks for more is heeded no longer than this; Envoy's longest for a retry. */
    private static final long MOST_AFTER_SECONDS = 300;

    /** Codes of HTTP begin above it. */
    private static final int MOST_GRPC = 99;

    private Retrying() {}

    /**
     * Whether the policy's conditions name this failure.
     *
     * @param code HTTP status, 0 when there was none
     */
    public static boolean wanted(RetryPolicy policy, Outcome outcome, int code) {
        Set<Condition> on = policy.on();
        boolean any5xx = on.contains(Condition.SERVER_ERROR);
        boolean gateway = on.contains(Condition.GATEWAY_ERROR);
        if (code == 0) {
            // Envoy counts a reset, whatever its cause, as the 5xx that it would become.
            boolean broken = any5xx || gateway || on.contains(Condition.RESET);
            return switch (outcome) {
                case CONNECT_FAILURE ->
                    broken || on.contains(Condition.RESET_BEFORE_REQUEST) || on.contains(Condition.CONNECT_FAILURE);
                case UNSENT ->
                    broken
                            || on.contains(Condition.RESET_BEFORE_REQUEST)
                            || on.contains(Condition.CONNECT_FAILURE)
                            || on.contains(Condition.REFUSED_STREAM);
                case RESET, DEADLINE -> broken;
                case UNAVAILABLE, OVERLOADED, SERVER_FAILURE, CANCELLED, SUCCESS, CALLER_FAULT -> false;
            };
        }
        return any5xx && code >= 500 && code <= 599
                || gateway && code >= 502 && code <= 504
                || code == 409 && on.contains(Condition.RETRIABLE_4XX)
                || on.contains(Condition.RETRIABLE_STATUS_CODES)
                        && policy.statusCodes().contains(code);
    }

    /**
     * Whether the policy's conditions name this status of gRPC: the status itself, as in Envoy, and not the class that
     * others share with it. To the conditions of HTTP it is a 200.
     */
    public static boolean wantedByGrpc(RetryPolicy policy, int status) {
        Condition named = switch (status) {
            case 1 -> Condition.CANCELLED;
            case 4 -> Condition.DEADLINE_EXCEEDED;
            case 8 -> Condition.RESOURCE_EXHAUSTED;
            case 13 -> Condition.INTERNAL;
            case 14 -> Condition.UNAVAILABLE;
            default -> null;
        };
        return named != null && policy.on().contains(named);
    }

    /** The status of gRPC in an answer that has nothing else; 0 where there is none that can be read. */
    public static int grpcStatus(Headers answer) {
        long status = number(answer.first("grpc-status"));
        return status > 0 && status <= MOST_GRPC ? (int) status : 0;
    }

    /**
     * Nanoseconds that an answer asks to wait, and up to half as much more, so that not all come back at once
     * (Envoy: {@code rate_limited_retry_back_off}); -1 where it asks for nothing, or for too much.
     */
    public static long asked(ByHeaders policy, Headers answer, RandomSource random) {
        for (Reset reset : policy.resets()) {
            long seconds = number(answer.first(reset.name()));
            long now = seconds < 0 || !reset.timestamp() ? 0 : seconds(answer.first("date"));
            long wait = now < 0 ? -1 : seconds - now;
            if (seconds >= 0 && wait >= 0 && wait <= policy.maxWaitNanos() / SECOND) {
                return wait * SECOND + Long.remainderUnsigned(random.bits(), wait * SECOND / 2 + 1);
            }
        }
        return -1;
    }

    /**
     * Nanoseconds for which an answer asks not to be called (RFC 9110, 10.2.3), a date held against the answer's own;
     * at most 5 minutes, 0 where it asks for nothing.
     */
    public static long retryAfter(Headers answer) {
        String after = answer.first("retry-after");
        if (after == null) {
            return 0;
        }
        long wait = number(after);
        if (wait < 0) {
            long until = seconds(after);
            long then = until < 0 ? -1 : seconds(answer.first("date"));
            wait = then < 0 ? 0 : Math.max(0, until - then);
        }
        return Math.min(wait, MOST_AFTER_SECONDS) * SECOND;
    }

    private static long number(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 12) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }

    /** Of RFC 9110's date, since 1970; -1 for no date. */
    private static long seconds(@Nullable String date) {
        try {
            return date == null
                    ? -1
                    : DateTimeFormatter.RFC_1123_DATE_TIME.parse(date).getLong(ChronoField.INSTANT_SECONDS);
        } catch (DateTimeException e) {
            return -1; // whoever writes another date is not heeded
        }
    }

    /**
     * The status of gRPC that ended an attempt which had no head; 0 where its end is no answer of gRPC.
     *
     * @param code that came with the end
     */
    public static int grpcStatus(Outcome outcome, int code) {
        boolean broken = outcome.unsent() || outcome == Outcome.RESET; // what gRPC makes of that is nobody's answer
        return broken || code > MOST_GRPC ? 0 : code;
    }

    /**
     * Whether sending again can't do twice what was asked once: nothing reached the peer, or the
     * method is idempotent (or the route says so in writing) and the body can be produced again.
     */
    public static boolean safe(RetryPolicy policy, Outcome outcome, String method, boolean replayable) {
        if (outcome.unsent()) {
            return true;
        }
        return replayable && (policy.nonIdempotent() || idempotent(method));
    }

    /** RFC 9110, section 9.2.2. */
    public static boolean idempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE" -> true;
            default -> false;
        };
    }

    /**
     * Nanoseconds to wait before the n-th retry: uniform in [0, min(base * 2^(n-1), max)], as Envoy
     * does ("full jitter").
     *
     * @param retry 1 for the first
     */
    public static long backoff(RetryPolicy policy, int retry, RandomSource random) {
        long ceiling = policy.backoffMaxNanos();
        int doublings = Math.min(retry - 1, 62);
        if (policy.backoffBaseNanos() <= ceiling >> doublings) {
            ceiling = policy.backoffBaseNanos() << doublings;
        }
        int micros = (int) Math.min(ceiling / 1000, Integer.MAX_VALUE - 1);
        return random.below(micros + 1) * 1000L;
    }
}
