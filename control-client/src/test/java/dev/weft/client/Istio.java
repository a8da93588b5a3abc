package dev.weft.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import dev.weft.client.wire.Writer;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;

/**
 * Resources as istiod's gRPC mode writes them (pilot/pkg/networking/grpcgen and
 * pilot/pkg/networking/core of Istio 1.2x).
 */
public final class Istio {
    public static final String NDS = "type.googleapis.com/istio.networking.nds.v1.NameTable";

    private static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3)
            .build();

    private Istio() {}

    public static String listenerName(String service, int port) {
        return Xds.host(service) + ":" + port;
    }

    public static String cluster(String service, int port) {
        return "outbound|" + port + "||" + Xds.host(service);
    }

    /** No published class has this type: the fields are those of pkg/dns/proto/nds.proto. */
    public static Any nameTable(String... services) {
        var table = new Writer();
        for (String service : services) {
            table.message(
                    1,
                    new Writer()
                            .string(1, Xds.host(service))
                            .message(
                                    2,
                                    new Writer()
                                            .string(1, "10.96.0.1")
                                            .string(2, "Kubernetes")
                                            .string(3, service)
                                            .string(4, "default")));
        }
        return Any.newBuilder()
                .setTypeUrl(NDS)
                .setValue(ByteString.copyFrom(table.toBytes()))
                .build();
    }

    /** buildOutboundListeners: HttpConnectionManager over RDS, with three filters. */
    public static Listener listener(String service, int port) {
        var manager = HttpConnectionManager.newBuilder()
                .addHttpFilters(filter("envoy.filters.http.stateful_session", StatefulSession.getDefaultInstance()))
                .addHttpFilters(filter("envoy.filters.http.fault", HTTPFault.getDefaultInstance()))
                .addHttpFilters(Xds.router())
                .setRds(Rds.newBuilder().setConfigSource(ADS).setRouteConfigName(cluster(service, port)))
                .build();
        return Listener.newBuilder()
                .setName(listenerName(service, port))
                .setAddress(address("10.96.0.1", port))
                .setApiListener(ApiListener.newBuilder().setApiListener(Xds.any(manager)))
                .build();
    }

    private static HttpFilter filter(String name, com.google.protobuf.Message config) {
        return HttpFilter.newBuilder()
                .setName(name)
                .setTypedConfig(Xds.any(config))
                .build();
    }

    /** What the sidecar's code makes of a service without a VirtualService, with the default retries of the mesh. */
    public static RouteConfiguration routes(String service, int port) {
        String host = Xds.host(service);
        return RouteConfiguration.newBuilder()
                .setName(cluster(service, port))
                .addVirtualHosts(VirtualHost.newBuilder()
                        .setName(host + ":" + port)
                        .addDomains(host)
                        .addDomains(service)
                        .addDomains(service + ".default.svc")
                        .addDomains(service + ".default")
                        .addDomains("10.96.0.1")
                        .setIncludeRequestAttemptCount(true)
                        .addRoutes(Route.newBuilder()
                                .setName("default")
                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                .setDecorator(Decorator.newBuilder().setOperation(host + ":" + port + "/*"))
                                .setRoute(RouteAction.newBuilder()
                                        .setCluster(cluster(service, port))
                                        .setTimeout(Duration.getDefaultInstance())
                                        .setMaxStreamDuration(RouteAction.MaxStreamDuration.newBuilder()
                                                .setMaxStreamDuration(Duration.getDefaultInstance())
                                                .setGrpcTimeoutHeaderMax(Duration.getDefaultInstance()))
                                        .setRetryPolicy(retries()))))
                .setValidateClusters(com.google.protobuf.BoolValue.of(false))
                .setMaxDirectResponseBodySizeBytes(UInt32Value.of(1 << 20))
                .setIgnorePortInHostMatching(true)
                .build();
    }

    private static RetryPolicy retries() {
        return RetryPolicy.newBuilder()
                .setRetryOn("connect-failure,refused-stream,unavailable,cancelled,reset-before-request")
                .setNumRetries(UInt32Value.of(2))
                .addRetryHostPredicate(RetryPolicy.RetryHostPredicate.newBuilder()
                        .setName("envoy.retry_host_predicates.previous_hosts")
                        .setTypedConfig(Xds.any(PreviousHostsPredicate.getDefaultInstance())))
                .setHostSelectionRetryMaxAttempts(5)
                .build();
    }

    public static Cluster eds(String service, int port) {
        return Cluster.newBuilder()
                .setName(cluster(service, port))
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setServiceName(cluster(service, port))
                        .setEdsConfig(ADS))
                .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
                .setCircuitBreakers(CircuitBreakers.newBuilder()
                        .addThresholds(CircuitBreakers.Thresholds.newBuilder().setMaxRequests(UInt32Value.of(1024))))
                .build();
    }

    public static ClusterLoadAssignment endpoints(String service, int port, int... targets) {
        var locality = LocalityLbEndpoints.newBuilder()
                .setLocality(Locality.newBuilder().setRegion("eu").setZone("a"))
                .setLoadBalancingWeight(UInt32Value.of(Math.max(1, targets.length)));
        for (int target : targets) {
            locality.addLbEndpoints(LbEndpoint.newBuilder()
                    .setEndpoint(Endpoint.newBuilder().setAddress(address("127.0.0.1", target)))
                    .setHealthStatus(HealthStatus.HEALTHY)
                    .setLoadBalancingWeight(UInt32Value.of(1))
                    .setMetadata(Metadata.newBuilder()
                            .putFilterMetadata(
                                    "istio",
                                    Struct.newBuilder()
                                            .putFields(
                                                    "workload",
                                                    Value.newBuilder()
                                                            .setStringValue(service + ";default;" + service + ";;")
                                                            .build())
                                            .build())
                            .putFilterMetadata(
                                    "envoy.transport_socket_match",
                                    Struct.newBuilder()
                                            .putFields(
                                                    "tlsMode",
                                                    Value.newBuilder()
                                                            .setStringValue("istio")
                                                            .build())
                                            .build())));
        }
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster(service, port))
                .addEndpoints(locality)
                .build();
    }

    private static Address address(String ip, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
                .build();
    }
}
