package dev.weft.control.translate;

import com.google.protobuf.Any;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.Hedge;
import dev.weft.control.rule.Resilience.RetriableHeaders;
import dev.weft.control.rule.VirtualService.Retries;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.ResetHeader;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.ResetHeaderFormat;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a call is sent again. */
final class RetryWriter {
    /** None of gRPC's: a rule that names one says that such calls, which are POSTs all, may be made again. */
    private static final List<String> DEFAULT_CONDITIONS =
            List.of("connect-failure", "refused-stream", "reset", "retriable-status-codes");

    private static final List<Integer> DEFAULT_STATUS_CODES = List.of(503);
    private static final int HOST_SELECTION_ATTEMPTS = 5;

    /** RFC 9110, 10.2.3. Whoever asks for more than a caller can be expected to wait is asked again as ever. */
    private static final RateLimitedRetryBackOff RETRY_AFTER = RateLimitedRetryBackOff.newBuilder()
            .addResetHeaders(ResetHeader.newBuilder().setName("retry-after").setFormat(ResetHeaderFormat.SECONDS))
            .setMaxInterval(Wire.duration(Duration.ofSeconds(10)))
            .build();

    /** What holds where no rule speaks of retries, as in Istio: twice, elsewhere, when it is safe. */
    private static final RetryPolicy DEFAULT =
            base(DEFAULT_CONDITIONS, DEFAULT_STATUS_CODES, 2, true).build();

    private RetryWriter() {}

    /**
     * Nothing when the rule switches retries off.
     *
     * @param own what rules of resilience say of the route
     */
    static Optional<RetryPolicy> of(@Nullable Retries retries, Resilience.Policy own) {
        if (retries != null && retries.attempts() == 0) {
            return Optional.empty();
        }
        RetryPolicy.Builder policy = retries == null ? DEFAULT.toBuilder() : builder(retries);
        RetriableHeaders retriable = own.get(RetriableHeaders.class);
        if (retriable != null) {
            policy.setRetryOn(policy.getRetryOn() + ",retriable-headers");
            retriable.headers().forEach((name, value) -> policy.addRetriableHeaders(header(name, value)));
        }
        return Optional.of(policy.build());
    }

    private static HeaderMatcher header(String name, String value) {
        HeaderMatcher.Builder matcher = HeaderMatcher.newBuilder().setName(name);
        return value.isEmpty()
                ? matcher.setPresentMatch(true).build()
                : matcher.setStringMatch(StringMatcher.newBuilder().setExact(value))
                        .build();
    }

    private static RetryPolicy.Builder builder(Retries retries) {
        RetryPolicy.Builder policy = base(
                retries.on() == null ? DEFAULT_CONDITIONS : retries.on(),
                retries.on() == null ? DEFAULT_STATUS_CODES : retries.statusCodes(),
                retries.attempts(),
                retries.avoidPreviousHosts());
        if (retries.perTryTimeout() != null) {
            policy.setPerTryTimeout(Wire.duration(retries.perTryTimeout()));
        }
        if (retries.backoff() != null) {
            policy.setRetryBackOff(RetryBackOff.newBuilder().setBaseInterval(Wire.duration(retries.backoff())));
        }
        return policy;
    }

    /** Nothing where no rule speaks of it. */
    static Optional<HedgePolicy> hedge(Resilience.Policy own) {
        Hedge hedge = own.get(Hedge.class);
        return hedge == null
                ? Optional.empty()
                : Optional.of(HedgePolicy.newBuilder()
                        .setInitialRequests(Wire.number(hedge.initialRequests()))
                        .setHedgeOnPerTryTimeout(hedge.onPerTryTimeout())
                        .build());
    }

    private static RetryPolicy.Builder base(
            List<String> conditions, List<Integer> codes, int attempts, boolean avoidPreviousHosts) {
        RetryPolicy.Builder policy = RetryPolicy.newBuilder()
                .setRetryOn(String.join(",", conditions))
                .setNumRetries(Wire.number(attempts))
                .addAllRetriableStatusCodes(codes)
                .setRateLimitedRetryBackOff(RETRY_AFTER);
        if (avoidPreviousHosts) {
            policy.addRetryHostPredicate(RetryHostPredicate.newBuilder()
                            .setName("envoy.retry_host_predicates.previous_hosts")
                            .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance())))
                    .setHostSelectionRetryMaxAttempts(HOST_SELECTION_ATTEMPTS);
        }
        return policy;
    }
}
