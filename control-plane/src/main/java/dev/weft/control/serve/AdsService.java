package dev.weft.control.serve;

import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Registry;
import dev.weft.control.store.ResourceStore;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Aggregated discovery, in both of its forms: every stream hears of the resources it has asked for. What arrives on
 * gRPC's threads becomes tasks of the serial queue, one request of a stream at a time.
 */
public final class AdsService extends AggregatedDiscoveryServiceImplBase {
    private static final long NOW = Long.MIN_VALUE;

    /** Requests of one stream that may wait in the queue; more of them wait in the network. */
    private static final int AHEAD = 4;

    private final SerialQueue queue;
    private final Log log;
    private final ResourceStore store;
    private final Registry registry;
    private final BiConsumer<String, String> wanted;
    private final Limits limits;
    private final ControlPlane self;
    private final Set<ClientStream> streams = new LinkedHashSet<>();
    private final Pushes pushes = new Pushes();
    private final Set<ClientStream> toFlush = new LinkedHashSet<>();
    private boolean isStopping;

    /** When the request that is being handled arrived; {@link #NOW} for none. */
    private long since = NOW;

    /**
     * @param wanted told the type and name of every resource that someone asks for, before it is looked up
     * @param identifier what clients are told about who serves them
     */
    public AdsService(
            SerialQueue queue,
            Log log,
            ResourceStore store,
            Registry registry,
            BiConsumer<String, String> wanted,
            Limits limits,
            String identifier) {
        this.queue = queue;
        this.log = log;
        this.store = store;
        this.registry = registry;
        this.wanted = wanted;
        this.limits = limits;
        this.self = ControlPlane.newBuilder().setIdentifier(identifier).build();
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
            StreamObserver<DeltaDiscoveryResponse> observer) {
        ServerCallStreamObserver<DeltaDiscoveryResponse> client =
                (ServerCallStreamObserver<DeltaDiscoveryResponse>) observer;
        DeltaStream stream = new DeltaStream(this, client);
        return serve(client, stream, stream::handle);
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(StreamObserver<DiscoveryResponse> observer) {
        ServerCallStreamObserver<DiscoveryResponse> client = (ServerCallStreamObserver<DiscoveryResponse>) observer;
        WorldStream stream = new WorldStream(this, client);
        return serve(client, stream, stream::handle);
    }

    private <Q, A> StreamObserver<Q> serve(
            ServerCallStreamObserver<A> client, ClientStream stream, Consumer<Q> handler) {
        client.disableAutoRequest();
        client.setOnReadyHandler(() -> queue.execute(() -> flushLater(stream)));
        client.setOnCancelHandler(() -> queue.execute(() -> ended(stream)));
        queue.execute(() -> started(stream, client));
        AtomicInteger waiting = new AtomicInteger();
        return new StreamObserver<>() {
            @Override
            public void onNext(Q request) {
                long arrived = queue.nanos();
                boolean isRoom = waiting.incrementAndGet() < AHEAD;
                queue.execute(() -> {
                    since = arrived;
                    try {
                        handler.accept(request);
                    } catch (RuntimeException e) {
                        log.error("client: a request could not be handled", e);
                    } finally {
                        since = NOW;
                        if (waiting.getAndDecrement() == AHEAD) {
                            client.request(1);
                        }
                    }
                });
                // Asked for here, the next one costs the network's thread nothing; from the queue it has to be woken.
                if (isRoom) {
                    client.request(1);
                }
            }

            @Override
            public void onError(Throwable failure) {
                queue.execute(() -> ended(stream));
            }

            @Override
            public void onCompleted() {
                queue.execute(() -> {
                    if (streams.contains(stream)) {
                        client.onCompleted();
                    }
                    ended(stream);
                });
            }
        };
    }

    private void started(ClientStream stream, ServerCallStreamObserver<?> client) {
        if (client.isCancelled()) {
            return;
        }
        if (streams.size() >= limits.streams()) {
            log.warn("streams", "client refused: there are " + limits.streams() + " streams already");
            client.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("too many streams, try again later")
                    .asRuntimeException());
            return;
        }
        streams.add(stream);
        client.request(1);
    }

    void ended(ClientStream stream) {
        if (isStopping) {
            return;
        }
        streams.remove(stream);
        toFlush.remove(stream);
        stream.client().close();
    }

    /** From now on the end of a stream says nothing about the workload behind it. */
    public void stop() {
        isStopping = true;
    }

    /** Runs a task after all that waits in the queue; what it changes has come in when that did which is handled now. */
    public void later(Runnable task) {
        long arrived = since();
        queue.execute(() -> {
            since = arrived;
            try {
                task.run();
            } finally {
                since = NOW;
            }
        });
    }

    /** Once for each stream, after all that waits in the queue: changes that come together are sent together. */
    void flushLater(ClientStream stream) {
        if (toFlush.isEmpty()) {
            queue.execute(this::flush);
        }
        toFlush.add(stream);
    }

    private void flush() {
        List<ClientStream> now = List.copyOf(toFlush);
        toFlush.clear();
        for (ClientStream stream : now) {
            try {
                stream.flush();
            } catch (RuntimeException e) {
                log.error("client: could not be told of changes", e);
            }
        }
    }

    /** Who is connected. */
    public List<Client> clients() {
        return streams.stream().map(stream -> stream.client().view()).toList();
    }

    /** What has been sent, and what was said to it. */
    public Pushes pushes() {
        return pushes;
    }

    Instant now() {
        return queue.now();
    }

    long nanos() {
        return queue.nanos();
    }

    /** When that came in which is being handled: what waits in the queue waits on our side. */
    long since() {
        return since == NOW ? queue.nanos() : since;
    }

    Limits limits() {
        return limits;
    }

    Log log() {
        return log;
    }

    ResourceStore store() {
        return store;
    }

    Registry registry() {
        return registry;
    }

    /** What clients are told about who serves them. */
    ControlPlane self() {
        return self;
    }

    void wanted(String type, String name) {
        wanted.accept(type, name);
    }
}
