package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.ScriptedClient.node;
import static dev.weft.control.ScriptedClient.unpack;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.REGISTRATION;
import static dev.weft.control.store.Types.SERVICE_NAMES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.etcd.Etcd;
import dev.weft.control.etcd.Wire;
import dev.weft.protocol.v1.WorkloadRegistration;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several control planes that share one etcd: each tells the same truth, and any of them can go. */
@Tag("long")
class ReplicasTest {
    private static final String ORDER = "outbound|0||order.default.svc.cluster.local";
    private static final String RULE = "rules/DestinationRule/default/order";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path temp;

    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private Etcd etcd;

    @BeforeEach
    void start() throws IOException {
        Etcd.need();
        etcd = own(Etcd.start(temp, 1));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T own(T one) {
        toClose.push(one);
        return one;
    }

    private Replica replica(String name, int port) throws IOException {
        return own(new Replica(temp.resolve(name), "etcd://127.0.0.1:" + port + "/weft/test"));
    }

    /** One of the control planes. */
    private static final class Replica implements AutoCloseable {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final Path config;
        final ControlPlane controlPlane;
        private final String token;

        Replica(Path folder, String store) throws IOException {
            config = Files.createDirectories(folder.resolve("rules"));
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            Path state = folder.resolve("state");
            controlPlane = ControlPlane.start(new Options(
                    new Options(
                            config,
                            any,
                            any,
                            state,
                            Options.DEFAULT_DOMAIN,
                            null,
                            new PrintStream(out, true, StandardCharsets.UTF_8)),
                    new StoreOptions(store)));
            token = Files.readString(state.resolve("token")).strip();
        }

        String log() {
            return out.toString(StandardCharsets.UTF_8);
        }

        HttpResponse<String> send(String method, String path, String body, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at("/api/v1/" + path))
                    .header("Authorization", "Bearer " + token)
                    .method(
                            method,
                            body.isEmpty()
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body));
            if (!body.isEmpty()) {
                request.header("Content-Type", body.startsWith("{\"") ? "application/json" : "application/yaml");
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            return answer(request.build());
        }

        private URI at(String path) {
            return URI.create("http://127.0.0.1:" + controlPlane.rest().getPort() + path);
        }

        String metrics() {
            return answer(HttpRequest.newBuilder(at("/metrics")).build()).body();
        }

        private static HttpResponse<String> answer(HttpRequest request) {
            try {
                return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        JsonNode get(String path) {
            try {
                return JSON.readTree(send("GET", path, "").body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** State by port. */
        Map<Integer, String> order() {
            Map<Integer, String> states = new TreeMap<>();
            get("instances?service=order")
                    .path("items")
                    .forEach(instance -> states.put(
                            instance.path("port").asInt(),
                            instance.path("state").asText()));
            return states;
        }

        String balancer() {
            return get(RULE).path("text").asText().replaceAll("(?s).*simple: ([A-Z_]+).*", "$1");
        }

        @Override
        public void close() {
            controlPlane.close();
        }
    }

    private static String rule(String balancer) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec: {host: order, trafficPolicy: {loadBalancer: {simple: %s}}}
                """.formatted(balancer);
    }

    /** An agent that has registered a port of order at a replica, and is up. */
    private ScriptedClient agent(Replica at, int port) {
        ScriptedClient agent = own(new ScriptedClient(at.controlPlane.xds()));
        agent.hello(node("order", "default", "127.0.0.1", Map.of("app", "order")), SERVICE_NAMES, "default");
        agent.subscribe(REGISTRATION, "order:" + port + "/http?version=v1");
        DeltaDiscoveryResponse registered =
                agent.await(response -> response.getTypeUrl().equals(REGISTRATION));
        agent.ready();
        if (!state(registered).equals("UP")) { // it is where its stay elsewhere is known
            agent.await(response -> state(response).equals("UP"));
        }
        return agent;
    }

    private static String state(DeltaDiscoveryResponse response) {
        return response.getTypeUrl().equals(REGISTRATION) && response.getResourcesCount() == 1
                ? unpack(response, WorkloadRegistration.class)
                        .values()
                        .iterator()
                        .next()
                        .getState()
                : "";
    }

    private static Set<Integer> ports(DeltaDiscoveryResponse response) {
        Set<Integer> ports = new TreeSet<>();
        unpack(response, ClusterLoadAssignment.class)
                .values()
                .forEach(assignment -> assignment.getEndpointsList().stream()
                        .flatMap(group -> group.getLbEndpointsList().stream())
                        .forEach(endpoint -> ports.add(endpoint.getEndpoint()
                                .getAddress()
                                .getSocketAddress()
                                .getPortValue())));
        return ports;
    }

    @Test
    void aRuleThatIsPutAtOneIsInForceAtAll() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        assertEquals(201, a.send("PUT", RULE, rule("RANDOM")).statusCode());
        eventually("b has it", () -> b.balancer().equals("RANDOM"));
        assertEquals(a.get("rules").path("version"), b.get("rules").path("version"));
        String etag = b.send("GET", RULE, "").headers().firstValue("ETag").orElseThrow();
        assertEquals(
                200, b.send("PUT", RULE, rule("ROUND_ROBIN"), "If-Match", etag).statusCode());
        eventually("a has the new one", () -> a.balancer().equals("ROUND_ROBIN"));
        assertEquals(412, a.send("PUT", RULE, rule("RANDOM"), "If-Match", etag).statusCode());
        Replica late = replica("late", etcd.port());
        assertEquals("ROUND_ROBIN", late.balancer());
        assertEquals(200, late.send("DELETE", RULE, "").statusCode());
        eventually(
                "it is gone",
                () -> a.send("GET", RULE, "").statusCode() == 404
                        && b.send("GET", RULE, "").statusCode() == 404);
    }

    @Test
    void ofTwoWhoChangeTheSameVersionOneWins() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        for (int round = 0; round < 10; round++) {
            String name = "rules/DestinationRule/default/r" + round;
            String first = rule("RANDOM").replace("name: order", "name: r" + round);
            String second = first.replace("RANDOM", "LEAST_REQUEST");
            CompletableFuture<Integer> atB = CompletableFuture.supplyAsync(
                    () -> b.send("PUT", name, second, "If-None-Match", "*").statusCode());
            int atA = a.send("PUT", name, first, "If-None-Match", "*").statusCode();
            assertEquals(Set.of(201, 412), Set.of(atA, atB.join()));
            String won = atA == 201 ? first : second;
            eventually(
                    "both have it",
                    () -> Stream.of(a, b)
                            .allMatch(one -> one.get(name).path("text").asText().equals(won)));
        }
    }

    @Test
    void versionsAreSharedAndWhatOneHoldsAllHold() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        a.send("PUT", RULE, rule("RANDOM"));
        eventually("b has it", () -> b.balancer().equals("RANDOM"));
        b.send("PUT", RULE, rule("ROUND_ROBIN"));
        eventually("a has it", () -> a.balancer().equals("ROUND_ROBIN"));
        eventually(
                "both know three versions",
                () -> Stream.of(a, b)
                        .allMatch(one -> one.get("rules/history").path("items").size() == 3));
        assertEquals(a.get("rules/history"), b.get("rules/history"));
        assertEquals(200, a.send("POST", "rules/rollback?to=2", "").statusCode(), () -> a.log());
        eventually("b holds it too", () -> b.balancer().equals("RANDOM"));
        assertEquals(409, b.send("PUT", RULE, rule("LEAST_REQUEST")).statusCode());
        Replica late = replica("late", etcd.port());
        assertEquals("RANDOM", late.balancer());
        assertEquals(200, late.send("DELETE", "rules/rollback", "").statusCode());
        eventually(
                "all are released",
                () -> Stream.of(a, b).allMatch(one -> one.balancer().equals("ROUND_ROBIN")));
    }

    @Test
    void whoRegistersAtOneIsToldByAllAndAnOperatorsWordCountsEverywhere() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        ScriptedClient caller = own(new ScriptedClient(b.controlPlane.xds()));
        caller.hello(node("front", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER);
        ScriptedClient agent = agent(a, 9001);
        caller.await(response -> ports(response).equals(Set.of(9001)));
        assertEquals(
                200,
                b.send("PATCH", "instances/default/order/127.0.0.1:9001", "{\"state\": \"DOWN\"}")
                        .statusCode());
        agent.await(response -> state(response).equals("DOWN"));
        eventually("the keeper says so too", () -> a.order().equals(Map.of(9001, "DOWN")));
        b.send("PATCH", "instances/default/order/127.0.0.1:9001", "{\"state\": null}");
        agent.await(response -> state(response).equals("UP"));
        assertEquals(
                409,
                b.send("DELETE", "instances/default/order/127.0.0.1:9001", "").statusCode());
        agent.unsubscribe(REGISTRATION, "order:9001/http?version=v1");
        caller.await(response -> ports(response).isEmpty());
    }

    @Test
    void anAgentThatMovesIsMissedByNobody() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        Replica c = replica("c", etcd.port());
        ScriptedClient first = agent(a, 9001);
        eventually(
                "all know it", () -> Stream.of(b, c).allMatch(one -> one.order().equals(Map.of(9001, "UP"))));
        ScriptedClient caller = own(new ScriptedClient(c.controlPlane.xds()));
        caller.hello(node("front", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER);
        caller.await(response -> ports(response).equals(Set.of(9001)));
        first.close();
        ScriptedClient second = agent(b, 9001);
        agent(a, 9002);
        caller.await(response -> {
            assertTrue(ports(response).contains(9001), response.toString());
            return ports(response).contains(9002);
        });
        a.close();
        second.close();
        agent(c, 9001);
        agent(c, 9003);
        caller.await(response -> {
            assertTrue(ports(response).containsAll(Set.of(9001, 9002)), response.toString());
            return ports(response).contains(9003);
        });
    }

    @Test
    void aLeaseIsKeptByWhoeverIsAskedToRenewIt() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        String path = "instances/default/order/127.0.0.1:9001";
        assertEquals(201, a.send("PUT", path, "{\"ttl\": \"10s\"}").statusCode());
        eventually("b knows it", () -> b.order().equals(Map.of(9001, "UP")));
        assertEquals(200, b.send("POST", path + "/renew", "").statusCode());
        a.close();
        assertEquals(200, b.send("POST", path + "/renew", "").statusCode());
        eventually("nobody renews it any more", () -> b.order().isEmpty());
        assertEquals(404, b.send("POST", path + "/renew", "").statusCode());
    }

    @Test
    void whatIsDeregisteredAtAnotherReplicaIsGoneEverywhere() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        String path = "instances/default/order/127.0.0.1:9001";
        a.send("PUT", path, "{\"ttl\": \"1h\"}");
        eventually("b knows it", () -> b.order().equals(Map.of(9001, "UP")));
        assertEquals(204, b.send("DELETE", path, "").statusCode());
        eventually("a knows", () -> a.order().isEmpty());
        a.send("PUT", path, "{\"ttl\": \"1h\", \"version\": \"v2\"}");
        eventually("it came back", () -> b.order().equals(Map.of(9001, "UP")));
    }

    @Test
    void oneThatIsCutOffServesWhatItKnowsRefusesChangesAndCatchesUp() throws Exception {
        Wire wire = own(new Wire(etcd.port()));
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", wire.port());
        a.send("PUT", RULE, rule("RANDOM"));
        agent(a, 9001);
        ScriptedClient here = agent(b, 9002);
        eventually(
                "both know both",
                () -> Stream.of(a, b)
                        .allMatch(one -> one.order().equals(Map.of(9001, "UP", 9002, "UP"))
                                && one.balancer().equals("RANDOM")));
        wire.cut();
        eventually("b knows that it is cut off", () -> b.log().contains("store: lost"));
        for (HttpResponse<String> refused : List.of(
                b.send("PUT", RULE, rule("LEAST_REQUEST")),
                b.send("PUT", "instances/default/order/127.0.0.1:9005", "{\"ttl\": \"1h\"}"),
                b.send("PATCH", "instances/default/order/127.0.0.1:9001", "{\"state\": \"DOWN\"}"))) {
            assertEquals(503, refused.statusCode(), refused.body());
            assertTrue(refused.body().contains("has not answered since"), refused.body());
        }
        assertTrue(b.metrics().contains("weft_control_store_up 0\n"));
        assertTrue(a.metrics().contains("weft_control_store_up 1\n"));
        assertEquals("RANDOM", b.balancer());
        assertEquals(Map.of(9001, "UP", 9002, "UP"), b.order());
        agent(b, 9003);
        a.send("PUT", RULE, rule("ROUND_ROBIN"));
        agent(a, 9004);
        eventually("a takes b for gone", () -> a.log().contains("instances of its are kept until they are heard of"));
        assertEquals(Set.of(9001, 9002, 9004), a.order().keySet());
        etcd.compact();

        wire.mend();
        Map<Integer, String> all = Map.of(9001, "UP", 9002, "UP", 9003, "UP", 9004, "UP");
        eventually(
                "both know all again",
                () -> Stream.of(a, b)
                        .allMatch(
                                one -> one.order().equals(all) && one.balancer().equals("ROUND_ROBIN")));
        assertTrue(here.isOpen());
        assertEquals(200, b.send("PUT", RULE, rule("LEAST_REQUEST")).statusCode());
        eventually("a has it", () -> a.balancer().equals("LEAST_REQUEST"));
    }

    @Test
    void whileTheStoreIsAwayNobodyIsTakenForGone() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        ScriptedClient agent = agent(a, 9001);
        b.send("PUT", "instances/default/order/127.0.0.1:9002", "{\"ttl\": \"10s\"}");
        eventually(
                "both know both",
                () -> Stream.of(a, b).allMatch(one -> one.order().size() == 2));
        etcd.stop(0);
        eventually(
                "both know that it is away",
                () -> Stream.of(a, b).allMatch(one -> one.log().contains("store: lost")));
        agent.close();
        long begun = System.nanoTime();
        // Longer than the stream's grace and the lease together would have lasted.
        eventually("time has passed", () -> System.nanoTime() - begun > 13_000_000_000L);
        assertEquals(Set.of(9001, 9002), a.order().keySet());
        assertEquals(Set.of(9001, 9002), b.order().keySet());
        etcd.go(0);
        eventually(
                "it is back, and who is silent goes",
                () -> Stream.of(a, b).allMatch(one -> one.order().isEmpty()));
    }

    @Test
    void whoAnswersAtItsPortIsNotTakenAwayWithItsReplica() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        try (ServerSocket alive = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            String path = "instances/default/order/127.0.0.1:";
            a.send("PUT", path + alive.getLocalPort(), "{\"ttl\": \"10s\"}");
            a.send("PUT", path + 1, "{\"ttl\": \"10s\"}");
            eventually("b knows both", () -> b.order().size() == 2);
            a.close();
            eventually("who is dead goes", () -> !b.order().containsKey(1));
            assertTrue(b.order().containsKey(alive.getLocalPort()));
        }
        eventually("and the other when it is dead too", () -> b.order().isEmpty());
    }

    @Test
    void whatAReplicaKeepsAliveByACheckGoesOverToAnother() throws Exception {
        Replica a = replica("a", etcd.port());
        Replica b = replica("b", etcd.port());
        try (ServerSocket alive = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            int port = alive.getLocalPort();
            a.send(
                    "PUT",
                    "instances/default/order/127.0.0.1:" + port,
                    "{\"ttl\": \"5s\", \"check\": {\"tcp\": true, \"interval\": \"1s\", \"unhealthy\": 1}}");
            eventually("it is up everywhere", () -> b.order().equals(Map.of(port, "UP")));
            a.close();
            alive.close();
            eventually("b finds out that it is down", () -> b.order().equals(Map.of(port, "DOWN")));
            eventually("and lets it go when its lease ends", () -> b.order().isEmpty());
        }
    }

    @Test
    void withoutTheStoreNoneStartsAndSaysWhy() throws Exception {
        String uri = "etcd://127.0.0.1:" + etcd.port() + "/weft/test";
        etcd.close();
        IOException failed = assertThrows(IOException.class, () -> new Replica(temp.resolve("a"), uri));
        assertTrue(String.valueOf(failed.getMessage()).contains("can't be reached"), failed.getMessage());
    }
}
