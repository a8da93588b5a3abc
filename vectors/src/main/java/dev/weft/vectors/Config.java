package dev.weft.vectors;

import static dev.weft.vectors.VectorFiles.map;
import static dev.weft.vectors.VectorFiles.maps;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.client.resource.CertificateSource;
import dev.weft.client.warm.Standalone;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.Home;
import dev.weft.protocol.v1.ServiceNames;
import dev.weft.testkit.xds.XdsJson;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;

/**
 * The resources of a case. {@code listeners}, {@code routes}, {@code clusters}, {@code assignments} and
 * {@code directory} are lists of messages in protobuf JSON. Shorter ways to say the usual:
 *
 * <ul>
 *   <li>{@code hosts: {HOST: [Route]}} is a route configuration with one virtual host for {@code *}
 *   <li>a route configuration without a listener gets one of its name, with the {@code filters: {TYPE: CONFIG}}
 *       before its router
 *   <li>a cluster that says neither where its endpoints are nor of which type it is asks EDS, and so
 *       does one that only a route or {@code endpoints} names
 *   <li>{@code endpoints: {CLUSTER: [ADDRESS:PORT]}} is an assignment of one locality, port 80 if there
 *       is none; a cluster of EDS of which nothing else is said has 10.0.0.1:80
 * </ul>
 */
public final class Config {
    private static final Set<String> KEYS =
            Set.of("listeners", "filters", "routes", "hosts", "clusters", "endpoints", "assignments", "directory");
    private static final String HTTP_FILTERS = "type.googleapis.com/envoy.extensions.filters.http.";
    private static final String ROUTER = "router.v3.Router";
    private static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .build();

    /** Of which cases that have a cluster {@code mine} are told. */
    private static final Home HOME = new Home(new Locality("", "east", ""), "mine");

    private Config() {}

    /** The resources with all that the case leaves out. */
    public static List<Message> messages(Map<String, Object> config) {
        if (!KEYS.containsAll(config.keySet())) {
            throw new IllegalArgumentException("config has a key of " + config.keySet() + " that is none of " + KEYS);
        }
        List<Message> all = new ArrayList<>();
        Set<String> listeners = new HashSet<>();
        for (Map<String, Object> json : maps(config.get("listeners"))) {
            var listener = XdsJson.read(json, Listener.newBuilder()).build();
            listeners.add(listener.getName());
            all.add(listener);
        }
        List<RouteConfiguration> tables = new ArrayList<>();
        for (Map<String, Object> json : maps(config.get("routes"))) {
            tables.add(XdsJson.read(json, RouteConfiguration.newBuilder()).build());
        }
        map(config.get("hosts")).forEach((host, routes) -> tables.add(table(host, routes)));
        Set<String> clusters = new TreeSet<>(map(config.get("endpoints")).keySet());
        for (RouteConfiguration table : tables) {
            if (listeners.add(table.getName())) {
                all.add(listener(table.getName(), map(config.get("filters"))));
            }
        }
        all.addAll(tables);
        tables.forEach(table -> clusters.addAll(named(table)));
        clusters(config, clusters, all);
        if (config.containsKey("directory")) {
            Object services = Map.of("services", config.get("directory"));
            all.add(XdsJson.read(services, ServiceNames.newBuilder()).build());
        }
        return all;
    }

    private static void clusters(Map<String, Object> config, Set<String> named, List<Message> all) {
        List<Cluster.Builder> clusters = new ArrayList<>();
        for (Map<String, Object> json : maps(config.get("clusters"))) {
            var cluster = XdsJson.read(json, Cluster.newBuilder());
            clusters.add(cluster);
            named.remove(cluster.getName());
        }
        named.forEach(name -> clusters.add(Cluster.newBuilder().setName(name)));
        Set<String> assigned = new TreeSet<>();
        for (Cluster.Builder cluster : clusters) {
            boolean silent = !cluster.hasLoadAssignment()
                    && cluster.getClusterDiscoveryTypeCase()
                            == Cluster.ClusterDiscoveryTypeCase.CLUSTERDISCOVERYTYPE_NOT_SET;
            if (silent) {
                cluster.setType(DiscoveryType.EDS)
                        .setEdsClusterConfig(EdsClusterConfig.newBuilder().setEdsConfig(ADS));
            }
            if (cluster.getType() == DiscoveryType.EDS) {
                String service = cluster.getEdsClusterConfig().getServiceName();
                assigned.add(service.isEmpty() ? cluster.getName() : service);
            }
            all.add(cluster.build());
        }
        for (Map<String, Object> json : maps(config.get("assignments"))) {
            var assignment =
                    XdsJson.read(json, ClusterLoadAssignment.newBuilder()).build();
            assigned.remove(assignment.getClusterName());
            all.add(assignment);
        }
        Map<String, Object> endpoints = map(config.get("endpoints"));
        for (String name : assigned) {
            all.add(assignment(name, VectorFiles.texts(endpoints.getOrDefault(name, "10.0.0.1"))));
        }
    }

    private static Set<String> named(RouteConfiguration table) {
        Set<String> names = new TreeSet<>();
        table.getRequestMirrorPoliciesList().forEach(mirror -> names.add(mirror.getCluster()));
        for (VirtualHost host : table.getVirtualHostsList()) {
            host.getRequestMirrorPoliciesList().forEach(mirror -> names.add(mirror.getCluster()));
            for (Route route : host.getRoutesList()) {
                var action = route.getRoute();
                names.add(action.getCluster());
                action.getWeightedClusters().getClustersList().forEach(weighted -> names.add(weighted.getName()));
                action.getRequestMirrorPoliciesList().forEach(mirror -> names.add(mirror.getCluster()));
            }
        }
        names.remove("");
        return names;
    }

    private static RouteConfiguration table(String host, Object routes) {
        Object virtual = Map.of("name", host, "domains", List.of("*"), "routes", routes);
        return XdsJson.read(Map.of("name", host), RouteConfiguration.newBuilder())
                .addVirtualHosts(XdsJson.read(virtual, VirtualHost.newBuilder()))
                .build();
    }

    private static Listener listener(String name, Map<String, Object> filters) {
        var manager = HttpConnectionManager.newBuilder()
                .setRds(Rds.newBuilder().setRouteConfigName(name).setConfigSource(ADS));
        filters.forEach((type, filter) -> {
            if (!type.equals(ROUTER)) {
                manager.addHttpFilters(filter(type, map(filter)));
            }
        });
        manager.addHttpFilters(filter(ROUTER, map(filters.get(ROUTER))));
        return Listener.newBuilder()
                .setName(name)
                .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(manager.build())))
                .build();
    }

    private static HttpFilter filter(String type, Map<String, Object> fields) {
        Map<String, Object> config = new HashMap<>(fields);
        config.put("@type", HTTP_FILTERS + type);
        Object filter = Map.of("name", type.substring(0, type.indexOf('.')), "typed_config", config);
        return XdsJson.read(filter, HttpFilter.newBuilder()).build();
    }

    private static ClusterLoadAssignment assignment(String cluster, List<String> addresses) {
        var group = LocalityLbEndpoints.newBuilder();
        for (String address : addresses) {
            int colon = address.indexOf(':');
            var socket = SocketAddress.newBuilder()
                    .setAddress(colon < 0 ? address : address.substring(0, colon))
                    .setPortValue(colon < 0 ? 80 : Integer.parseInt(address.substring(colon + 1)));
            group.addLbEndpoints(LbEndpoint.newBuilder()
                    .setEndpoint(Endpoint.newBuilder()
                            .setAddress(Address.newBuilder().setSocketAddress(socket))));
        }
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(group)
                .build();
    }

    /** Reads resources as an agent does whose provider {@code ROOTCA} has roots, and {@code default} an identity. */
    public static Standalone read(List<Message> messages) {
        CertificateSource certificates = (identity, roots, expected, serverName) -> {
            if (!roots.equals("ROOTCA") || !identity.isEmpty() && !identity.equals("default")) {
                throw new CertificateSource.Unavailable("no identity '" + identity + "' or no roots '" + roots + "'");
            }
            try {
                return SSLContext.getDefault();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        };
        return XdsJson.configuration("vector", HOME, certificates, messages);
    }
}
