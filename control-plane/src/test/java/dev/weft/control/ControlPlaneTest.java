package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.ScriptedClient.node;
import static dev.weft.control.ScriptedClient.unpack;
import static dev.weft.control.store.Types.CLUSTER;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.LISTENER;
import static dev.weft.control.store.Types.REGISTRATION;
import static dev.weft.control.store.Types.ROUTES;
import static dev.weft.control.store.Types.SERVICE_NAMES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.protocol.local.RuntimeDirectory;
import dev.weft.protocol.v1.ServiceNames;
import dev.weft.protocol.v1.WorkloadRegistration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole control plane, over real sockets and files. */
class ControlPlaneTest {
    private static final String ORDER = "order.default.svc.cluster.local";
    private static final String ORDER_ALL = "outbound|0||" + ORDER;
    private static final String CANARY = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: order}
            spec:
              hosts: [order]
              http:
                - name: canary
                  route:
                    - destination: {host: order, subset: v1}
                      weight: 90
                    - destination: {host: order, subset: v2}
                      weight: 10
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: order}
            spec:
              host: order
              subsets:
                - {name: v1, labels: {version: v1}}
                - {name: v2, labels: {version: v2}}
            """;

    @TempDir
    Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Path config;
    private Path state;
    private RuntimeDirectory runtime;
    private ControlPlane controlPlane;

    @BeforeEach
    void start() throws IOException {
        config = Files.createDirectory(temp.resolve("rules"));
        state = temp.resolve("state");
        runtime = RuntimeDirectory.at(temp.resolve("run"));
        controlPlane = ControlPlane.start(options());
    }

    @AfterEach
    void stop() {
        controlPlane.close();
    }

    private Options options() {
        return new Options(
                config,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                state,
                Options.DEFAULT_DOMAIN,
                runtime,
                new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String log() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private ScriptedClient client() {
        return new ScriptedClient(controlPlane.xds());
    }

    /** Registers an instance of order and waits until it is up. */
    private ScriptedClient order(String version, int port) {
        ScriptedClient order = client();
        order.hello(node("order", "default", "127.0.0.1", Map.of("app", "order")), SERVICE_NAMES, "default");
        order.subscribe(REGISTRATION, "order:" + port + "/http?version=" + version);
        order.await(response -> response.getTypeUrl().equals(REGISTRATION));
        order.ready();
        order.await(response -> state(response).equals("UP"));
        return order;
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

    private static List<Integer> ports(ClusterLoadAssignment assignment) {
        return assignment.getEndpointsList().stream()
                .flatMap(group -> group.getLbEndpointsList().stream())
                .map(endpoint ->
                        endpoint.getEndpoint().getAddress().getSocketAddress().getPortValue())
                .toList();
    }

    private static List<HealthStatus> healths(ClusterLoadAssignment assignment) {
        return assignment.getEndpointsList().stream()
                .flatMap(group -> group.getLbEndpointsList().stream())
                .map(endpoint -> endpoint.getHealthStatus())
                .toList();
    }

    private static ClusterLoadAssignment endpoints(DeltaDiscoveryResponse response, String cluster) {
        return unpack(response, ClusterLoadAssignment.class)
                .getOrDefault(cluster, ClusterLoadAssignment.getDefaultInstance());
    }

    private String get(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + controlPlane.rest().getPort() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void aClientFollowsANameDownToItsEndpoints() throws Exception {
        try (ScriptedClient order = order("v1", 8081);
                ScriptedClient user = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), SERVICE_NAMES, "default");
            ServiceNames names = unpack(user.next(), ServiceNames.class).get("default");
            assertEquals(ORDER, names.getServices(0).getHost());
            assertEquals(
                    List.of("order", "order.default", "order.default.svc"),
                    names.getServices(0).getAliasesList());

            user.subscribe(LISTENER, ORDER);
            Listener listener = unpack(user.next(), Listener.class).get(ORDER);
            HttpConnectionManager manager =
                    listener.getApiListener().getApiListener().unpack(HttpConnectionManager.class);
            assertEquals(ORDER_ALL, manager.getRds().getRouteConfigName());

            user.subscribe(ROUTES, manager.getRds().getRouteConfigName());
            RouteConfiguration routes =
                    unpack(user.next(), RouteConfiguration.class).get(ORDER_ALL);
            assertEquals(
                    List.of("order", "order.default", "order.default.svc", ORDER),
                    routes.getVirtualHosts(0).getDomainsList());
            String cluster = routes.getVirtualHosts(0).getRoutes(0).getRoute().getCluster();

            user.subscribe(CLUSTER, cluster);
            Cluster found = unpack(user.next(), Cluster.class).get(cluster);
            user.subscribe(ENDPOINTS, found.getEdsClusterConfig().getServiceName());
            ClusterLoadAssignment endpoints = endpoints(user.next(), cluster);
            assertEquals(List.of(8081), ports(endpoints));
            assertEquals("eu-1", endpoints.getEndpoints(0).getLocality().getZone());
            assertEquals(
                    "v1",
                    endpoints
                            .getEndpoints(0)
                            .getLbEndpoints(0)
                            .getMetadata()
                            .getFilterMetadataOrThrow("envoy.lb")
                            .getFieldsOrThrow("version")
                            .getStringValue());
            assertTrue(order.isOpen());
        }
    }

    @Test
    void theControlPlaneSaysWhoItIs() {
        try (ScriptedClient user = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), SERVICE_NAMES, "default");
            String identifier = user.next().getControlPlane().getIdentifier();
            assertTrue(identifier.matches("weft/[0-9].*"), identifier);
        }
    }

    @Test
    void aliasesDependOnTheNamespaceOfTheClient() {
        try (ScriptedClient order = order("v1", 8081);
                ScriptedClient user = client()) {
            user.hello(node("user", "shop", "127.0.0.1", Map.of()), SERVICE_NAMES, "shop");
            assertEquals(
                    List.of("order.default", "order.default.svc"),
                    unpack(user.next(), ServiceNames.class)
                            .get("shop")
                            .getServices(0)
                            .getAliasesList());
            assertTrue(order.isOpen());
        }
    }

    @Test
    void anInstanceIsListedOnlyOnceItIsReady() {
        try (ScriptedClient user = client();
                ScriptedClient order = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER_ALL);
            assertEquals(List.of(ORDER_ALL), user.next().getRemovedResourcesList());

            order.hello(node("order", "default", "10.1.2.3", Map.of()), REGISTRATION, "order:8081");
            DeltaDiscoveryResponse registered = order.next();
            WorkloadRegistration registration =
                    unpack(registered, WorkloadRegistration.class).get("order:8081");
            assertEquals("STARTING", registration.getState());
            assertEquals(ORDER, registration.getHost());
            assertEquals("10.1.2.3", registration.getAddress());
            assertEquals(List.of(), ports(endpoints(user.next(), ORDER_ALL)));

            order.ready();
            assertEquals("UP", state(order.next()));
            assertEquals(List.of(8081), ports(endpoints(user.next(), ORDER_ALL)));

            order.notReady(2, "database is gone");
            assertEquals("DOWN", state(order.next()));
            assertEquals(List.of(), ports(endpoints(user.next(), ORDER_ALL)));
        }
    }

    @Test
    void aDrainingInstanceIsMarkedAndGoesWithItsStreamAtOnce() {
        try (ScriptedClient user = client();
                ScriptedClient order = order("v1", 8081)) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER_ALL);
            user.await(response -> !ports(endpoints(response, ORDER_ALL)).isEmpty());

            order.notReady(14, "draining");
            assertEquals(List.of(HealthStatus.DRAINING), healths(endpoints(user.next(), ORDER_ALL)));
            order.complete();
            assertEquals(List.of(), ports(endpoints(user.next(), ORDER_ALL)));
        }
    }

    @Test
    void unsubscribingDeregistersAtOnce() {
        try (ScriptedClient user = client();
                ScriptedClient order = order("v1", 8081)) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER_ALL);
            user.await(response -> !ports(endpoints(response, ORDER_ALL)).isEmpty());
            order.unsubscribe(REGISTRATION, "order:8081/http?version=v1");
            assertEquals(List.of(), ports(endpoints(user.next(), ORDER_ALL)));
        }
    }

    @Test
    void anInstanceWhoseStreamIsLostKeepsItsHealthAndIsTheSameWhenItComesBack() {
        try (ScriptedClient user = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER_ALL);
            ScriptedClient order = order("v1", 8081);
            user.await(response -> !ports(endpoints(response, ORDER_ALL)).isEmpty());
            order.close();
            eventually("the loss is noticed", () -> log().contains("stream lost"));
            try (ScriptedClient again = client()) {
                again.hello(
                        node("order", "default", "127.0.0.1", Map.of("app", "order")),
                        REGISTRATION,
                        "order:8081/http?version=v1");
                assertEquals("UP", state(again.next()));
                assertEquals(List.of(), user.waiting());
            }
        }
    }

    @Test
    void aRefusedRegistrationIsAnsweredWithItsReason() {
        try (ScriptedClient order = client()) {
            order.hello(node("order", "default", "127.0.0.1", Map.of()), REGISTRATION, "or der:0", "order:8081");
            DeltaDiscoveryResponse response = order.await(r -> r.getRemovedResourcesCount() > 0);
            assertEquals(List.of("or der:0"), response.getRemovedResourcesList());
            assertTrue(
                    response.getResourceErrors(0).getErrorDetail().getMessage().contains("service name"),
                    response.toString());
            assertTrue(order.isOpen());
        }
    }

    @Test
    void aSavedRuleReachesTheClientAndABrokenOneChangesNothing() throws Exception {
        try (ScriptedClient order = order("v2", 8082);
                ScriptedClient user = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ROUTES, ORDER_ALL);
            assertEquals(
                    "default",
                    unpack(user.next(), RouteConfiguration.class)
                            .get(ORDER_ALL)
                            .getVirtualHosts(0)
                            .getRoutes(0)
                            .getName());
            Files.writeString(config.resolve("canary.yaml"), CANARY);
            assertEquals(
                    "canary",
                    unpack(user.next(), RouteConfiguration.class)
                            .get(ORDER_ALL)
                            .getVirtualHosts(0)
                            .getRoutes(0)
                            .getName());
            user.subscribe(ENDPOINTS, "outbound|0|v1|" + ORDER, "outbound|0|v2|" + ORDER);
            DeltaDiscoveryResponse endpoints = user.next();
            assertEquals(List.of(), ports(endpoints(endpoints, "outbound|0|v1|" + ORDER)));
            assertEquals(List.of(8082), ports(endpoints(endpoints, "outbound|0|v2|" + ORDER)));

            Files.writeString(config.resolve("canary.yaml"), CANARY.replace("weight: 10", "wieght: 10"));
            eventually("the file is refused", () -> get("/api/v1/rules").contains("refused"));
            String rules = get("/api/v1/rules");
            assertTrue(rules.contains("\"line\":12"), rules);
            assertTrue(rules.contains("spec.http[0].route[1].wieght"), rules);
            assertTrue(rules.contains("did you mean 'weight'?"), rules);
            assertEquals(List.of(), user.waiting());
            assertTrue(log().contains("canary.yaml:12:11: spec.http[0].route[1].wieght: is unknown"), log());

            Files.delete(config.resolve("canary.yaml"));
            user.await(response -> response.getTypeUrl().equals(ROUTES)
                    && unpack(response, RouteConfiguration.class)
                            .get(ORDER_ALL)
                            .getVirtualHosts(0)
                            .getRoutes(0)
                            .getName()
                            .equals("default"));
            assertTrue(order.isOpen());
        }
    }

    @Test
    void afterARestartEveryoneIsStillThere() throws IOException {
        try (ScriptedClient order = order("v1", 8081)) {
            assertTrue(order.isOpen());
            controlPlane.close();
        }
        controlPlane = ControlPlane.start(options());
        try (ScriptedClient user = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER_ALL);
            assertEquals(List.of(8081), ports(endpoints(user.next(), ORDER_ALL)));
        }
    }

    private static final String DB = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: db}
            spec:
              hosts: [db.example.com]
              addresses: [10.9.9.9, 10.9.9.8]
              ports: [{number: 80, name: http}, {number: 81, name: http-b}, {number: 82, name: grpc}]
              resolution: STATIC
              endpoints:
                - {address: 10.0.0.1, labels: {a: b, c: d, e: f}, locality: eu/eu-2}
                - {address: 10.0.0.2, labels: {a: b, c: d, e: f}, locality: eu/eu-1}
            """;

    /** What a client of both services follows, by type. */
    private static Map<String, List<String>> all() {
        List<String> clusters = List.of(
                ORDER_ALL,
                "outbound|0|v1|" + ORDER,
                "outbound|0|v2|" + ORDER,
                "outbound|80||db.example.com",
                "outbound|81||db.example.com",
                "outbound|82||db.example.com");
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put(SERVICE_NAMES, List.of("default"));
        all.put(LISTENER, List.of(ORDER, "db.example.com:80", "db.example.com:81", "db.example.com:82"));
        all.put(ROUTES, List.of(ORDER_ALL, clusters.get(3), clusters.get(4), clusters.get(5)));
        all.put(CLUSTER, clusters);
        all.put(ENDPOINTS, clusters);
        return all;
    }

    @Test
    void afterARestartWhoHasEverythingIsSentNothingAgain() throws IOException {
        Files.writeString(config.resolve("order.yaml"), CANARY);
        Files.writeString(config.resolve("db.yaml"), DB);
        controlPlane.close();
        controlPlane = ControlPlane.start(options());
        Map<String, Map<String, String>> versions = new LinkedHashMap<>();
        try (ScriptedClient order = order("v1", 8081);
                ScriptedClient user = client()) {
            all().forEach((type, names) -> {
                user.subscribe(type, names.toArray(String[]::new));
                DeltaDiscoveryResponse response = user.next();
                assertEquals(names.size(), response.getResourcesCount(), response.toString());
                Map<String, String> ofType = new LinkedHashMap<>();
                response.getResourcesList().forEach(one -> ofType.put(one.getName(), one.getVersion()));
                versions.put(type, ofType);
            });
            assertTrue(order.isOpen());
            controlPlane.close();
        }
        controlPlane = ControlPlane.start(options());
        try (ScriptedClient user = client()) {
            versions.forEach((type, known) -> user.send(ScriptedClient.request(type)
                    .addAllResourceNamesSubscribe(known.keySet())
                    .putAllInitialResourceVersions(known)
                    .build()));
            user.subscribe(ENDPOINTS, "nobody");
            DeltaDiscoveryResponse first = user.next();
            assertEquals(List.of("nobody"), first.getRemovedResourcesList());
            assertEquals(0, first.getResourcesCount(), first.toString());
        }
    }

    @Test
    void theRestApiShowsServicesInstancesAndClients() throws Exception {
        try (ScriptedClient order = order("v1", 8081);
                ScriptedClient user = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), LISTENER, ORDER);
            user.nack(user.nextUnanswered(), ORDER + ": no thanks");
            eventually("the refusal is shown", () -> get("/api/v1/clients").contains("no thanks"));

            assertTrue(get("/api/v1/services").contains("\"host\":\"" + ORDER + "\""), get("/api/v1/services"));
            String instances = get("/api/v1/instances");
            assertTrue(instances.contains("\"state\":\"UP\""), instances);
            assertTrue(instances.contains("\"version\":\"v1\""), instances);
            assertTrue(get("/api/v1/clients").contains("\"inSync\":false"), get("/api/v1/clients"));
            assertEquals("{\"ready\":true}", get("/ready"));
            assertTrue(order.isOpen());
        }
    }

    private int change(String method, String path, String body) throws IOException, InterruptedException {
        String token = runtime.controlPlane().token();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + controlPlane.rest().getPort() + path))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void aWorkloadThatRegistersOverRestIsCalledAsLongAsItIsWell() throws Exception {
        String mail = "/api/v1/instances/default/order/10.0.0.7:8080";
        try (ScriptedClient user = client()) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER_ALL);
            assertEquals(List.of(ORDER_ALL), user.next().getRemovedResourcesList());
            assertEquals(201, change("PUT", mail, "{\"state\":\"STARTING\"}"));
            assertEquals(List.of(), ports(endpoints(user.next(), ORDER_ALL)));
            assertEquals(200, change("POST", mail + "/renew", "{\"state\":\"UP\"}"));
            assertEquals(List.of(8080), ports(endpoints(user.next(), ORDER_ALL)));

            assertEquals(200, change("PATCH", mail, "{\"weight\":5}"));
            ClusterLoadAssignment weighted = endpoints(user.next(), ORDER_ALL);
            assertEquals(
                    5,
                    weighted.getEndpoints(0)
                            .getLbEndpoints(0)
                            .getLoadBalancingWeight()
                            .getValue());
            assertEquals(5, weighted.getEndpoints(0).getLoadBalancingWeight().getValue());

            assertEquals(200, change("PATCH", mail, "{\"state\":\"DRAINING\"}"));
            assertEquals(List.of(HealthStatus.DRAINING), healths(endpoints(user.next(), ORDER_ALL)));
            assertEquals(200, change("PATCH", mail, "{\"state\":\"DOWN\"}"));
            assertEquals(List.of(), ports(endpoints(user.next(), ORDER_ALL)));
            assertEquals(200, change("PATCH", mail, "{\"state\":null}"));
            assertEquals(List.of(8080), ports(endpoints(user.next(), ORDER_ALL)));
            assertEquals(204, change("DELETE", mail, ""));
            assertEquals(List.of(), ports(endpoints(user.next(), ORDER_ALL)));
        }
    }

    @Test
    void aWorkloadThatIsCheckedIsCalledOnceItsCheckSucceeds() throws Exception {
        try (ScriptedClient user = client();
                ServerSocket mail = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            user.hello(node("user", "default", "127.0.0.1", Map.of()), ENDPOINTS, ORDER_ALL);
            user.next();
            assertEquals(
                    201,
                    change(
                            "PUT",
                            "/api/v1/instances/default/order/127.0.0.1:" + mail.getLocalPort(),
                            "{\"check\":{\"tcp\":true,\"interval\":\"1s\"}}"));
            user.await(response -> ports(endpoints(response, ORDER_ALL)).equals(List.of(mail.getLocalPort())));
        }
    }

    @Test
    void aRuleThatIsPutReachesTheClientAndOutlivesTheProcess() throws Exception {
        String rule = "{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"VirtualService\","
                + "\"metadata\":{\"name\":\"order\"},\"spec\":{\"hosts\":[\"order\"],\"http\":[{\"name\":\"put\","
                + "\"route\":[{\"destination\":{\"host\":\"order\"}}]}]}}";
        assertEquals(201, change("PUT", "/api/v1/rules/VirtualService/default/order", rule));
        for (int start = 0; start < 2; start++) {
            try (ScriptedClient user = client()) {
                user.hello(node("user", "default", "127.0.0.1", Map.of()), ROUTES, ORDER_ALL);
                assertEquals(
                        "put",
                        unpack(user.next(), RouteConfiguration.class)
                                .get(ORDER_ALL)
                                .getVirtualHosts(0)
                                .getRoutes(0)
                                .getName());
            }
            controlPlane.close();
            controlPlane = ControlPlane.start(options());
        }
    }

    @Test
    void theTokenOutlivesTheProcessAndNobodyElseCanReadIt() throws IOException {
        String token = runtime.controlPlane().token();
        Path file = state.resolve("token");
        assertEquals(token, Files.readString(file).strip());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        controlPlane.close();
        controlPlane = ControlPlane.start(options());
        assertEquals(token, runtime.controlPlane().token());

        controlPlane.close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        IOException e = assertThrows(IOException.class, () -> ControlPlane.start(options()));
        assertTrue(e.getMessage().contains("can be read by others"), e.getMessage());
    }

    @Test
    void itIsAnnouncedToTheUsersProcessesUntilItEnds() throws IOException {
        assertEquals(
                "127.0.0.1:" + controlPlane.xds().getPort(),
                runtime.controlPlane().xds());
        controlPlane.close();
        assertNull(runtime.controlPlane());
    }

    @Test
    void aRuntimeDirectoryThatCantBeTrustedKeepsNobodyFromServing() throws IOException {
        controlPlane.close();
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        runtime = RuntimeDirectory.at(open);
        controlPlane = ControlPlane.start(options());
        assertEquals("{\"ready\":true}", get("/ready"));
        assertTrue(log().contains("agents of this user won't find this control plane by themselves"), log());
    }

    @Test
    void anAddressThatIsTakenIsAnErrorThatNamesIt() {
        Options taken = new Options(
                config,
                controlPlane.xds(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                Options.DEFAULT_DOMAIN,
                null,
                new PrintStream(out, true, StandardCharsets.UTF_8));
        IOException e = assertThrows(IOException.class, () -> ControlPlane.start(taken));
        assertTrue(
                e.getMessage()
                        .contains("xDS can't listen on 127.0.0.1:"
                                + controlPlane.xds().getPort()),
                e.getMessage());
        assertFalse(e.getMessage().isEmpty());
    }
}
