package dev.weft.control.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.AdaptiveConcurrency;
import dev.weft.control.rule.Resilience.AdmissionControl;
import dev.weft.control.rule.Resilience.Part;
import dev.weft.control.rule.Resilience.RateLimit;
import dev.weft.control.rule.Resilience.Session;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a rule of resilience that is a filter of HTTP to Envoy. It stands in the chains of those hosts alone of
 * which some rule has the part, does nothing there, and is configured by the routes.
 *
 * @param idle its configuration in the chain
 * @param writer its configuration for a route
 */
record PolicyFilter<P extends Part>(String name, Class<P> kind, Message idle, Function<P, Message> writer) {
    /** In the order of a chain. */
    static final List<PolicyFilter<?>> ALL = List.of(
            new PolicyFilter<>(
                    "envoy.filters.http.local_ratelimit", RateLimit.class, RateLimitWriter.NOBODY, RateLimitWriter::of),
            new PolicyFilter<>(
                    "envoy.filters.http.admission_control",
                    AdmissionControl.class,
                    ConcurrencyWriter.ALL_ADMITTED,
                    ConcurrencyWriter::of),
            new PolicyFilter<>(
                    "envoy.filters.http.adaptive_concurrency",
                    AdaptiveConcurrency.class,
                    ConcurrencyWriter.NO_LIMIT,
                    ConcurrencyWriter::of),
            new PolicyFilter<>(
                    "envoy.filters.http.stateful_session",
                    Session.class,
                    StatefulSession.getDefaultInstance(),
                    SessionWriter::of));

    HttpFilter filter() {
        return HttpFilter.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(idle))
                .build();
    }

    /** Writes what a route says, if it says something. */
    void write(Resilience.Policy policy, Route.Builder route) {
        P part = policy.get(kind);
        if (part != null) {
            route.putTypedPerFilterConfig(name, Any.pack(writer.apply(part)));
        }
    }
}
