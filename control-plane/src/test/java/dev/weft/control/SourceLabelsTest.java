package dev.weft.control;

import static dev.weft.control.ScriptedClient.node;
import static dev.weft.control.ScriptedClient.unpack;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.REGISTRATION;
import static dev.weft.control.store.Types.ROUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.protocol.local.RuntimeDirectory;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of one namespace that get what is for their labels and their place, over real sockets and files. */
class SourceLabelsTest {
    private static final String ORDER_ALL = "outbound|0||order.default.svc.cluster.local";
    private static final Map<String, String> FRONT = Map.of("app", "front");
    private static final Map<String, String> BACK = Map.of("app", "back");

    @TempDir
    Path temp;

    private Path config;
    private ControlPlane controlPlane;

    @BeforeEach
    void start() throws IOException {
        config = Files.createDirectory(temp.resolve("rules"));
        rule("front", "1s");
        controlPlane = ControlPlane.start(new Options(
                config,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                temp.resolve("state"),
                Options.DEFAULT_DOMAIN,
                RuntimeDirectory.at(temp.resolve("run")),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        controlPlane.close();
    }

    private void rule(String app, String timeout) throws IOException {
        Path written = temp.resolve("order.yaml");
        Files.writeString(written, """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                    - name: some
                      match: [{sourceLabels: {app: %s}}]
                      timeout: %s
                      route: [{destination: {host: order}}]
                    - name: all
                      route: [{destination: {host: order}}]
                """.formatted(app, timeout));
        Files.move(written, config.resolve("order.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private ScriptedClient client(Map<String, String> labels) {
        ScriptedClient client = new ScriptedClient(controlPlane.xds());
        client.hello(node(labels.getOrDefault("app", ""), "default", "127.0.0.1", labels), ROUTES, ORDER_ALL);
        return client;
    }

    /** Names of the routes, with the time that calls by them may take. */
    private static List<String> routes(DeltaDiscoveryResponse response) {
        return unpack(response, RouteConfiguration.class).get(ORDER_ALL).getVirtualHosts(0).getRoutesList().stream()
                .map(SourceLabelsTest::text)
                .toList();
    }

    private static String text(Route route) {
        return route.getName() + " " + route.getRoute().getTimeout().getSeconds() + "s";
    }

    @Test
    void eachClientGetsWhatIsForItsLabelsAndHearsWhenThatChanges() throws IOException {
        try (ScriptedClient front = client(FRONT);
                ScriptedClient back = client(BACK);
                ScriptedClient nobody = client(Map.of())) {
            assertEquals(List.of("some 1s", "all 0s"), routes(front.next()));
            assertEquals(List.of("all 0s"), routes(back.next()));
            assertEquals(List.of("all 0s"), routes(nobody.next()));

            rule("front", "2s");
            assertEquals(List.of("some 2s", "all 0s"), routes(front.next()));

            rule("back", "2s");
            assertEquals(List.of("all 0s"), routes(front.next()));
            assertEquals(List.of("some 2s", "all 0s"), routes(back.next()), "of the change before it heard nothing");
            assertEquals(0, nobody.arrived(), "for who has no labels all was the same");
        }
    }

    private ScriptedClient instance(String zone, int port) {
        ScriptedClient order = new ScriptedClient(controlPlane.xds());
        order.hello(at(zone, "order"), REGISTRATION, "order:" + port);
        order.next();
        order.ready();
        order.next();
        return order;
    }

    private static Node at(String zone, String service) {
        return node(service, "default", "127.0.0.1", Map.of()).toBuilder()
                .setLocality(Locality.newBuilder().setRegion("eu").setZone(zone))
                .build();
    }

    private ScriptedClient caller(String zone) {
        ScriptedClient client = new ScriptedClient(controlPlane.xds());
        client.hello(at(zone, ""), ENDPOINTS, ORDER_ALL);
        return client;
    }

    /** Ports, in the order in which they are called. */
    private static List<String> order(DeltaDiscoveryResponse response) {
        return unpack(response, ClusterLoadAssignment.class)
                .getOrDefault(ORDER_ALL, ClusterLoadAssignment.getDefaultInstance())
                .getEndpointsList()
                .stream()
                .flatMap(group -> group.getLbEndpointsList().stream()
                        .map(endpoint -> group.getPriority() + ":"
                                + endpoint.getEndpoint()
                                        .getAddress()
                                        .getSocketAddress()
                                        .getPortValue()))
                .sorted()
                .toList();
    }

    @Test
    void eachClientGetsTheEndpointsInTheOrderOfItsPlace() throws IOException {
        Files.writeString(config.resolve("places.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec: {host: order, trafficPolicy: {loadBalancer: {localityLbSetting: {enabled: true}}}}
                """);
        try (ScriptedClient one = instance("eu-1", 8081);
                ScriptedClient two = instance("eu-2", 8082);
                ScriptedClient near = caller("eu-1");
                ScriptedClient far = caller("eu-2")) {
            near.await(response -> order(response).equals(List.of("0:8081", "1:8082")));
            far.await(response -> order(response).equals(List.of("0:8082", "1:8081")));

            two.notReady(1, "busy");
            near.await(response -> order(response).equals(List.of("0:8081")));
            far.await(response -> order(response).equals(List.of("0:8081")));
        }
    }
}
