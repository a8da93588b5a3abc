package dev.weft.control.translate;

import com.google.protobuf.Any;
import dev.weft.control.rule.Resilience.GlobalRateLimit;
import dev.weft.control.rule.Resilience.RateLimitService;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;

/** LDS: what a client asks for first, by the full name of a host. */
final class ListenerWriter {
    static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3)
            .build();

    private static final HttpFilter ROUTER = HttpFilter.newBuilder()
            .setName("envoy.filters.http.router")
            .setTypedConfig(Any.pack(Router.getDefaultInstance()))
            .build();

    private static final ListenerFilter TLS_INSPECTOR = ListenerFilter.newBuilder()
            .setName("envoy.filters.listener.tls_inspector")
            .setTypedConfig(Any.pack(TlsInspector.getDefaultInstance()))
            .build();

    private ListenerWriter() {}

    /** @param speech what is spoken there */
    static Listener of(String host, int port, HostRules rules, Speech speech) {
        Listener.Builder listener = Listener.newBuilder().setName(ClusterName.listener(host, port));
        if (speech == Speech.TLS || speech == Speech.ANY) {
            listener.addListenerFilters(TLS_INSPECTOR);
        }
        Any tcp = speech == Speech.HTTP ? null : Any.pack(TcpWriter.of(host, port, rules, speech));
        if (tcp != null && speech != Speech.ANY) {
            return listener.setApiListener(ApiListener.newBuilder().setApiListener(tcp))
                    .build();
        }
        if (tcp != null) {
            listener.setDefaultFilterChain(FilterChain.newBuilder()
                    .addFilters(Filter.newBuilder().setName(TcpWriter.NAME).setTypedConfig(tcp)));
        }
        HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(ClusterName.routes(host, port))
                .setRds(Rds.newBuilder().setConfigSource(ADS).setRouteConfigName(ClusterName.routes(host, port)))
                .addHttpFilters(FaultWriter.FILTER);
        for (PolicyFilter<?> filter : PolicyFilter.ALL) {
            if (rules.has(filter.kind())) {
                manager.addHttpFilters(filter.filter());
            }
        }
        RateLimitService limits = rules.ofHost().get(RateLimitService.class);
        if (limits != null && rules.has(GlobalRateLimit.class)) {
            manager.addHttpFilters(QuotaWriter.filter(limits, rules.cluster(limits.destination())));
        }
        Any http = Any.pack(manager.addHttpFilters(ROUTER).build());
        return listener.setApiListener(ApiListener.newBuilder().setApiListener(http))
                .build();
    }
}
