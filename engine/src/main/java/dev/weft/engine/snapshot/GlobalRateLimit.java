package dev.weft.engine.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * A limit that is counted for many processes together, by a service that is asked before a call goes on (Envoy: {@code
 * envoy.filters.http.ratelimit}).
 *
 * @param service cluster of the service; null switches the limit off
 * @param domain under which the service keeps its limits
 * @param stage of a route's kinds that count
 * @param ofHost what becomes of the kinds of its virtual host
 * @param timeoutNanos how long the service may take; {@link Long#MAX_VALUE} for as long as the call may
 * @param deny whether a call is refused when the service doesn't answer (Envoy: {@code failure_mode_deny})
 * @param denied status of a call that is refused so
 * @param enabled for how many of a million calls the service is asked
 * @param enforced how many of a million calls that are too many are refused
 * @param answer what a call that is too many gets
 * @param marked whether that says {@code x-envoy-ratelimited}
 */
public record GlobalRateLimit(
        String scope,
        @Nullable String service,
        String domain,
        int stage,
        RateLimits.OfHost ofHost,
        long timeoutNanos,
        boolean deny,
        int denied,
        int enabled,
        int enforced,
        LocalRateLimit.Answer answer,
        boolean marked)
        implements Guard {
    private static final int WHOLE = 1_000_000;

    public GlobalRateLimit {
        if (service != null && domain.isEmpty()) {
            throw new IllegalArgumentException("domain: is empty");
        }
        if (timeoutNanos <= 0) {
            throw new IllegalArgumentException("timeout: " + timeoutNanos + " ns is not above 0");
        }
        if (denied < 400 || denied > 599) {
            throw new IllegalArgumentException("status_on_error: " + denied + " is out of range");
        }
        if (enabled < 0 || enabled > WHOLE || enforced < 0 || enforced > WHOLE) {
            throw new IllegalArgumentException("filter_enabled or filter_enforced: above the whole");
        }
    }

    @Override
    public boolean idle() {
        return service == null || enabled == 0;
    }
}
