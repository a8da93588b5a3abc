package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Directory.State;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The published server of java-control-plane. It is awkward: it sends every listener and cluster in
 * delta, never says that it has none, answers a refusal at once, and ends the stream over a type that
 * it doesn't know.
 */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class JavaControlPlaneTest {
    private final SimpleCache<String> cache = new SimpleCache<>(node -> "all");
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    /** Names that were subscribed to in delta. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private io.grpc.Server server;

    @BeforeEach
    void serve() throws Exception {
        var discovery = new V3DiscoveryServer(
                new DiscoveryServerCallbacks() {
                    @Override
                    public void onStreamOpen(long id, String type) {
                        streams.incrementAndGet();
                    }

                    @Override
                    public void onV3StreamRequest(long id, DiscoveryRequest request) {
                        refusals.addAndGet(request.hasErrorDetail() ? 1 : 0);
                    }

                    @Override
                    public void onV3StreamDeltaRequest(long id, DeltaDiscoveryRequest request) {
                        refusals.addAndGet(request.hasErrorDetail() ? 1 : 0);
                        asked.addAll(request.getResourceNamesSubscribeList());
                    }
                },
                cache);
        server = started(discovery, 0);
    }

    private static io.grpc.Server started(V3DiscoveryServer discovery, int port) throws IOException {
        return Bound.started(
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .addService(discovery.getAggregatedDiscoveryServiceImpl()));
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdownNow();
        server.awaitTermination();
    }

    /** What belongs to some services; each has one endpoint, the number of the port. */
    private static final class Mesh {
        final List<Listener> listeners = new ArrayList<>();
        final List<RouteConfiguration> routes = new ArrayList<>();
        final List<Cluster> clusters = new ArrayList<>();
        final List<ClusterLoadAssignment> endpoints = new ArrayList<>();

        Mesh service(String name, int port) {
            listeners.add(Xds.listener(Xds.host(name) + ":80", Xds.cluster(name)));
            routes.add(Xds.routes(name, Xds.cluster(name)));
            clusters.add(Xds.eds(Xds.cluster(name)));
            endpoints.add(Xds.endpoints(Xds.cluster(name), port));
            return this;
        }
    }

    private void set(String version, Mesh mesh) {
        cache.setSnapshot(
                "all", Snapshot.create(mesh.clusters, mesh.endpoints, mesh.listeners, mesh.routes, List.of(), version));
    }

    private Running client(Profile profile) {
        return new Running(Servers.of(Server.plaintext(new Target.Tcp("127.0.0.1", server.getPort()))), profile);
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void itsListenersAreTheDirectoryAndServicesAreFollowedWhenTheyAreCalled(Profile profile) throws Exception {
        var mesh = new Mesh().service("order", 8081).service("user", 8082);
        mesh.listeners.add(Listener.newBuilder()
                .setName("a proxy's")
                .setAddress(Address.newBuilder()
                        .setSocketAddress(
                                SocketAddress.newBuilder().setAddress("0.0.0.0").setPortValue(80)))
                .build());
        set("1", mesh);
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            assertEquals(
                    Set.of(Xds.host("order"), Xds.host("user")),
                    client.last().directory().names().keySet());
            assertEquals(
                    new Directory.Entry(Xds.host("user"), Set.of(80)),
                    client.last().directory().names().get(Xds.host("user")));

            // The second service's cluster came with the first one's, and is not sent again.
            assertSame(Answer.READY, client.ask(Xds.host("user")));
            assertEquals(List.of(8082), client.ports(Xds.cluster("user")));
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            assertEquals(1, streams.get());
            assertEquals(0, refusals.get());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void changesArriveAndNewServicesAppear(Profile profile) throws Exception {
        set("1", new Mesh().service("order", 8081));
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            set("2", new Mesh().service("order", 8091).service("user", 8082));
            Until.holds(
                    "changed endpoint", () -> client.ports(Xds.cluster("order")).equals(List.of(8091)));
            Until.holds("new name", () -> client.last().directory().names().containsKey(Xds.host("user")));
            assertSame(Answer.READY, client.ask(Xds.host("user")));
            assertEquals(List.of(8082), client.ports(Xds.cluster("user")));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void aServiceThatIsTakenAwayLeavesTheMesh(Profile profile) throws Exception {
        set("1", new Mesh().service("order", 8081).service("user", 8082));
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            assertSame(Answer.READY, client.ask(Xds.host("user")));
            set("2", new Mesh().service("order", 8081));
            Until.holds("gone", () -> client.last().hosts().size() == 1);
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void aResourceThatIsRefusedIsRefusedOnceASecondAtTheMost(Profile profile) throws Exception {
        var bad = new Mesh().service("order", 8081);
        var endpoints = bad.endpoints.get(0).toBuilder();
        endpoints.addEndpointsBuilder().setPriority(7);
        bad.endpoints.set(0, endpoints.build());
        set("1", bad);
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            assertEquals(List.of(), client.ports(Xds.cluster("order")));
            long from = client.nanos();
            client.soon("three refusals", () -> refusals.get() >= 3);
            long waited = client.nanos() - from;
            // It answers each refusal with the same again: thousands in a second, if they weren't held back.
            assertTrue(waited > 2_000_000_000L, refusals + " in " + waited + " ns");
            set("2", new Mesh().service("order", 8081));
            client.soon("healed", () -> client.ports(Xds.cluster("order")).equals(List.of(8081)));
            assertEquals(1, streams.get());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void whatItDoesNotKnowCostsThatNameAloneAndHealsWhenItComes(Profile profile) throws Exception {
        var mesh = new Mesh().service("order", 8081).service("user", 8082);
        mesh.routes.remove(1);
        set("1", mesh);
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            var failed = assertInstanceOf(Answer.Failed.class, client.askInVain(Xds.host("user")));
            assertTrue(failed.why().contains(Xds.host("user")), failed.why());
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            set("2", new Mesh().service("order", 8081).service("user", 8082));
            client.soon("healed", () -> client.ports(Xds.cluster("user")).equals(List.of(8082)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void aStreamThatEndsIsReopenedAndEverythingIsAsBefore(Profile profile) throws Exception {
        set("1", new Mesh().service("order", 8081));
        int port = server.getPort();
        try (var client = client(profile)) {
            client.client.register("shop", 8080, "http", java.util.Map.of());
            client.client.health(ControlClient.Health.UP, "");
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            stop();
            set("2", new Mesh().service("order", 8092));
            var discovery = new V3DiscoveryServer(cache);
            server = started(discovery, port);
            client.soon("again", () -> client.ports(Xds.cluster("order")).equals(List.of(8092)));
            assertSame(State.KNOWN, client.last().directory().state());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void oneBadResourceOfThreeCostsItselfAlone(Profile profile) throws Exception {
        var mesh = new Mesh().service("order", 8081).service("user", 8082).service("stock", 8083);
        var bad = mesh.routes.get(1).toBuilder();
        bad.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .getMatchBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex("("));
        mesh.routes.set(1, bad.build());
        set("1", mesh);
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            var failed = assertInstanceOf(Answer.Failed.class, client.ask(Xds.host("user")));
            assertTrue(failed.why().contains("regex"), failed.why());
            assertSame(Answer.READY, client.ask(Xds.host("stock")));
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            assertEquals(List.of(8083), client.ports(Xds.cluster("stock")));
            set("2", new Mesh().service("order", 8081).service("user", 8082).service("stock", 8083));
            client.soon("healed", () -> client.ports(Xds.cluster("user")).equals(List.of(8082)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void noEndpointsAreNoHostsAndNotThoseBefore(Profile profile) throws Exception {
        set("1", new Mesh().service("order", 8081));
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            var empty = new Mesh().service("order", 8081);
            empty.endpoints.set(
                    0,
                    ClusterLoadAssignment.newBuilder()
                            .setClusterName(Xds.cluster("order"))
                            .build());
            set("2", empty);
            Until.holds("no hosts", () -> client.ports(Xds.cluster("order")).isEmpty());
            assertTrue(client.last().clusters().containsKey(Xds.cluster("order")));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void aClusterThatChangesKeepsItsEndpointsThoughTheyAreNotSentAgain(Profile profile) throws Exception {
        set("1", new Mesh().service("order", 8081));
        try (var client = client(profile)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            var mesh = new Mesh().service("order", 8081);
            mesh.clusters.set(
                    0,
                    mesh.clusters.get(0).toBuilder()
                            .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN)
                            .build());
            cache.setSnapshot(
                    "all",
                    Snapshot.create(
                            mesh.clusters,
                            "2",
                            mesh.endpoints,
                            "1",
                            mesh.listeners,
                            "1",
                            mesh.routes,
                            "1",
                            List.of(),
                            "1"));
            Until.holds(
                    "the change",
                    () -> client.last().clusters().get(Xds.cluster("order")).balancer() instanceof Balancer.RoundRobin);
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
        }
    }

    /** In delta: in the other form this server answers nothing more of a type once a name is missing. */
    @Test
    void routesLeadToAnotherClusterOnceItHasEndpointsAndNotBefore() throws Exception {
        set("1", new Mesh().service("order", 8081));
        try (var client = client(Profile.ENVOY_DELTA)) {
            assertSame(Answer.READY, client.ask(Xds.host("order")));
            var mesh = new Mesh().service("order", 8081);
            mesh.routes.set(
                    0,
                    Xds.routes("order", Xds.cluster("new")).toBuilder()
                            .setName(Xds.cluster("order"))
                            .build());
            mesh.clusters.add(Xds.eds(Xds.cluster("new")));
            set("2", mesh);
            Until.holds("asked for the other's endpoints", () -> asked.contains(Xds.cluster("new")));
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            assertEquals(Set.of(Xds.cluster("order")), client.last().clusters().keySet());
            mesh.endpoints.add(Xds.endpoints(Xds.cluster("new"), 8092));
            set("3", mesh);
            Until.holds("there", () -> client.ports(Xds.cluster("new")).equals(List.of(8092)));
            assertEquals(Set.of(Xds.cluster("new")), client.last().clusters().keySet());
        }
    }
}
