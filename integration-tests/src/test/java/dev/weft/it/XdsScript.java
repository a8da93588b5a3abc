package dev.weft.it;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An xDS server for one client that gives what it is told to, as a whole: state of the world, over ADS. */
final class XdsScript extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase
        implements AutoCloseable {
    private static final String TYPES = "type.googleapis.com/";

    /** What is referred to goes before what refers to it. */
    private static final List<String> ORDER = List.of(
            TYPES + "envoy.config.cluster.v3.Cluster",
            TYPES + "envoy.config.endpoint.v3.ClusterLoadAssignment",
            TYPES + "envoy.config.listener.v3.Listener",
            TYPES + "envoy.config.route.v3.RouteConfiguration");

    private final Server server;
    private final List<String> refusals = new ArrayList<>();
    private Map<String, Map<String, Any>> resources = new HashMap<>();
    private int version;
    private boolean fenced;
    private @Nullable Stream stream;

    XdsScript() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(this)
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** What a client gets from now on. */
    synchronized void publish(List<? extends Message> messages) {
        resources = new HashMap<>();
        for (Message message : messages) {
            Any any = Any.newBuilder()
                    .setTypeUrl(TYPES + message.getDescriptorForType().getFullName())
                    .setValue(message.toByteString())
                    .build();
            // The name is the first field of each of them.
            Object name = message.getField(message.getDescriptorForType().findFieldByNumber(1));
            resources.computeIfAbsent(any.getTypeUrl(), type -> new TreeMap<>()).put(String.valueOf(name), any);
        }
        version++;
        fenced = false;
        refusals.clear();
        if (stream != null) {
            ORDER.stream().filter(stream.names::containsKey).forEach(stream::send);
        }
    }

    /** What the client says of what it was given last. */
    synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    /**
     * Whether everything that the client was given is in force. It says what it thinks of a message before it has done
     * what follows from it, but begins with no other before: so it is given one message more when it has taken all.
     */
    synchronized boolean settled() {
        if (stream == null || !stream.waiting.isEmpty()) {
            return false;
        }
        if (!fenced) {
            fenced = true;
            stream.names.keySet().stream().findFirst().ifPresent(stream::send);
            return false;
        }
        return true;
    }

    @Override
    public synchronized StreamObserver<DiscoveryRequest> streamAggregatedResources(
            StreamObserver<DiscoveryResponse> out) {
        stream = new Stream(out);
        return stream;
    }

    private final class Stream implements StreamObserver<DiscoveryRequest> {
        private final StreamObserver<DiscoveryResponse> out;
        private final Map<String, List<String>> names = new HashMap<>();
        private final Map<String, String> nonces = new HashMap<>();
        /** Types of which the client has not said yet what it thinks of what it was given last. */
        private final Set<String> waiting = new HashSet<>();

        private int sent;

        Stream(StreamObserver<DiscoveryResponse> out) {
            this.out = out;
        }

        @Override
        public void onNext(DiscoveryRequest request) {
            synchronized (XdsScript.this) {
                String type = request.getTypeUrl();
                if (!request.getResponseNonce().equals(nonces.getOrDefault(type, ""))) {
                    return; // it speaks of what it was given before
                }
                waiting.remove(type);
                if (request.hasErrorDetail()) {
                    refusals.add(request.getErrorDetail().getMessage());
                }
                List<String> wanted = List.copyOf(request.getResourceNamesList());
                if (!wanted.equals(names.put(type, wanted))) {
                    fenced = false;
                    send(type);
                }
            }
        }

        private void send(String type) {
            String nonce = String.valueOf(++sent);
            nonces.put(type, nonce);
            waiting.add(type);
            List<String> wanted = names.getOrDefault(type, List.of());
            DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                    .setTypeUrl(type)
                    .setVersionInfo(String.valueOf(version))
                    .setNonce(nonce);
            boolean all = wanted.isEmpty() || wanted.contains("*");
            resources.getOrDefault(type, Map.of()).forEach((name, resource) -> {
                if (all || wanted.contains(name)) {
                    response.addResources(resource);
                }
            });
            out.onNext(response.build());
        }

        @Override
        public void onError(Throwable gone) {
            end();
        }

        @Override
        public void onCompleted() {
            end();
            out.onCompleted();
        }

        private void end() {
            synchronized (XdsScript.this) {
                if (stream == this) {
                    stream = null;
                }
            }
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
