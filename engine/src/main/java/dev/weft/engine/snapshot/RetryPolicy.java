package dev.weft.engine.snapshot;

import java.util.Set;

/**
 * When and how a call is sent again (Envoy: {@code route.v3.RetryPolicy}).
 *
 * @param on conditions, any of which allows a retry
 * @param statusCodes for {@link Condition#RETRIABLE_STATUS_CODES}
 * @param maxRetries attempts beyond the first
 * @param perTryTimeoutNanos {@link Long#MAX_VALUE} for none
 * @param backoffBaseNanos Envoy's default is 25 ms
 * @param backoffMaxNanos Envoy's default is 10 times the base
 * @param nonIdempotent the author says in writing that a request whose method is not idempotent may
 *     be sent again although the peer may have seen it
 */
public record RetryPolicy(
        Set<Condition> on,
        Set<Integer> statusCodes,
        int maxRetries,
        long perTryTimeoutNanos,
        long backoffBaseNanos,
        long backoffMaxNanos,
        boolean nonIdempotent) {
    public RetryPolicy {
        on = Set.copyOf(on);
        statusCodes = Set.copyOf(statusCodes);
    }

    /** Envoy's names in {@code retry_on}. */
    public enum Condition {
        SERVER_ERROR("5xx"),
        GATEWAY_ERROR("gateway-error"),
        RESET("reset"),
        CONNECT_FAILURE("connect-failure"),
        REFUSED_STREAM("refused-stream"),
        RETRIABLE_4XX("retriable-4xx"),
        RETRIABLE_STATUS_CODES("retriable-status-codes"),
        CANCELLED("cancelled"),
        DEADLINE_EXCEEDED("deadline-exceeded"),
        INTERNAL("internal"),
        RESOURCE_EXHAUSTED("resource-exhausted"),
        UNAVAILABLE("unavailable");

        private final String word;

        Condition(String word) {
            this.word = word;
        }

        /** The word in {@code retry_on}. */
        public String word() {
            return word;
        }
    }
}
