package dev.weft.control.serve;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.ScriptedClient.request;
import static dev.weft.control.store.Types.CLUSTER;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.LISTENER;
import static dev.weft.control.store.Types.ROUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.ScriptedClient;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Registry;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The incremental protocol, against a scripted client over real streams. */
class AdsTest {
    private static final Limits LIMITS =
            new Limits(3, 50, 5, 64 * 1024, Duration.ofMillis(200), Duration.ofMillis(200));

    private final CapturedLog log = new CapturedLog();
    private final ThreadQueue queue = new ThreadQueue("test", log.log());
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final Loads loads = new Loads(store);
    private AdsService service;
    private XdsServer server;

    @BeforeEach
    void start() throws IOException {
        Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        service = new AdsService(queue, log.log(), store, registry, (type, name) -> {}, LIMITS, "weft/test");
        server = new XdsServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                service,
                new LoadService(queue, log.log(), store, loads, LIMITS, Duration.ofSeconds(10)),
                LIMITS,
                null);
    }

    @AfterEach
    void stop() {
        server.close();
        queue.close();
    }

    private ScriptedClient client() {
        return new ScriptedClient(server.address());
    }

    private static Cluster cluster(String name, String stat) {
        return Cluster.newBuilder().setName(name).setAltStatName(stat).build();
    }

    private void put(String name, Message message) {
        onQueue(() -> store.put(name, message));
    }

    private void onQueue(Runnable task) {
        CompletableFuture.runAsync(task, queue::execute).join();
    }

    private static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(r -> r.getName()).toList();
    }

    private List<Client> clients() {
        return CompletableFuture.supplyAsync(service::clients, queue::execute).join();
    }

    @Test
    void onlyWhatWasAskedForIsSent() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a");
            assertEquals(List.of("a"), names(client.next()));
            put("b", cluster("b", "2"));
            put("a", cluster("a", "2"));
            assertEquals(List.of("a"), names(client.next()));
        }
    }

    private void put(String scope, String name, Message message) {
        onQueue(() -> store.put(scope, name, message));
    }

    private static String stat(DeltaDiscoveryResponse response) {
        return ScriptedClient.unpack(response, Cluster.class).get("a").getAltStatName();
    }

    @Test
    void clientsOfANamespaceSeeItsOwnInPlaceOfWhatAllSee() {
        put("a", cluster("a", "all"));
        put("shop", "a", cluster("a", "shop"));
        put("shop", "only", cluster("only", "shop"));
        Node shop = Node.newBuilder()
                .setId("s")
                .setMetadata(Struct.newBuilder()
                        .putFields(
                                "NAMESPACE",
                                Value.newBuilder().setStringValue("shop").build()))
                .build();
        try (ScriptedClient inside = client();
                ScriptedClient outside = client()) {
            inside.hello(shop, CLUSTER, "a");
            assertEquals("shop", stat(inside.next()));
            outside.subscribe(CLUSTER, "a", "only");
            assertEquals("all", stat(outside.next()));
            assertEquals(List.of("only"), outside.next().getRemovedResourcesList());

            put("a", cluster("a", "all-2"));
            assertEquals("all-2", stat(outside.next()));
            put("shop", "a", cluster("a", "shop-2"));
            assertEquals("shop-2", stat(inside.next()), "the change of the others was none here");
            onQueue(() -> store.remove("shop", CLUSTER, "a"));
            assertEquals("all-2", stat(inside.next()));
        }
    }

    @Test
    void aChangeIsTimedUntilItIsTakenAndAFirstAnswerIsNot() {
        put("a", cluster("a", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a");
            client.next();
            put("a", cluster("a", "2"));
            client.next();
            put("a", cluster("a", "3"));
            client.nack(client.nextUnanswered(), "no");
            eventually("all three are answered", () -> sums(s -> s.acks() + s.nacks()) == 3);
            assertEquals(1, count(service.pushes().takes()));
            assertEquals(2, count(service.pushes().sends()));
            assertEquals(2, sums(Pushes.Sums::acks));
            assertEquals(1, sums(Pushes.Sums::nacks));
            assertEquals(3, sums(Pushes.Sums::resources));
        }
    }

    private long count(Latencies latencies) {
        return CompletableFuture.supplyAsync(latencies::count, queue::execute).join();
    }

    private long sums(ToLongFunction<Pushes.Sums> of) {
        return CompletableFuture.supplyAsync(
                        () -> service.pushes().byType().values().stream()
                                .mapToLong(of)
                                .sum(),
                        queue::execute)
                .join();
    }

    @Test
    void equalContentIsNoChange() {
        put("a", cluster("a", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a");
            client.next();
            put("a", cluster("a", "1"));
            put("a", cluster("a", "2"));
            assertEquals(
                    "2",
                    ScriptedClient.unpack(client.next(), Cluster.class).get("a").getAltStatName());
            assertEquals(0, client.arrived());
        }
    }

    @Test
    void aMissingNameIsAnsweredAtOnceAndSentWhenItAppears() {
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a");
            assertEquals(List.of("a"), client.next().getRemovedResourcesList());
            put("a", cluster("a", "1"));
            assertEquals(List.of("a"), names(client.next()));
            onQueue(() -> store.remove(CLUSTER, "a"));
            assertEquals(List.of("a"), client.next().getRemovedResourcesList());
        }
    }

    @Test
    void whatTheClientHasFromAnEarlierStreamIsNotSentAgain() {
        put("same", cluster("same", "1"));
        put("other", cluster("other", "1"));
        String version = Resource.of("same", cluster("same", "1")).version();
        try (ScriptedClient client = client()) {
            client.send(request(CLUSTER)
                    .addAllResourceNamesSubscribe(List.of("same", "other", "gone"))
                    .putInitialResourceVersions("same", version)
                    .putInitialResourceVersions("other", "0000000000000000")
                    .putInitialResourceVersions("gone", version)
                    .build());
            DeltaDiscoveryResponse changed = client.next();
            assertEquals(List.of("other"), names(changed));
            assertEquals(List.of("gone"), client.next().getRemovedResourcesList());
            put("same", cluster("same", "2"));
            assertEquals(List.of("same"), names(client.next()));
        }
    }

    @Test
    void askingAgainForWhatOneHasBringsItAgain() {
        put("a", cluster("a", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a");
            client.next();
            client.subscribe(CLUSTER, "a");
            assertEquals(List.of("a"), names(client.next()));
        }
    }

    @Test
    void whatIsUnsubscribedIsNotSentAnyMore() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a", "b");
            client.next();
            client.unsubscribe(CLUSTER, "a");
            client.subscribe(CLUSTER, "c");
            client.next();
            put("a", cluster("a", "2"));
            put("b", cluster("b", "2"));
            assertEquals(List.of("b"), names(client.next()));
        }
    }

    @Test
    void aRefusedResourceIsNotSentAgainUntilItChanges() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a", "b");
            client.nack(client.nextUnanswered(), "cluster a: makes no sense");
            eventually(
                    "the refusal is remembered",
                    () -> !clients().get(0).refused().isEmpty());
            assertEquals(
                    List.of(new Client.Refused(CLUSTER, "a", "cluster a: makes no sense")),
                    clients().get(0).refused());
            assertFalse(clients().get(0).isInSync());
            assertEquals(0, client.arrived());

            put("a", cluster("a", "2"));
            assertEquals(List.of("a"), names(client.next()));
            eventually("the refusal is over", () -> clients().get(0).isInSync());
        }
    }

    @Test
    void aClientThatRefusesEverythingForEverIsSentEachChangeOnceAndCostsLittle() {
        int changes = 300;
        String words = "no ".repeat(20_000);
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER);
            client.next();
            for (int i = 0; i < changes; i++) {
                String name = "c" + i % 150;
                put(name, cluster(name, "" + i));
                DeltaDiscoveryResponse response = client.nextUnanswered();
                assertEquals(List.of(name), names(response));
                client.nack(response, i + words);
            }
            eventually("all is answered", () -> sums(Pushes.Sums::nacks) == changes);
            assertEquals(changes + 1, sums(Pushes.Sums::responses));
            List<Client.Refused> refused = clients().get(0).refused();
            assertEquals(150, refused.size());
            assertTrue(refused.stream().anyMatch(one -> one.reason().startsWith("299no")), "its last words are known");
            assertTrue(
                    refused.stream()
                                    .map(Client.Refused::reason)
                                    .distinct()
                                    .mapToInt(String::length)
                                    .sum()
                            <= 110 * 1_024,
                    "what it says is kept as far as it is of use");
            assertTrue(log.text().length() < 10_000, "and written as far");
        }
    }

    @Test
    void anErrorIsSearchedForNamesWhereItBegins() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a", "b");
            client.nack(client.nextUnanswered(), "x".repeat(5_000) + " a");
            eventually("both are refused", () -> clients().get(0).refused().size() == 2);
        }
    }

    @Test
    void whatIsGoneIsNotRefusedAnyMore() {
        put("a", cluster("a", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER);
            client.nack(client.nextUnanswered(), "no");
            onQueue(() -> store.remove(CLUSTER, "a"));
            assertEquals(List.of("a"), client.next().getRemovedResourcesList());
            eventually("it is in sync", () -> clients().get(0).isInSync());
        }
    }

    @Test
    void aNodeThatSaysMoreThanIsKeptOfOneEndsTheStream() {
        Node node = ScriptedClient.node("order", "default", "10.0.0.1", Map.of("note", "x".repeat(20_000)));
        try (ScriptedClient client = client()) {
            client.hello(node, CLUSTER, "a");
            client.next();
        }
        try (ScriptedClient client = client()) {
            client.hello(
                    node.toBuilder()
                            .setId("y".repeat(8_000))
                            .setCluster("z".repeat(6_000))
                            .build(),
                    CLUSTER,
                    "a");
            Status end = Status.fromThrowable(client.end());
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode());
            assertTrue(end.getDescription().contains("to be known by more than 32768 characters"), end.toString());
        }
    }

    @Test
    void aTypeWithAnEndlessNameEndsTheStream() {
        try (ScriptedClient client = client()) {
            client.subscribe("x".repeat(2_000), "a");
            assertEquals(
                    Status.Code.RESOURCE_EXHAUSTED,
                    Status.fromThrowable(client.end()).getCode());
        }
    }

    @Test
    void theFirstRequestWithoutNamesAsksForAll() {
        put("a", cluster("a", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER);
            assertEquals(List.of("a"), names(client.next()));
            put("b", cluster("b", "1"));
            assertEquals(List.of("b"), names(client.next()));
            onQueue(() -> store.remove(CLUSTER, "a"));
            assertEquals(List.of("a"), client.next().getRemovedResourcesList());
        }
    }

    @Test
    void aWildcardBesideNamesCanBeGivenBack() {
        put("a", cluster("a", "1"));
        put("b", cluster("b", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "*", "b");
            assertEquals(2, client.next().getResourcesCount());
            client.unsubscribe(CLUSTER, "*");
            client.subscribe(CLUSTER, "c");
            client.next();
            put("a", cluster("a", "2"));
            put("b", cluster("b", "2"));
            assertEquals(List.of("b"), names(client.next()));
        }
    }

    @Test
    void whoAsksForAllOfNothingIsAnswered() {
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "*");
            DeltaDiscoveryResponse response = client.next();
            assertEquals(0, response.getResourcesCount() + response.getRemovedResourcesCount());
        }
    }

    @Test
    void aTypeThatNobodyKnowsAndANonceThatNobodySentCostNothing() {
        put("a", cluster("a", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe("type.googleapis.com/made.Up", "x");
            assertEquals(List.of("x"), client.next().getRemovedResourcesList());
            client.send(request(CLUSTER).setResponseNonce("4711").build());
            client.send(request("").setResponseNonce("4712").build());
            client.ready();
            client.subscribe(CLUSTER, "a");
            DeltaDiscoveryResponse response = client.await(r -> names(r).contains("a"));
            assertEquals(CLUSTER, response.getTypeUrl());
            assertTrue(client.isOpen());
        }
    }

    @Test
    void newThingsComeInTheOrderInWhichTheyReferAndRemovalsLast() {
        put("old", cluster("old", "1"));
        try (ScriptedClient client = client()) {
            client.subscribe(LISTENER, "l");
            client.next();
            client.subscribe(ROUTES, "r");
            client.next();
            client.subscribe(CLUSTER, "old", "new");
            client.await(r -> r.getRemovedResourcesCount() > 0);
            client.subscribe(ENDPOINTS, "new");
            client.next();
            onQueue(() -> {
                store.remove(CLUSTER, "old");
                store.put("l", Listener.newBuilder().setName("l").build());
                store.put("r", RouteConfiguration.newBuilder().setName("r").build());
                store.put(
                        "new",
                        ClusterLoadAssignment.newBuilder().setClusterName("new").build());
                store.put("new", cluster("new", "1"));
            });
            assertEquals(CLUSTER, client.next().getTypeUrl());
            assertEquals(ENDPOINTS, client.next().getTypeUrl());
            assertEquals(LISTENER, client.next().getTypeUrl());
            assertEquals(ROUTES, client.next().getTypeUrl());
            assertEquals(List.of("old"), client.next().getRemovedResourcesList());
        }
    }

    @Test
    void aClientThatReadsNothingIsSentTheLatestOnceItReads() {
        String filler = "x".repeat(100_000);
        put("a", cluster("a", filler + "0"));
        try (ScriptedClient client = new ScriptedClient(server.address(), 1)) {
            client.subscribe(CLUSTER, "a");
            client.next();
            for (int i = 1; i <= 500; i++) {
                put("a", cluster("a", filler + i));
            }
            client.allow(1_000);
            DeltaDiscoveryResponse last = client.await(response -> ScriptedClient.unpack(response, Cluster.class)
                    .get("a")
                    .getAltStatName()
                    .equals(filler + "500"));
            // 1 to 499 were overtaken, but for the few that fitted into the buffers on the way.
            assertTrue(Long.parseLong(last.getNonce()) < 60, last.getNonce());
        }
    }

    @Test
    void manyResourcesComeInBatches() {
        List<String> wanted = IntStream.range(0, 45).mapToObj(i -> "c" + i).toList();
        wanted.forEach(name -> put(name, cluster(name, "x".repeat(100_000))));
        try (ScriptedClient client = client()) {
            client.subscribe(CLUSTER, wanted.toArray(String[]::new));
            List<String> got = new ArrayList<>();
            int responses = 0;
            while (got.size() < wanted.size()) {
                got.addAll(names(client.next()));
                responses++;
            }
            assertEquals(wanted, got);
            assertTrue(responses >= 4, responses + " responses");
        }
    }

    @Test
    void askingForMoreNamesThanOneMayEndsTheStreamAndSaysSo() {
        try (ScriptedClient client = client()) {
            client.subscribe(
                    CLUSTER, IntStream.range(0, 51).mapToObj(i -> "c" + i).toArray(String[]::new));
            Status status = Status.fromThrowable(client.end());
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode());
            assertTrue(String.valueOf(status.getDescription()).contains("more than 50 names"), status.toString());
            eventually("it is gone", () -> clients().isEmpty());
        }
    }

    @Test
    void askingForTheSameNamesAgainAndAgainIsNotAskingForMore() {
        try (ScriptedClient client = client()) {
            String[] names = IntStream.range(0, 30).mapToObj(i -> "c" + i).toArray(String[]::new);
            client.subscribe(CLUSTER, names);
            client.next();
            client.subscribe(CLUSTER, names);
            client.next();
            assertTrue(client.isOpen());
        }
    }

    @Test
    void tooManyTypesEndTheStream() {
        try (ScriptedClient client = client()) {
            IntStream.range(0, 6).forEach(i -> client.subscribe("type.googleapis.com/made.Up" + i, "x"));
            assertEquals(
                    Status.Code.RESOURCE_EXHAUSTED,
                    Status.fromThrowable(client.end()).getCode());
        }
    }

    @Test
    void aRequestThatIsTooLargeEndsItsStreamOnly() {
        put("a", cluster("a", "1"));
        try (ScriptedClient hostile = client();
                ScriptedClient client = client()) {
            client.subscribe(CLUSTER, "a");
            client.next();
            hostile.subscribe(CLUSTER, "x".repeat(100_000));
            hostile.end();
            put("a", cluster("a", "2"));
            assertEquals(List.of("a"), names(client.next()));
        }
    }

    @Test
    void oneStreamTooManyIsTurnedAway() {
        List<ScriptedClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                ScriptedClient client = client();
                clients.add(client);
                client.subscribe(CLUSTER, "a");
                client.next();
            }
            ScriptedClient late = client();
            clients.add(late);
            assertEquals(
                    Status.Code.RESOURCE_EXHAUSTED,
                    Status.fromThrowable(late.end()).getCode());
        } finally {
            clients.forEach(ScriptedClient::close);
        }
    }

    private static void beginAndGiveUp(ManagedChannel channel) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call = channel.newCall(
                AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onReady() {
                        begun.countDown();
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        begun.countDown();
                    }
                },
                new Metadata());
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        call.cancel("given up", null);
    }

    @Test
    void aConnectionOnWhichStreamsAreBegunAndGivenUpOverAndOverIsEnded() throws InterruptedException {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
        try (ScriptedClient client = new ScriptedClient(channel, Integer.MAX_VALUE)) {
            client.subscribe(CLUSTER, "a");
            client.next();
            for (int i = 0; i < 100; i++) {
                beginAndGiveUp(channel);
            }
            assertTrue(client.isOpen());
            for (int i = 0; i < 200 && client.isOpen(); i++) {
                beginAndGiveUp(channel);
            }
            eventually("it is ended", () -> !client.isOpen());
        }
    }

    @Test
    void aClientThatFallsSilentWithoutAWordIsNoticed() throws IOException {
        try (Relay between = new Relay(server.address());
                ScriptedClient client = new ScriptedClient(between.address())) {
            client.subscribe(CLUSTER, "a");
            client.next();
            assertEquals(1, clients().size());
            between.silence();
            eventually("its stream has ended", () -> clients().isEmpty());
        }
    }
}
