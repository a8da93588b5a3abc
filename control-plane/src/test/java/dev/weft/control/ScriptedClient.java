package dev.weft.control;

import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A client of the incremental protocol that says what a test tells it to say. */
public final class ScriptedClient implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final ManagedChannel channel;
    private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
    private final ClientCallStreamObserver<DeltaDiscoveryRequest> stream;

    public ScriptedClient(InetSocketAddress server) {
        this(server, Integer.MAX_VALUE);
    }

    /**
     * @param autoRequest how many responses to take before {@link #allow}
     */
    public ScriptedClient(InetSocketAddress server, int autoRequest) {
        this(NettyChannelBuilder.forAddress(server).usePlaintext().build(), autoRequest);
    }

    /** Over a channel that is its own from now on. */
    public ScriptedClient(ManagedChannel channel, int autoRequest) {
        this.channel = channel;
        stream = (ClientCallStreamObserver<DeltaDiscoveryRequest>) AggregatedDiscoveryServiceGrpc.newStub(channel)
                .deltaAggregatedResources(new ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse>() {
                    @Override
                    public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> requests) {
                        requests.disableAutoRequestWithInitial(autoRequest);
                    }

                    @Override
                    public void onNext(DeltaDiscoveryResponse response) {
                        responses.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        ends.add(failure);
                    }

                    @Override
                    public void onCompleted() {
                        ends.add(new IllegalStateException("completed"));
                    }
                });
    }

    public static Node node(String service, String namespace, String ip, Map<String, String> labels) {
        Struct.Builder label = Struct.newBuilder();
        labels.forEach((k, v) -> label.putFields(k, text(v)));
        return Node.newBuilder()
                .setId("sidecar~" + ip + "~" + service + "-4711." + namespace + "~" + namespace + ".svc.cluster.local")
                .setCluster(service)
                .setUserAgentName("weft")
                .setLocality(Locality.newBuilder().setRegion("eu").setZone("eu-1"))
                .setMetadata(Struct.newBuilder()
                        .putFields("NAMESPACE", text(namespace))
                        .putFields("INSTANCE_IPS", text(ip))
                        .putFields(
                                "LABELS",
                                Value.newBuilder().setStructValue(label).build()))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    public void send(DeltaDiscoveryRequest request) {
        stream.onNext(request);
    }

    public void hello(Node node, String type, String... names) {
        send(request(type)
                .setNode(node)
                .addAllResourceNamesSubscribe(List.of(names))
                .build());
    }

    public void subscribe(String type, String... names) {
        send(request(type).addAllResourceNamesSubscribe(List.of(names)).build());
    }

    public void unsubscribe(String type, String... names) {
        send(request(type).addAllResourceNamesUnsubscribe(List.of(names)).build());
    }

    public void ack(DeltaDiscoveryResponse response) {
        send(request(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .build());
    }

    public void nack(DeltaDiscoveryResponse response, String reason) {
        send(request(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage(reason))
                .build());
    }

    public void ready() {
        send(request("type.googleapis.com/istio.v1.HealthInformation").build());
    }

    public void notReady(int code, String message) {
        send(request("type.googleapis.com/istio.v1.HealthInformation")
                .setErrorDetail(Status.newBuilder().setCode(code).setMessage(message))
                .build());
    }

    public static DeltaDiscoveryRequest.Builder request(String type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type);
    }

    public void allow(int more) {
        stream.request(more);
    }

    /** The next response, acknowledged. */
    public DeltaDiscoveryResponse next() {
        DeltaDiscoveryResponse response = nextUnanswered();
        ack(response);
        return response;
    }

    public DeltaDiscoveryResponse nextUnanswered() {
        try {
            DeltaDiscoveryResponse response = responses.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("no response; the stream ended: " + ends);
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The first response that is like this; those before it are acknowledged and dropped. */
    public DeltaDiscoveryResponse await(Predicate<DeltaDiscoveryResponse> condition) {
        while (true) {
            DeltaDiscoveryResponse response = next();
            if (condition.test(response)) {
                return response;
            }
        }
    }

    /** Everything that has arrived and was not looked at. */
    public List<DeltaDiscoveryResponse> waiting() {
        List<DeltaDiscoveryResponse> waiting = new ArrayList<>();
        responses.drainTo(waiting);
        return waiting;
    }

    public int arrived() {
        return responses.size();
    }

    /** How the stream ended. */
    public Throwable end() {
        try {
            Throwable end = ends.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            return end == null ? fail("the stream goes on") : end;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public boolean isOpen() {
        return ends.isEmpty();
    }

    /** The resources of a response by name. */
    public static <M extends Message> Map<String, M> unpack(DeltaDiscoveryResponse response, Class<M> type) {
        Map<String, M> unpacked = new TreeMap<>();
        response.getResourcesList().forEach(resource -> {
            try {
                unpacked.put(resource.getName(), resource.getResource().unpack(type));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        });
        return unpacked;
    }

    /** Half-closes the stream, as an orderly client does. */
    public void complete() {
        stream.onCompleted();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
