package dev.weft.control.translate;

import dev.weft.control.rule.Resilience.RateLimit;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import io.envoyproxy.envoy.type.v3.TokenBucket;

/** Limits on the calls of each process. */
final class RateLimitWriter {
    /** Envoy wants a name for its statistics, and limits nobody without shares. */
    static final LocalRateLimit NOBODY =
            LocalRateLimit.newBuilder().setStatPrefix("http_local_rate_limiter").build();

    private static final RuntimeFractionalPercent ALL = RuntimeFractionalPercent.newBuilder()
            .setDefaultValue(FractionalPercent.newBuilder().setNumerator(100).setDenominator(DenominatorType.HUNDRED))
            .build();

    private RateLimitWriter() {}

    static LocalRateLimit of(RateLimit limit) {
        TokenBucket.Builder bucket = TokenBucket.newBuilder()
                .setMaxTokens(limit.burst())
                .setTokensPerFill(Wire.number(limit.calls()))
                .setFillInterval(Wire.duration(limit.per()));
        return NOBODY.toBuilder()
                .setTokenBucket(bucket)
                .setFilterEnabled(ALL)
                .setFilterEnforced(ALL)
                .build();
    }
}
