package dev.weft.control.serve;

import com.google.protobuf.Duration;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc.LoadReportingServiceImplBase;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Load reports (LRS): asks whoever opens a stream for all of its clusters, and keeps what it says in {@link Loads}. */
public final class LoadService extends LoadReportingServiceImplBase {
    private static final String SENDS_ALL = "envoy.lrs.supports_send_all_clusters";

    private final SerialQueue queue;
    private final Log log;
    private final ResourceStore store;
    private final Loads loads;
    private final Limits limits;
    private final java.time.Duration interval;
    private int streams;

    /** @param interval between two reports of one client */
    public LoadService(
            SerialQueue queue, Log log, ResourceStore store, Loads loads, Limits limits, java.time.Duration interval) {
        this.queue = queue;
        this.log = log;
        this.store = store;
        this.loads = loads;
        this.limits = limits;
        this.interval = interval;
    }

    @Override
    public StreamObserver<LoadStatsRequest> streamLoadStats(StreamObserver<LoadStatsResponse> observer) {
        ServerCallStreamObserver<LoadStatsResponse> client = (ServerCallStreamObserver<LoadStatsResponse>) observer;
        Stream stream = new Stream(client, Peer.current());
        client.disableAutoRequest();
        client.setOnCancelHandler(() -> queue.execute(stream::end));
        queue.execute(stream::begin);
        return new StreamObserver<>() {
            @Override
            public void onNext(LoadStatsRequest request) {
                queue.execute(() -> {
                    try {
                        stream.handle(request);
                    } catch (RuntimeException e) {
                        log.error("load report: could not be handled", e);
                    } finally {
                        client.request(1); // the next one waits in the network until this one is done
                    }
                });
            }

            @Override
            public void onError(Throwable failure) {
                queue.execute(stream::end);
            }

            @Override
            public void onCompleted() {
                queue.execute(() -> {
                    stream.end();
                    client.onCompleted();
                });
            }
        };
    }

    /** One client. Used from the serial queue only. */
    private final class Stream {
        private final ServerCallStreamObserver<LoadStatsResponse> client;
        private final String peer;
        private final Loads.Reporter reporter = loads.new Reporter();
        private NodeIdentity node = NodeIdentity.UNKNOWN;
        private boolean isAsked;
        private boolean isOpen;

        Stream(ServerCallStreamObserver<LoadStatsResponse> client, String peer) {
            this.client = client;
            this.peer = peer;
        }

        void begin() {
            if (client.isCancelled()) {
                return;
            }
            if (streams >= limits.streams()) {
                log.warn("load streams", "load reports: refused, there are " + limits.streams() + " streams already");
                client.onError(Status.RESOURCE_EXHAUSTED
                        .withDescription("too many streams, try again later")
                        .asRuntimeException());
                return;
            }
            isOpen = true;
            streams++;
            client.request(1);
        }

        void handle(LoadStatsRequest request) {
            if (!isOpen) {
                return;
            }
            if (!isAsked) {
                node = NodeIdentity.of(request.getNode(), peer);
            }
            if (request.getClusterStatsCount() > limits.names()) {
                log.warn("load limit " + peer, "load reports of " + peer + ": name too many clusters, stream ended");
                client.onError(Status.RESOURCE_EXHAUSTED
                        .withDescription("the limit of one report is passed: more than " + limits.names() + " clusters")
                        .asRuntimeException());
                end();
                return;
            }
            reporter.report(node.namespace(), request.getClusterStatsList(), queue.now());
            if (!isAsked) {
                isAsked = true;
                client.onNext(asked(request.getNode().getClientFeaturesList().contains(SENDS_ALL)));
            }
        }

        private LoadStatsResponse asked(boolean isAll) {
            LoadStatsResponse.Builder response = LoadStatsResponse.newBuilder()
                    .setLoadReportingInterval(Duration.newBuilder()
                            .setSeconds(interval.getSeconds())
                            .setNanos(interval.getNano()));
            if (isAll) {
                return response.setSendAllClusters(true).build();
            }
            Source known = store.of(Types.CLUSTER, node.namespace());
            return known == null
                    ? response.build()
                    : response.addAllClusters(known.names()).build();
        }

        void end() {
            if (isOpen) {
                isOpen = false;
                streams--;
                reporter.close();
            }
        }
    }
}
