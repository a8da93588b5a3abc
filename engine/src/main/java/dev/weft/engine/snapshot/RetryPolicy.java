package dev.weft.engine.snapshot;

import static dev.weft.engine.snapshot.Bounds.require;

import dev.weft.engine.snapshot.Match.HeaderMatch;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When and how a call is sent again (Envoy: {@code route.v3.RetryPolicy}).
 *
 * @param on conditions, any of which allows a retry
 * @param statusCodes for {@link Condition#RETRIABLE_STATUS_CODES}
 * @param maxRetries attempts beyond the first, 0 or more
 * @param perTryTimeoutNanos {@link Long#MAX_VALUE} for none
 * @param perTryIdleNanos how long an attempt may wait for its head, and then for each next piece of its body
 *     (Envoy: {@code per_try_idle_timeout}); {@link Long#MAX_VALUE} for any time
 * @param backoffBaseNanos Envoy's default is 25 ms
 * @param backoffMaxNanos Envoy's default is 10 times the base
 * @param nonIdempotent the author says in writing that a request whose method is not idempotent may
 *     be sent again although the peer may have seen it
 * @param headers what headers have to say about it; null for nothing
 * @param previousPriorities each time that so many attempts were made, priorities that were tried are avoided as
 *     long as another one is left (Envoy: {@code previous_priorities}, its {@code update_frequency}); 0 for never
 */
public record RetryPolicy(
        Set<Condition> on,
        Set<Integer> statusCodes,
        int maxRetries,
        long perTryTimeoutNanos,
        long perTryIdleNanos,
        long backoffBaseNanos,
        long backoffMaxNanos,
        boolean nonIdempotent,
        @Nullable ByHeaders headers,
        int previousPriorities) {
    public RetryPolicy {
        on = Set.copyOf(on);
        statusCodes = Set.copyOf(statusCodes);
        for (int code : statusCodes) {
            require(code >= 100 && code <= 599, "retriable_status_codes", code);
        }
        require(maxRetries >= 0, "num_retries", maxRetries);
        require(perTryTimeoutNanos > 0, "per_try_timeout", perTryTimeoutNanos);
        require(perTryIdleNanos > 0, "per_try_idle_timeout", perTryIdleNanos);
        require(backoffBaseNanos > 0, "retry_back_off.base_interval", backoffBaseNanos);
        require(backoffMaxNanos >= backoffBaseNanos, "retry_back_off.max_interval", backoffMaxNanos);
        require(previousPriorities >= 0, "retry_priority.update_frequency", previousPriorities);
    }

    /** One that goes to any priority. */
    public RetryPolicy(
            Set<Condition> on,
            Set<Integer> statusCodes,
            int maxRetries,
            long perTryTimeoutNanos,
            long perTryIdleNanos,
            long backoffBaseNanos,
            long backoffMaxNanos,
            boolean nonIdempotent,
            @Nullable ByHeaders headers) {
        this(
                on,
                statusCodes,
                maxRetries,
                perTryTimeoutNanos,
                perTryIdleNanos,
                backoffBaseNanos,
                backoffMaxNanos,
                nonIdempotent,
                headers,
                0);
    }

    /** One that looks at no header, and lets attempts wait. */
    public RetryPolicy(
            Set<Condition> on,
            Set<Integer> statusCodes,
            int maxRetries,
            long perTryTimeoutNanos,
            long backoffBaseNanos,
            long backoffMaxNanos,
            boolean nonIdempotent) {
        this(
                on,
                statusCodes,
                maxRetries,
                perTryTimeoutNanos,
                Long.MAX_VALUE,
                backoffBaseNanos,
                backoffMaxNanos,
                nonIdempotent,
                null);
    }

    /** Whether an answer that is no failure may be one after all, by its headers. */
    public boolean looksAtSuccess() {
        return headers != null && !headers.answers().isEmpty();
    }

    /** Nanoseconds that an attempt may wait for its head; {@link Long#MAX_VALUE} for any time. */
    public long headNanos() {
        return Math.min(perTryTimeoutNanos, perTryIdleNanos);
    }

    /**
     * What headers have to say.
     *
     * @param answers an answer that meets one of these is followed by another attempt, for {@link
     *     Condition#RETRIABLE_HEADERS}
     * @param requests only a request that meets one of these is sent again; empty for all
     * @param resets where an answer says how long to wait (Envoy: {@code rate_limited_retry_back_off}), in the
     *     order in which they are looked at
     * @param maxWaitNanos a wait that is longer is not heeded
     */
    public record ByHeaders(
            List<HeaderMatch> answers, List<HeaderMatch> requests, List<Reset> resets, long maxWaitNanos) {
        public ByHeaders {
            answers = List.copyOf(answers);
            requests = List.copyOf(requests);
            resets = List.copyOf(resets);
            require(maxWaitNanos > 0, "rate_limited_retry_back_off.max_interval", maxWaitNanos);
        }
    }

    /**
     * A header that says how long to wait.
     *
     * @param name lower case
     * @param timestamp whether it is a point in time, in seconds since 1970, and not seconds from now; the answer's
     *     own {@code date} then says what time it is there
     */
    public record Reset(String name, boolean timestamp) {
        public Reset {
            Bounds.named("rate_limited_retry_back_off.reset_headers.name", name);
        }
    }

    /** Envoy's names in {@code retry_on}. */
    public enum Condition {
        SERVER_ERROR("5xx"),
        GATEWAY_ERROR("gateway-error"),
        RESET("reset"),
        /** As a reset, of a request of which nothing was sent. */
        RESET_BEFORE_REQUEST("reset-before-request"),
        CONNECT_FAILURE("connect-failure"),
        REFUSED_STREAM("refused-stream"),
        RETRIABLE_4XX("retriable-4xx"),
        RETRIABLE_STATUS_CODES("retriable-status-codes"),
        RETRIABLE_HEADERS("retriable-headers"),
        ENVOY_RATELIMITED("envoy-ratelimited"),
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
