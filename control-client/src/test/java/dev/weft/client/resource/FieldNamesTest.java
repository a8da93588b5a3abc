package dev.weft.client.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.ConsistentHashingLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.http.v3.Cookie;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FieldNamesTest {
    private static final List<Descriptor> MESSAGES = List.of(
            Listener.getDescriptor(),
            HttpConnectionManager.getDescriptor(),
            RouteConfiguration.getDescriptor(),
            VirtualHost.getDescriptor(),
            Route.getDescriptor(),
            RouteMatch.getDescriptor(),
            RouteAction.getDescriptor(),
            RedirectAction.getDescriptor(),
            HeaderMatcher.getDescriptor(),
            QueryParameterMatcher.getDescriptor(),
            RetryPolicy.getDescriptor(),
            HedgePolicy.getDescriptor(),
            WeightedCluster.getDescriptor(),
            WeightedCluster.ClusterWeight.getDescriptor(),
            Cluster.getDescriptor(),
            Cluster.CommonLbConfig.getDescriptor(),
            Cluster.CommonLbConfig.ZoneAwareLbConfig.getDescriptor(),
            Cluster.CommonLbConfig.ConsistentHashingLbConfig.getDescriptor(),
            Cluster.LbSubsetConfig.getDescriptor(),
            Cluster.LbSubsetConfig.LbSubsetSelector.getDescriptor(),
            Cluster.RoundRobinLbConfig.getDescriptor(),
            Cluster.LeastRequestLbConfig.getDescriptor(),
            Cluster.RingHashLbConfig.getDescriptor(),
            Cluster.MaglevLbConfig.getDescriptor(),
            LocalityLbConfig.getDescriptor(),
            LocalityLbConfig.ZoneAwareLbConfig.getDescriptor(),
            ConsistentHashingLbConfig.getDescriptor(),
            RoundRobin.getDescriptor(),
            LeastRequest.getDescriptor(),
            RingHash.getDescriptor(),
            Maglev.getDescriptor(),
            ClientSideWeightedRoundRobin.getDescriptor(),
            Subset.getDescriptor(),
            OutlierDetection.getDescriptor(),
            CircuitBreakers.getDescriptor(),
            CircuitBreakers.Thresholds.getDescriptor(),
            ClusterLoadAssignment.getDescriptor(),
            ClusterLoadAssignment.Policy.getDescriptor(),
            LocalityLbEndpoints.getDescriptor(),
            LbEndpoint.getDescriptor(),
            Endpoint.getDescriptor(),
            UpstreamTlsContext.getDescriptor(),
            CommonTlsContext.getDescriptor(),
            CertificateValidationContext.getDescriptor(),
            HTTPFault.getDescriptor(),
            FaultAbort.getDescriptor(),
            FaultDelay.getDescriptor(),
            LocalRateLimit.getDescriptor(),
            RateLimit.getDescriptor(),
            RateLimit.Action.getDescriptor(),
            RouteAction.MaxStreamDuration.getDescriptor(),
            Router.getDescriptor(),
            RetryPolicy.RateLimitedRetryBackOff.getDescriptor(),
            AdmissionControl.getDescriptor(),
            AdaptiveConcurrency.getDescriptor(),
            GradientControllerConfig.getDescriptor(),
            StatefulSession.getDescriptor(),
            Cookie.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.getDescriptor(),
            RateLimitServiceConfig.getDescriptor(),
            GrpcService.getDescriptor(),
            GrpcService.EnvoyGrpc.getDescriptor(),
            TcpProxy.getDescriptor(),
            FilterChain.getDescriptor(),
            CommonTlsContext.CombinedCertificateValidationContext.getDescriptor(),
            TlsParameters.getDescriptor(),
            io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.getDescriptor(),
            UpstreamHttpProtocolOptions.getDescriptor(),
            HttpProtocolOptions.getDescriptor());

    @Test
    void theListOfFieldNamesEqualsThePublishedDescriptors() throws IOException {
        var expected = new StringBuilder();
        for (Descriptor message : MESSAGES) {
            var outer = message.getContainingType();
            // The filter has the name of what routes say for it.
            boolean filter = message.getFullName().equals("envoy.extensions.filters.http.ratelimit.v3.RateLimit");
            // So has what a cluster says of all of its versions of HTTP.
            boolean upstreams = message.getFullName().equals("envoy.extensions.upstreams.http.v3.HttpProtocolOptions");
            expected.append(filter ? "ratelimit." : upstreams ? "upstreams." : "");
            expected.append(outer == null ? "" : outer.getName() + ".").append(message.getName());
            for (FieldDescriptor field : message.getFields()) {
                expected.append(' ').append(field.getNumber()).append('=').append(field.getName());
            }
            expected.append('\n');
        }
        try (var in = FieldNames.class.getResourceAsStream("fields.txt")) {
            String actual = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(expected.toString(), actual);
        }
    }
}
