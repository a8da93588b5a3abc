package dev.weft.client;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A control plane that does what the test says, over real sockets. It answers subscriptions from
 * what was {@link #put}, says at once what it has not, and remembers every request.
 */
final class ScriptedServer extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase
        implements AutoCloseable {
    private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("scripted-server", true), NioIoHandler.newFactory());

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Map<String, Map<String, Message>> resources = new HashMap<>();
    private final List<DeltaDiscoveryRequest> requests = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private boolean silent;
    private @Nullable Status refusing;
    private int nonces;
    private final Server server;

    ScriptedServer() throws IOException {
        this(0);
    }

    ScriptedServer(int port) throws IOException {
        this(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    /** With another service beside it. */
    ScriptedServer(BindableService beside) throws IOException {
        this(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(beside));
    }

    /** On a unix socket. */
    ScriptedServer(Path socket) throws IOException {
        this(NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(GROUP)
                .workerEventLoopGroup(GROUP));
    }

    /** Ends each connection when it is so old, as a server behind a load balancer does. */
    ScriptedServer(Duration age) throws IOException {
        this(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxConnectionAge(age.toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(10, TimeUnit.MILLISECONDS));
    }

    /** With TLS. */
    ScriptedServer(int port, SslContext tls) throws IOException {
        this(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sslContext(tls));
    }

    private ScriptedServer(NettyServerBuilder builder) throws IOException {
        server = Bound.started(builder.addService(ServerInterceptors.intercept(this, new Headers())));
    }

    private final class Headers implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            synchronized (ScriptedServer.this) {
                String token = headers.get(AUTHORIZATION);
                tokens.add(token == null ? "" : token);
                if (refusing != null) {
                    call.close(refusing, new Metadata());
                    return new ServerCall.Listener<>() {};
                }
            }
            return next.startCall(call, headers);
        }
    }

    /** The {@code authorization} of each stream; empty for none. */
    synchronized List<String> tokens() {
        return List.copyOf(tokens);
    }

    int port() {
        return server.getPort();
    }

    /** Puts a resource and pushes it to streams that subscribe to it. */
    synchronized void put(String type, String name, Message resource) {
        resources.computeIfAbsent(type, t -> new HashMap<>()).put(name, resource);
        for (Stream stream : streams) {
            if (stream.names(type).contains(name)) {
                stream.answer(type, Set.of(name));
            }
        }
    }

    synchronized void remove(String type, String name) {
        resources.getOrDefault(type, new HashMap<>()).remove(name);
        for (Stream stream : streams) {
            if (stream.names(type).contains(name)) {
                stream.answer(type, Set.of(name));
            }
        }
    }

    /** A service with one route to one cluster with these endpoints. */
    synchronized void service(String service, int... ports) {
        put(Xds.EDS, Xds.cluster(service), Xds.endpoints(Xds.cluster(service), ports));
        put(Xds.CDS, Xds.cluster(service), Xds.eds(Xds.cluster(service)));
        put(Xds.RDS, Xds.cluster(service), Xds.routes(service, Xds.cluster(service)));
        put(Xds.LDS, Xds.host(service), Xds.listener(Xds.host(service), Xds.cluster(service)));
    }

    /** From now on streams are turned away; null lets them in again. */
    synchronized void refuse(@Nullable Status status) {
        refusing = status;
    }

    /** From now on nothing is answered. */
    synchronized void silent() {
        silent = true;
    }

    synchronized List<DeltaDiscoveryRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized int streams() {
        return streams.size();
    }

    synchronized List<DeltaDiscoveryRequest> requests(Predicate<DeltaDiscoveryRequest> which) {
        return requests.stream().filter(which).toList();
    }

    /** Ends every stream as a server that goes away does. */
    synchronized void cutStreams() {
        streams.forEach(stream -> stream.out.onError(Status.UNAVAILABLE.asRuntimeException()));
        streams.clear();
    }

    /** Sends something that belongs to no subscription, as it is. */
    synchronized void sendRaw(DeltaDiscoveryResponse response) {
        streams.forEach(stream -> stream.out.onNext(response));
    }

    @Override
    public synchronized StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
            StreamObserver<DeltaDiscoveryResponse> out) {
        // A client that has gone is no error of the server's: what is sent to it then is dropped.
        ((ServerCallStreamObserver<DeltaDiscoveryResponse>) out).setOnCancelHandler(() -> {});
        var stream = new Stream(out);
        streams.add(stream);
        return stream;
    }

    private final class Stream implements StreamObserver<DeltaDiscoveryRequest> {
        private final StreamObserver<DeltaDiscoveryResponse> out;
        private final Map<String, Set<String>> subscribed = new HashMap<>();

        Stream(StreamObserver<DeltaDiscoveryResponse> out) {
            this.out = out;
        }

        Set<String> names(String type) {
            return subscribed.computeIfAbsent(type, t -> new HashSet<>());
        }

        @Override
        public void onNext(DeltaDiscoveryRequest request) {
            synchronized (ScriptedServer.this) {
                requests.add(request);
                names(request.getTypeUrl()).addAll(request.getResourceNamesSubscribeList());
                names(request.getTypeUrl()).removeAll(request.getResourceNamesUnsubscribeList());
                if (request.getResourceNamesSubscribeCount() > 0) {
                    answer(request.getTypeUrl(), Set.copyOf(request.getResourceNamesSubscribeList()));
                }
            }
        }

        void answer(String type, Set<String> names) {
            if (silent) {
                return;
            }
            var response = DeltaDiscoveryResponse.newBuilder()
                    .setTypeUrl(type)
                    .setNonce("n" + ++nonces)
                    .setControlPlane(ControlPlane.newBuilder().setIdentifier("scripted"));
            for (String name : names) {
                var resource = resources.getOrDefault(type, Map.of()).get(name);
                if (resource == null) {
                    response.addRemovedResources(name);
                } else {
                    response.addResources(Resource.newBuilder()
                            .setName(name)
                            .setVersion("v" + resource.toByteString().hashCode())
                            .setResource(Xds.any(resource)));
                }
            }
            out.onNext(response.build());
        }

        @Override
        public void onError(Throwable failure) {
            synchronized (ScriptedServer.this) {
                streams.remove(this);
            }
        }

        @Override
        public void onCompleted() {
            onError(Status.CANCELLED.asRuntimeException());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
