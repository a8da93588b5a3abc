package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Duration;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Outcome;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SelfConfigSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc.LoadReportingServiceImplBase;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Load reports over real sockets, beside the stream of configuration. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class LoadReportingTest {
    private final Loads loads = new Loads();

    /** Asks for all clusters each second, and remembers what it is told. */
    private static final class Loads extends LoadReportingServiceImplBase {
        final AtomicInteger streams = new AtomicInteger();
        final List<LoadStatsRequest> requests = new CopyOnWriteArrayList<>();
        final List<StreamObserver<LoadStatsResponse>> open = new CopyOnWriteArrayList<>();

        @Override
        public StreamObserver<LoadStatsRequest> streamLoadStats(StreamObserver<LoadStatsResponse> out) {
            ((ServerCallStreamObserver<LoadStatsResponse>) out).setOnCancelHandler(() -> {});
            streams.incrementAndGet();
            open.add(out);
            return new StreamObserver<>() {
                @Override
                public void onNext(LoadStatsRequest request) {
                    requests.add(request);
                    if (request.hasNode()) {
                        out.onNext(LoadStatsResponse.newBuilder()
                                .setSendAllClusters(true)
                                .setLoadReportingInterval(Duration.newBuilder().setSeconds(1))
                                .build());
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {}
            };
        }

        /** Whether there was a report on the newest of so many streams. */
        boolean isReportedTo(int streams) {
            return requests.stream().filter(LoadStatsRequest::hasNode).count() == streams
                    && !requests.get(requests.size() - 1).hasNode();
        }

        List<ClusterStats> stats() {
            return requests.stream()
                    .flatMap(request -> request.getClusterStatsList().stream())
                    .toList();
        }
    }

    private static Cluster order(ConfigSource lrs) {
        return Xds.eds(Xds.cluster("order")).toBuilder().setLrsServer(lrs).build();
    }

    private static ConfigSource self() {
        return ConfigSource.newBuilder()
                .setSelf(SelfConfigSource.getDefaultInstance())
                .build();
    }

    private static Running client(ScriptedServer server) throws Exception {
        server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
        var client =
                new Running(Servers.of(Server.plaintext(new Target.Tcp("127.0.0.1", server.port()))), Profile.WEFT);
        assertSame(Answer.READY, client.ask(Xds.host("order")));
        return client;
    }

    private static void call(Running client) {
        var cluster = Objects.requireNonNull(client.engine.live().clusters().get(Xds.cluster("order")));
        var endpoint = cluster.all().get(0);
        endpoint.begun(0);
        cluster.observe(endpoint, Outcome.SUCCESS, System.nanoTime(), System.nanoTime());
        endpoint.ended(1000, System.nanoTime());
    }

    @Test
    void callsToAClusterThatNamesItsOwnServerAreReportedToIt() throws Exception {
        try (var server = new ScriptedServer(loads)) {
            server.service("order", 8081);
            server.put(Xds.CDS, Xds.cluster("order"), order(self()));
            try (var client = client(server)) {
                client.soon("asked", () -> loads.requests.size() >= 2);
                var node = loads.requests.get(0).getNode();
                assertEquals("shop", node.getCluster());
                assertTrue(node.getClientFeaturesList().contains("envoy.lrs.supports_send_all_clusters"));
                call(client);
                call(client);
                client.soon("reported", () -> !loads.stats().isEmpty());
                var stats = loads.stats().get(0);
                assertEquals(Xds.cluster("order"), stats.getClusterName());
                assertEquals(Xds.cluster("order"), stats.getClusterServiceName());
                assertEquals(2, stats.getUpstreamLocalityStats(0).getTotalSuccessfulRequests());
                assertEquals(2, stats.getUpstreamLocalityStats(0).getTotalIssuedRequests());
                assertEquals(1, server.streams(), "over the connection that there is");
            }
        }
    }

    @Test
    void aStreamThatIsCutIsOpenedAgainAndTheStreamOfConfigurationStays() throws Exception {
        try (var server = new ScriptedServer(loads)) {
            server.service("order", 8081);
            server.put(Xds.CDS, Xds.cluster("order"), order(self()));
            try (var client = client(server)) {
                client.soon("opened", () -> loads.requests.size() >= 2);
                loads.open.get(0).onError(Status.UNAVAILABLE.asRuntimeException());
                client.soon("reports again", () -> loads.isReportedTo(2));
                call(client);
                client.soon("reported", () -> !loads.stats().isEmpty());
                server.cutStreams();
                client.soon("with the next connection", () -> loads.streams.get() == 3);
                client.soon("connected", () -> client.client.status().connected());
            }
        }
    }

    @Test
    void aServerWithoutLoadReportsLosesNothingButThose() throws Exception {
        try (var server = new ScriptedServer()) {
            server.service("order", 8081);
            server.put(Xds.CDS, Xds.cluster("order"), order(self()));
            try (var client = client(server)) {
                server.service("order", 8082);
                Until.holds("changed", () -> client.ports(Xds.cluster("order")).equals(List.of(8082)));
                assertEquals(1, server.streams());
            }
        }
    }

    @Test
    void aClusterWithoutAServerForItsLoadIsNotReportedAndAnotherServerIsNotSupported() throws Exception {
        try (var server = new ScriptedServer(loads)) {
            server.service("order", 8081);
            server.put(
                    Xds.CDS,
                    Xds.cluster("order"),
                    order(ConfigSource.newBuilder()
                            .setAds(AggregatedConfigSource.getDefaultInstance())
                            .build()));
            try (var client = client(server)) {
                Until.holds("said so", () -> client.said("Cluster.lrs_server other than self"));
                server.put(Xds.CDS, Xds.cluster("order"), Xds.eds(Xds.cluster("order")));
                server.service("order", 8082);
                Until.holds("changed", () -> client.ports(Xds.cluster("order")).equals(List.of(8082)));
                assertEquals(0, loads.streams.get());
            }
        }
    }
}
