package dev.weft.control;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that speaks the state of the world and says what a test tells it to say. */
public final class WorldClient implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final ManagedChannel channel;
    private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
    private final StreamObserver<DiscoveryRequest> stream;

    /** By type: what it asks for, and the last response. */
    private final Map<String, List<String>> asked = new HashMap<>();

    private final Map<String, DiscoveryResponse> last = new HashMap<>();

    public WorldClient(InetSocketAddress server) {
        channel = NettyChannelBuilder.forAddress(server).usePlaintext().build();
        stream = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .streamAggregatedResources(new StreamObserver<DiscoveryResponse>() {
                    @Override
                    public void onNext(DiscoveryResponse response) {
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

    public void send(DiscoveryRequest request) {
        stream.onNext(request);
    }

    /** These are all the names of the type from now on. */
    public void ask(String type, String... names) {
        asked.put(type, List.of(names));
        send(request(type).build());
    }

    /** With all that it last said of the type. */
    public DiscoveryRequest.Builder request(String type) {
        DiscoveryResponse known = last.getOrDefault(type, DiscoveryResponse.getDefaultInstance());
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(type)
                .addAllResourceNames(asked.getOrDefault(type, List.of()))
                .setVersionInfo(known.getVersionInfo())
                .setResponseNonce(known.getNonce());
    }

    public void nack(DiscoveryResponse response, String reason) {
        send(request(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage(reason))
                .build());
    }

    /** The next response, acknowledged. */
    public DiscoveryResponse next() {
        DiscoveryResponse response = nextUnanswered();
        last.put(response.getTypeUrl(), response);
        send(request(response.getTypeUrl()).build());
        return response;
    }

    public DiscoveryResponse nextUnanswered() {
        try {
            DiscoveryResponse response = responses.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("no response; the stream ended: " + ends);
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public int arrived() {
        return responses.size();
    }

    /** How the stream ended. */
    public Throwable end() {
        try {
            Throwable end = ends.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (end == null) {
                throw new AssertionError("the stream goes on");
            }
            return end;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What a response has, in its order. */
    public static <M extends Message> List<M> unpack(DiscoveryResponse response, Class<M> type) {
        List<M> unpacked = new ArrayList<>();
        for (Any any : response.getResourcesList()) {
            try {
                unpacked.add(any.unpack(type));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        return unpacked;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
