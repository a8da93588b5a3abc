package dev.weft.control.serve;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.store.Types.CLUSTER;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.HEALTH;
import static dev.weft.control.store.Types.LISTENER;
import static dev.weft.control.store.Types.REGISTRATION;
import static dev.weft.control.store.Types.ROUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import dev.weft.control.ScriptedClient;
import dev.weft.control.WorldClient;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Registry;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import dev.weft.protocol.v1.WorkloadRegistration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state of the world, against a scripted client over real streams. */
class StateOfTheWorldTest {
    private static final Limits LIMITS =
            new Limits(10, 50, 5, 64 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(10));

    private final CapturedLog log = new CapturedLog();
    private final ThreadQueue queue = new ThreadQueue("test", log.log());
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private AdsService service;
    private XdsServer server;

    @BeforeEach
    void start() throws IOException {
        Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        service = new AdsService(queue, log.log(), store, registry, (type, name) -> {}, LIMITS, "weft/test");
        server = new XdsServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                service,
                new LoadService(queue, log.log(), store, new Loads(store), LIMITS, Duration.ofSeconds(10)),
                LIMITS,
                null);
    }

    @AfterEach
    void stop() {
        server.close();
        queue.close();
    }

    private WorldClient client() {
        return new WorldClient(server.address());
    }

    private static Cluster cluster(String name, String stat) {
        return Cluster.newBuilder().setName(name).setAltStatName(stat).build();
    }

    private static ClusterLoadAssignment endpoints(String name, int version) {
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(name)
                .putNamedEndpoints("n" + version, io.envoyproxy.envoy.config.endpoint.v3.Endpoint.getDefaultInstance())
                .build();
    }

    private void put(String name, Message message) {
        onQueue(() -> store.put(name, message));
    }

    private void onQueue(Runnable task) {
        CompletableFuture.runAsync(task, queue::execute).join();
    }

    private List<Client> clients() {
        return CompletableFuture.supplyAsync(service::clients, queue::execute).join();
    }

    private void asksFor(String type, int names) {
        eventually(
                names + " names are asked for",
                () -> clients().stream().anyMatch(client -> client.subscribed().getOrDefault(type, -1) == names));
    }

    private static List<String> clusters(DiscoveryResponse response) {
        assertEquals(CLUSTER, response.getTypeUrl());
        return WorldClient.unpack(response, Cluster.class).stream()
                .map(c -> c.getName() + c.getAltStatName())
                .toList();
    }

    private static List<String> assignments(DiscoveryResponse response) {
        assertEquals(ENDPOINTS, response.getTypeUrl());
        return WorldClient.unpack(response, ClusterLoadAssignment.class).stream()
                .map(ClusterLoadAssignment::getClusterName)
                .toList();
    }

    @Test
    void clustersComeAllTogetherWhenOneOfThoseAskedForChanges() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        put("c", cluster("c", "1"));
        try (WorldClient client = client()) {
            client.ask(CLUSTER, "a", "b");
            DiscoveryResponse first = client.next();
            assertEquals(List.of("a1", "b1"), clusters(first));
            assertEquals("weft/test", first.getControlPlane().getIdentifier());
            put("c", cluster("c", "2"));
            put("b", cluster("b", "2"));
            DiscoveryResponse second = client.next();
            assertEquals(List.of("a1", "b2"), clusters(second));
            assertNotEquals(first.getVersionInfo(), second.getVersionInfo());
            assertNotEquals(first.getNonce(), second.getNonce());
            eventually("it has taken both", () -> clients().get(0).isInSync());
            assertEquals(0, client.arrived());
        }
    }

    @Test
    void endpointsAndRoutesComeOneByOne() {
        put("a", endpoints("a", 1));
        put("b", endpoints("b", 1));
        put("r", RouteConfiguration.newBuilder().setName("r").build());
        try (WorldClient client = client()) {
            client.ask(ENDPOINTS, "a", "b", "missing");
            assertEquals(List.of("a", "b"), assignments(client.next()));
            put("b", endpoints("b", 2));
            assertEquals(List.of("b"), assignments(client.next()));
            client.ask(ROUTES, "r");
            assertEquals(1, client.next().getResourcesCount());
            put("missing", endpoints("missing", 1));
            assertEquals(List.of("missing"), assignments(client.next()), "nothing was said of it before");
        }
    }

    @Test
    void aNameThatIsAddedBringsWhatItNeedsAndOneThatIsTakenAwayNothing() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        put("a", endpoints("a", 1));
        put("b", endpoints("b", 1));
        try (WorldClient client = client()) {
            client.ask(CLUSTER, "a");
            client.next();
            client.ask(ENDPOINTS, "a");
            client.next();
            client.ask(CLUSTER, "a", "b");
            assertEquals(List.of("a1", "b1"), clusters(client.next()));
            client.ask(ENDPOINTS, "a", "b");
            assertEquals(List.of("b"), assignments(client.next()));
            client.ask(CLUSTER, "b");
            asksFor(CLUSTER, 1);
            client.ask(ENDPOINTS, "b");
            asksFor(ENDPOINTS, 1);
            put("a", cluster("a", "2"));
            put("a", endpoints("a", 2));
            put("b", endpoints("b", 2));
            assertEquals(List.of("b"), assignments(client.next()));
            client.ask(ENDPOINTS, "a", "b");
            assertEquals(List.of("a"), assignments(client.next()), "asked for anew, it is sent anew");
        }
    }

    @Test
    void aMissingClusterIsAnsweredByItsAbsenceAtOnce() {
        put("a", cluster("a", "1"));
        try (WorldClient client = client()) {
            client.ask(CLUSTER, "missing");
            assertEquals(List.of(), clusters(client.next()));
            client.ask(CLUSTER, "missing", "a");
            assertEquals(List.of("a1"), clusters(client.next()));
            client.ask(CLUSTER, "missing", "a", "other");
            assertEquals(List.of("a1"), clusters(client.next()), "an answer, though nothing is new");
            put("missing", cluster("missing", "1"));
            assertEquals(List.of("missing1", "a1"), clusters(client.next()));
            onQueue(() -> store.remove(CLUSTER, "a"));
            assertEquals(List.of("missing1"), clusters(client.next()));
        }
    }

    @Test
    void noNamesMeansAllOfClustersUntilOneIsNamed() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        try (WorldClient client = client()) {
            client.ask(CLUSTER);
            assertEquals(List.of("a1", "b1"), clusters(client.next()));
            put("c", cluster("c", "1"));
            assertEquals(List.of("a1", "b1", "c1"), clusters(client.next()));
            client.ask(CLUSTER, "b");
            assertEquals(List.of("b1"), clusters(client.next()));
            put("a", cluster("a", "2"));
            put("b", cluster("b", "2"));
            assertEquals(List.of("b2"), clusters(client.next()));
            client.ask(CLUSTER);
            asksFor(CLUSTER, 0);
            put("b", cluster("b", "3"));
            put("r", RouteConfiguration.newBuilder().setName("r").build());
            client.ask(ROUTES, "r");
            assertEquals(ROUTES, client.next().getTypeUrl());
        }
    }

    @Test
    void aStarMeansAllOfAnyType() {
        put("a", endpoints("a", 1));
        try (WorldClient client = client()) {
            client.ask(ENDPOINTS, "*");
            assertEquals(List.of("a"), assignments(client.next()));
            put("b", endpoints("b", 1));
            assertEquals(List.of("b"), assignments(client.next()));
            client.ask(ENDPOINTS);
            asksFor(ENDPOINTS, 0);
            put("a", endpoints("a", 2));
            client.ask(ROUTES, "r");
            put("r", RouteConfiguration.newBuilder().setName("r").build());
            assertEquals(ROUTES, client.next().getTypeUrl());
        }
    }

    @Test
    void noEndpointsAreAskedForByNoNames() {
        put("a", endpoints("a", 1));
        try (WorldClient client = client()) {
            client.ask(ENDPOINTS);
            client.ask(ROUTES, "r");
            asksFor(ROUTES, 1);
            put("a", endpoints("a", 2));
            put("r", RouteConfiguration.newBuilder().setName("r").build());
            assertEquals(ROUTES, client.next().getTypeUrl());
        }
    }

    @Test
    void whatIsGoneStaysUntilTheClientKnowsWhatTakesItsPlace() {
        put("old", cluster("old", "1"));
        put("r", RouteConfiguration.newBuilder().setName("r").build());
        try (WorldClient client = client()) {
            client.ask(CLUSTER);
            client.next();
            client.ask(ROUTES, "r");
            client.next();
            onQueue(() -> {
                store.remove(CLUSTER, "old");
                store.put("new", cluster("new", "1"));
                store.put(
                        "r",
                        RouteConfiguration.newBuilder()
                                .setName("r")
                                .addInternalOnlyHeaders("x")
                                .build());
            });
            assertEquals(List.of("old1", "new1"), clusters(client.next()));
            assertEquals(ROUTES, client.next().getTypeUrl());
            assertEquals(List.of("new1"), clusters(client.next()));
        }
    }

    @Test
    void theEndpointsOfAClusterThatChangesComeAgain() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        put("a", endpoints("a", 1));
        put("b", endpoints("b", 1));
        try (WorldClient client = client()) {
            client.ask(CLUSTER);
            client.next();
            client.ask(ENDPOINTS, "a", "b");
            client.next();
            put("a", cluster("a", "2"));
            assertEquals(List.of("a2", "b1"), clusters(client.next()));
            assertEquals(List.of("a"), assignments(client.next()));
        }
    }

    @Test
    void whatIsRefusedIsShownAndSentAgainOnlyWhenItChanges() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        try (WorldClient client = client()) {
            client.ask(CLUSTER, "a", "b");
            client.nack(client.nextUnanswered(), "cluster a: makes no sense");
            eventually("it is known", () -> !clients().get(0).refused().isEmpty());
            assertEquals(
                    List.of(new Client.Refused(CLUSTER, "a", "cluster a: makes no sense")),
                    clients().get(0).refused());
            assertEquals(0, client.arrived());
            put("a", cluster("a", "2"));
            assertEquals(List.of("a2", "b1"), clusters(client.next()));
            eventually("it is over", () -> clients().get(0).isInSync());
        }
    }

    @Test
    void whatIsGoneIsNotRefusedAnyMore() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        put("a", endpoints("a", 1));
        try (WorldClient client = client()) {
            client.ask(CLUSTER);
            client.nack(client.nextUnanswered(), "cluster a: makes no sense");
            client.ask(ENDPOINTS, "a");
            client.nack(client.nextUnanswered(), "nor does this");
            eventually("both are refused", () -> clients().get(0).refused().size() == 2);
            onQueue(() -> {
                store.remove(CLUSTER, "a");
                store.remove(ENDPOINTS, "a");
            });
            assertEquals(List.of("b1"), clusters(client.next()));
            eventually("it is in sync", () -> clients().get(0).isInSync());
        }
    }

    @Test
    void whoComesBackIsSentAllWhateverVersionItBrings() {
        put("a", cluster("a", "1"));
        String version;
        try (WorldClient client = client()) {
            client.ask(CLUSTER, "a");
            version = client.next().getVersionInfo();
        }
        try (WorldClient client = client()) {
            client.send(DiscoveryRequest.newBuilder()
                    .setTypeUrl(CLUSTER)
                    .addResourceNames("a")
                    .setVersionInfo(version)
                    .build());
            assertEquals(List.of("a1"), clusters(client.nextUnanswered()));
        }
    }

    @Test
    void aStreamInEachFormHearsOfTheSameChange() {
        put("l", Listener.newBuilder().setName("l").build());
        try (WorldClient world = client();
                ScriptedClient delta = new ScriptedClient(server.address())) {
            world.ask(LISTENER, "l");
            world.next();
            delta.subscribe(LISTENER, "l");
            delta.next();
            put("l", Listener.newBuilder().setName("l").setStatPrefix("2").build());
            assertEquals(
                    "2", WorldClient.unpack(world.next(), Listener.class).get(0).getStatPrefix());
            assertEquals(
                    "2",
                    ScriptedClient.unpack(delta.next(), Listener.class).get("l").getStatPrefix());
        }
    }

    @Test
    void aWorkloadRegistersByNamesHereToo() {
        try (WorldClient client = client()) {
            client.send(DiscoveryRequest.newBuilder()
                    .setNode(ScriptedClient.node("order", "default", "127.0.0.1", Map.of()))
                    .setTypeUrl(HEALTH)
                    .build());
            client.ask(REGISTRATION, "order:8081", "or der:0");
            DiscoveryResponse response = client.next();
            Resource wrapper = WorldClient.unpack(response, Resource.class).get(0);
            assertEquals("order:8081", wrapper.getName());
            assertTrue(wrapper.getResource().is(WorkloadRegistration.class));
            while (response.getResourceErrorsCount() == 0) {
                response = client.next();
            }
            assertEquals(
                    "or der:0", response.getResourceErrors(0).getResourceName().getName());
        }
    }

    @Test
    void whatNobodyServesIsAnsweredByNothingAndCostsNothing() {
        put("a", cluster("a", "1"));
        try (WorldClient client = client()) {
            client.ask("type.googleapis.com/made.Up", "x");
            client.send(client.request(CLUSTER)
                    .setResponseNonce("4711")
                    .addResourceNames("a")
                    .build());
            assertEquals(List.of("a1"), clusters(client.nextUnanswered()));
        }
    }

    @Test
    void askingForMoreNamesThanOneMayEndsTheStreamAndSaysSo() {
        try (WorldClient client = client()) {
            client.ask(ENDPOINTS, IntStream.range(0, 51).mapToObj(i -> "c" + i).toArray(String[]::new));
            Status status = Status.fromThrowable(client.end());
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode());
            assertTrue(String.valueOf(status.getDescription()).contains("more than 50 names"), status.toString());
            eventually("it is gone", () -> clients().isEmpty());
        }
    }
}
