package dev.weft.bench;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** A simulated client: one stream of the incremental protocol, which takes whatever it is sent. */
final class DeltaClient implements AutoCloseable {
    static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    static final String ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    static final String LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener";
    static final String ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    static final String REGISTRATION = "type.googleapis.com/weft.v1.WorkloadRegistration";
    static final String DIRECTORY = "type.googleapis.com/weft.v1.ServiceNames";
    static final String HEALTH = "type.googleapis.com/istio.v1.HealthInformation";

    private static final int MAX_MESSAGE = 64 << 20;

    /** Two threads for all connections: a client that waits for its turn is not the server's delay. */
    private static final EventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory("clients", true), NioIoHandler.newFactory());

    private final StreamObserver<DeltaDiscoveryRequest> stream;
    private final Node node;
    private boolean isKnown;
    private volatile boolean isClosed;

    /**
     * @param address what the client says of itself
     * @param heard on the connection's thread, before the response is acknowledged
     */
    DeltaClient(ManagedChannel channel, String service, String address, Consumer<DeltaDiscoveryResponse> heard) {
        node = Node.newBuilder()
                .setId("sidecar~" + address + "~" + service + "-1.default~default.svc.cluster.local")
                .setCluster(service)
                .setUserAgentName("bench")
                .setMetadata(Struct.newBuilder()
                        .putFields("NAMESPACE", text("default"))
                        .putFields("INSTANCE_IPS", text(address)))
                .build();
        stream = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .deltaAggregatedResources(new StreamObserver<DeltaDiscoveryResponse>() {
                    @Override
                    public void onNext(DeltaDiscoveryResponse response) {
                        heard.accept(response);
                        send(request(response.getTypeUrl()).setResponseNonce(response.getNonce()));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        if (!isClosed) {
                            System.err.println("a client's stream failed: " + failure);
                        }
                    }

                    @Override
                    public void onCompleted() {
                        stream.onCompleted();
                    }
                });
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    /** A connection of its own. */
    static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE)
                .eventLoopGroup(LOOPS)
                .channelType(NioSocketChannel.class)
                .build();
    }

    private static DeltaDiscoveryRequest.Builder request(String type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type);
    }

    /** Streams take one message at a time, and both ends' threads send. */
    private synchronized void send(DeltaDiscoveryRequest.Builder request) {
        if (isClosed) {
            return;
        }
        if (!isKnown) {
            request.setNode(node);
            isKnown = true;
        }
        stream.onNext(request.build());
    }

    void subscribe(String type, Collection<String> names) {
        subscribe(type, names, Map.of());
    }

    /** @param held versions that an earlier stream has brought */
    void subscribe(String type, Collection<String> names, Map<String, String> held) {
        send(request(type).addAllResourceNamesSubscribe(names).putAllInitialResourceVersions(held));
    }

    void unsubscribe(String type, Collection<String> names) {
        send(request(type).addAllResourceNamesUnsubscribe(names));
    }

    /** It can take calls from now on. */
    void ready() {
        send(request(HEALTH));
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        stream.onError(new IllegalStateException("the client is gone"));
    }
}
