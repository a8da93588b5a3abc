package dev.weft.control.translate;

import com.google.protobuf.Any;
import dev.weft.control.rule.Resilience.RateLimit;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import io.envoyproxy.envoy.type.v3.TokenBucket;

/** Limits on the calls of each process, as the filter that routes configure. */
final class RateLimitWriter {
    static final String NAME = "envoy.filters.http.local_ratelimit";

    /** Envoy wants a name for its statistics, and limits nobody without shares. */
    private static final LocalRateLimit NOBODY =
            LocalRateLimit.newBuilder().setStatPrefix("http_local_rate_limiter").build();

    /** Stands in the chain of a host of which some rule limits the calls, and does nothing where no route says so. */
    static final HttpFilter FILTER = HttpFilter.newBuilder()
            .setName(NAME)
            .setTypedConfig(Any.pack(NOBODY))
            .build();

    private static final RuntimeFractionalPercent ALL = RuntimeFractionalPercent.newBuilder()
            .setDefaultValue(FractionalPercent.newBuilder().setNumerator(100).setDenominator(DenominatorType.HUNDRED))
            .build();

    private RateLimitWriter() {}

    static Any of(RateLimit limit) {
        TokenBucket.Builder bucket = TokenBucket.newBuilder()
                .setMaxTokens(limit.burst())
                .setTokensPerFill(Wire.number(limit.calls()))
                .setFillInterval(Wire.duration(limit.per()));
        return Any.pack(NOBODY.toBuilder()
                .setTokenBucket(bucket)
                .setFilterEnabled(ALL)
                .setFilterEnforced(ALL)
                .build());
    }
}
