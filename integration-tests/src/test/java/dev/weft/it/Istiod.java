package dev.weft.it;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
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
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One service, told as istiod's gRPC mode tells it: state of the world, by name. */
final class Istiod extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase implements AutoCloseable {
    private static final String TABLE = "type.googleapis.com/istio.networking.nds.v1.NameTable";
    private static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .build();

    /** By type and name. */
    private final Map<String, Map<String, Any>> resources = new HashMap<>();

    final List<DiscoveryRequest> requests = new CopyOnWriteArrayList<>();
    final List<String> tokens = new CopyOnWriteArrayList<>();
    private final Server server;

    Istiod(NettyServerBuilder where, String service, int port) throws IOException {
        String host = service + ".default.svc.cluster.local";
        String cluster = "outbound|80||" + host;
        resources.put(TABLE, Map.of("", table(host, service)));
        put(host + ":80", listener(host + ":80", cluster));
        put(cluster, routes(cluster, host, service));
        put(cluster, cluster(cluster));
        put(cluster, endpoints(cluster, port));
        server = where.addService(ServerInterceptors.intercept(this, new Tokens()))
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    private void put(String name, Message message) {
        Any any = any(message);
        resources.computeIfAbsent(any.getTypeUrl(), type -> new TreeMap<>()).put(name, any);
    }

    private static Any any(Message message) {
        return Any.newBuilder()
                .setTypeUrl(
                        "type.googleapis.com/" + message.getDescriptorForType().getFullName())
                .setValue(message.toByteString())
                .build();
    }

    /** Written by hand: no published class has this type. */
    private static Any table(String host, String service) throws IOException {
        byte[] info = fields("", "10.96.0.1", "Kubernetes", service, "default");
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(row);
        out.writeString(1, host);
        out.writeByteArray(2, info);
        out.flush();
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        out = CodedOutputStream.newInstance(table);
        out.writeByteArray(1, row.toByteArray());
        out.flush();
        return Any.newBuilder()
                .setTypeUrl(TABLE)
                .setValue(ByteString.copyFrom(table.toByteArray()))
                .build();
    }

    private static byte[] fields(String... texts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int i = 1; i < texts.length; i++) {
            out.writeString(i, texts[i]);
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static Listener listener(String name, String routes) {
        HttpConnectionManager manager = HttpConnectionManager.newBuilder()
                .setRds(Rds.newBuilder().setConfigSource(ADS).setRouteConfigName(routes))
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(any(Router.getDefaultInstance())))
                .build();
        return Listener.newBuilder()
                .setName(name)
                .setApiListener(ApiListener.newBuilder().setApiListener(any(manager)))
                .build();
    }

    private static RouteConfiguration routes(String cluster, String host, String service) {
        return RouteConfiguration.newBuilder()
                .setName(cluster)
                .addVirtualHosts(VirtualHost.newBuilder()
                        .setName(host + ":80")
                        .addAllDomains(List.of(host, service, service + ".default", service + ".default.svc"))
                        .addRoutes(Route.newBuilder()
                                .setName("default")
                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                .setRoute(RouteAction.newBuilder().setCluster(cluster))))
                .build();
    }

    private static Cluster cluster(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setServiceName(name)
                        .setEdsConfig(ADS))
                .build();
    }

    private static ClusterLoadAssignment endpoints(String cluster, int port) {
        SocketAddress address = SocketAddress.newBuilder()
                .setAddress("127.0.0.1")
                .setPortValue(port)
                .build();
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(LocalityLbEndpoints.newBuilder()
                        .addLbEndpoints(LbEndpoint.newBuilder()
                                .setEndpoint(Endpoint.newBuilder()
                                        .setAddress(Address.newBuilder().setSocketAddress(address)))))
                .build();
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(StreamObserver<DiscoveryResponse> out) {
        ((ServerCallStreamObserver<DiscoveryResponse>) out).setOnCancelHandler(() -> {});
        return new Stream(out);
    }

    private final class Stream implements StreamObserver<DiscoveryRequest> {
        private final StreamObserver<DiscoveryResponse> out;
        private final Map<String, List<String>> known = new HashMap<>();
        private int nonce;

        Stream(StreamObserver<DiscoveryResponse> out) {
            this.out = out;
        }

        @Override
        public void onNext(DiscoveryRequest request) {
            requests.add(request);
            String type = request.getTypeUrl();
            List<String> names = List.copyOf(request.getResourceNamesList());
            Map<String, Any> all = resources.get(type);
            if (all == null || request.hasErrorDetail() || names.equals(known.put(type, names))) {
                return;
            }
            DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                    .setTypeUrl(type)
                    .setVersionInfo("1")
                    .setNonce(type + ++nonce);
            all.forEach((name, resource) -> {
                if (name.isEmpty() || names.contains(name)) {
                    response.addResources(resource);
                }
            });
            out.onNext(response.build());
        }

        @Override
        public void onError(Throwable failure) {
            // The client has gone.
        }

        @Override
        public void onCompleted() {
            out.onCompleted();
        }
    }

    private final class Tokens implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            tokens.add(String.valueOf(headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER))));
            return next.startCall(call, headers);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
