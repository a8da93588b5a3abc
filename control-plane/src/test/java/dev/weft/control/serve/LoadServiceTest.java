package dev.weft.control.serve;

import static dev.weft.control.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.ScriptedClient;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Registry;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Load reports, from clients over real streams. */
class LoadServiceTest {
    private static final String ORDER = "outbound|0||order.default.svc.cluster.local";
    private static final Limits LIMITS = new Limits(2, 3, 5, 64 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(10));
    private static final Node NODE = ScriptedClient.node("user", "default", "10.0.0.1", Map.of()).toBuilder()
            .addClientFeatures("envoy.lrs.supports_send_all_clusters")
            .build();

    private final CapturedLog log = new CapturedLog();
    private final ThreadQueue queue = new ThreadQueue("test", log.log());
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final Loads loads = new Loads(store);
    private final List<Reporter> reporters = new ArrayList<>();
    private XdsServer server;

    @BeforeEach
    void start() throws IOException {
        Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        server = new XdsServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AdsService(queue, log.log(), store, registry, (type, name) -> {}, LIMITS, "weft/test"),
                new LoadService(queue, log.log(), store, loads, LIMITS, Duration.ofMillis(2_500)),
                LIMITS,
                null);
        queue.execute(() -> store.put(ORDER, Cluster.newBuilder().setName(ORDER).build()));
    }

    @AfterEach
    void stop() {
        reporters.forEach(Reporter::close);
        server.close();
        queue.close();
    }

    /** A client that says what the test tells it to say. */
    private final class Reporter {
        final List<LoadStatsResponse> asked = new CopyOnWriteArrayList<>();
        final CompletableFuture<Throwable> end = new CompletableFuture<>();
        private final ManagedChannel channel =
                NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
        private final StreamObserver<LoadStatsRequest> stream;

        Reporter(Node node) {
            reporters.add(this);
            stream = LoadReportingServiceGrpc.newStub(channel).streamLoadStats(new StreamObserver<>() {
                @Override
                public void onNext(LoadStatsResponse response) {
                    asked.add(response);
                }

                @Override
                public void onError(Throwable failure) {
                    end.complete(failure);
                }

                @Override
                public void onCompleted() {
                    end.complete(new IllegalStateException("completed"));
                }
            });
            stream.onNext(LoadStatsRequest.newBuilder().setNode(node).build());
        }

        void say(ClusterStats... stats) {
            stream.onNext(LoadStatsRequest.newBuilder()
                    .addAllClusterStats(List.of(stats))
                    .build());
        }

        void close() {
            channel.shutdownNow();
        }
    }

    private static ClusterStats stats(String cluster, String zone, int ok, int failed, int active, int dropped) {
        return ClusterStats.newBuilder()
                .setClusterName(cluster)
                .setTotalDroppedRequests(dropped)
                .addUpstreamLocalityStats(UpstreamLocalityStats.newBuilder()
                        .setLocality(Locality.newBuilder().setRegion("eu").setZone(zone))
                        .setTotalIssuedRequests(ok + failed + active)
                        .setTotalSuccessfulRequests(ok)
                        .setTotalErrorRequests(failed)
                        .setTotalRequestsInProgress(active))
                .build();
    }

    private List<Loads.Load> all() {
        var all = new CompletableFuture<List<Loads.Load>>();
        queue.execute(() -> all.complete(loads.all()));
        return all.join();
    }

    private List<Loads.Part> parts() {
        List<Loads.Load> all = all();
        return all.isEmpty() ? List.of() : all.get(0).localities();
    }

    private static Loads.Part part(String zone, long issued, long successful, long failed, long inProgress) {
        return new Loads.Part("eu", zone, "", issued, successful, failed, inProgress);
    }

    @Test
    void whoOpensAStreamIsAskedForAllClustersAtOnce() {
        Reporter one = new Reporter(NODE);
        eventually("reported", () -> one.asked.size() == 1);
        assertTrue(one.asked.get(0).getSendAllClusters());
        assertEquals(2, one.asked.get(0).getLoadReportingInterval().getSeconds());
        assertEquals(500_000_000, one.asked.get(0).getLoadReportingInterval().getNanos());
    }

    @Test
    void whoCantSendAllIsAskedForThoseThatThereAre() {
        Reporter one = new Reporter(NODE.toBuilder().clearClientFeatures().build());
        eventually("reported", () -> one.asked.size() == 1);
        assertEquals(List.of(ORDER), one.asked.get(0).getClustersList());
    }

    @Test
    void whatSeveralClientsSayIsAddedUpByLocality() {
        Reporter one = new Reporter(NODE);
        Reporter two = new Reporter(NODE);
        one.say(stats(ORDER, "east", 5, 1, 2, 3), stats(ORDER, "west", 1, 0, 0, 0));
        two.say(stats(ORDER, "east", 10, 0, 1, 0));
        eventually("reported", () -> parts().equals(List.of(part("east", 19, 15, 1, 3), part("west", 1, 1, 0, 0))));
        assertEquals(3, all().get(0).dropped());
        one.say(stats(ORDER, "east", 3, 0, 0, 1));
        eventually("reported", () -> parts().get(0).equals(part("east", 22, 18, 1, 1)));
        assertEquals(4, all().get(0).dropped());
    }

    @Test
    void whatAClientHadUnderWayIsGoneWithIt() {
        Reporter one = new Reporter(NODE);
        one.say(stats(ORDER, "east", 0, 0, 7, 0));
        eventually("reported", () -> parts().equals(List.of(part("east", 7, 0, 0, 7))));
        one.say();
        eventually("reported", () -> parts().equals(List.of(part("east", 7, 0, 0, 0))));
        one.say(stats(ORDER, "east", 0, 0, 2, 0));
        eventually("reported", () -> parts().equals(List.of(part("east", 9, 0, 0, 2))));
        one.close();
        eventually("reported", () -> parts().equals(List.of(part("east", 9, 0, 0, 0))));
    }

    @Test
    void aClusterThatThereIsNotIsNotKeptAndOneThatGoesIsForgotten() {
        Reporter one = new Reporter(NODE);
        one.say(stats("made up", "east", 1, 0, 0, 0), stats(ORDER, "east", -1, 0, 0, 0));
        eventually("reported", () -> parts().equals(List.of(part("east", 0, 0, 0, 0))));
        assertEquals(1, all().size());
        queue.execute(() -> store.remove(Types.CLUSTER, ORDER));
        assertEquals(List.of(), all());
    }

    @Test
    void ofAPlaceWithANameWithoutAnEndNothingIsKept() {
        Reporter one = new Reporter(NODE);
        one.say(stats(ORDER, "z".repeat(10_000), 5, 0, 0, 0), stats(ORDER, "east", 1, 0, 0, 0));
        eventually("reported", () -> !parts().isEmpty());
        assertEquals(List.of(part("east", 1, 1, 0, 0)), parts());
    }

    @Test
    void aReportOfTooManyClustersEndsItsStreamAndTooManyStreamsAreRefused() {
        Reporter one = new Reporter(NODE);
        one.say(
                stats("a", "", 0, 0, 0, 0),
                stats("b", "", 0, 0, 0, 0),
                stats("c", "", 0, 0, 0, 0),
                stats("d", "", 0, 0, 0, 0));
        assertEquals(
                Status.Code.RESOURCE_EXHAUSTED,
                Status.fromThrowable(one.end.join()).getCode());
        Reporter two = new Reporter(NODE);
        Reporter three = new Reporter(NODE);
        eventually("reported", () -> two.asked.size() + three.asked.size() == 2);
        assertEquals(
                Status.Code.RESOURCE_EXHAUSTED,
                Status.fromThrowable(new Reporter(NODE).end.join()).getCode());
    }
}
