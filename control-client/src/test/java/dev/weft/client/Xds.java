package dev.weft.client;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.protocol.v1.ServiceName;
import dev.weft.protocol.v1.ServiceNames;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.util.List;

/** Resources as a control plane writes them, with the published message classes. */
public final class Xds {
    public static final String DIRECTORY = "type.googleapis.com/weft.v1.ServiceNames";
    public static final String LDS = "type.googleapis.com/envoy.config.listener.v3.Listener";
    public static final String RDS = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    public static final String CDS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    public static final String EDS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    public static final String REGISTRATION = "type.googleapis.com/weft.v1.WorkloadRegistration";
    public static final String HEALTH = "type.googleapis.com/istio.v1.HealthInformation";

    private static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .build();

    private Xds() {}

    public static Any any(Message message) {
        return Any.newBuilder()
                .setTypeUrl(
                        "type.googleapis.com/" + message.getDescriptorForType().getFullName())
                .setValue(message.toByteString())
                .build();
    }

    public static String host(String service) {
        return service + ".default.svc.cluster.local";
    }

    public static String cluster(String service) {
        return "outbound|0||" + host(service);
    }

    public static ServiceNames directory(String... services) {
        var names = ServiceNames.newBuilder();
        for (String service : services) {
            names.addServices(ServiceName.newBuilder()
                    .setHost(host(service))
                    .addAliases(service)
                    .addAliases(service + ".default")
                    .addAliases(service + ".default.svc"));
        }
        return names.build();
    }

    public static Listener listener(String name, String routes) {
        return listener(
                name,
                HttpConnectionManager.newBuilder()
                        .setRds(Rds.newBuilder().setConfigSource(ADS).setRouteConfigName(routes))
                        .addHttpFilters(router())
                        .build());
    }

    public static Listener listener(String name, HttpConnectionManager manager) {
        return Listener.newBuilder()
                .setName(name)
                .setApiListener(ApiListener.newBuilder().setApiListener(any(manager)))
                .build();
    }

    public static HttpFilter router() {
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http.router")
                .setTypedConfig(any(Router.getDefaultInstance()))
                .build();
    }

    /** One virtual host with all names of the service and one route to each cluster in turn. */
    public static RouteConfiguration routes(String service, String... clusters) {
        var host = VirtualHost.newBuilder()
                .setName(host(service))
                .addAllDomains(List.of(service, service + ".default", service + ".default.svc", host(service)));
        for (String cluster : clusters) {
            host.addRoutes(Route.newBuilder()
                    .setName(cluster)
                    .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                    .setRoute(RouteAction.newBuilder().setCluster(cluster).setTimeout(Duration.getDefaultInstance())));
        }
        return RouteConfiguration.newBuilder()
                .setName(cluster(service))
                .addVirtualHosts(host)
                .build();
    }

    public static Cluster eds(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setServiceName(name)
                        .setEdsConfig(ADS))
                .build();
    }

    public static ClusterLoadAssignment endpoints(String name, int... ports) {
        var locality = LocalityLbEndpoints.newBuilder();
        for (int port : ports) {
            locality.addLbEndpoints(endpoint("127.0.0.1", port));
        }
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(name)
                .addEndpoints(locality)
                .build();
    }

    public static LbEndpoint endpoint(String address, int port) {
        return LbEndpoint.newBuilder()
                .setHealthStatus(HealthStatus.HEALTHY)
                .setEndpoint(Endpoint.newBuilder()
                        .setAddress(Address.newBuilder()
                                .setSocketAddress(SocketAddress.newBuilder()
                                        .setAddress(address)
                                        .setPortValue(port))))
                .build();
    }

    public static Metadata metadata(String namespace, String key, Value value) {
        return Metadata.newBuilder()
                .putFilterMetadata(
                        namespace, Struct.newBuilder().putFields(key, value).build())
                .build();
    }
}
