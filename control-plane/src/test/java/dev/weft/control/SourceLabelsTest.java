package dev.weft.control;

import static dev.weft.control.ScriptedClient.node;
import static dev.weft.control.ScriptedClient.unpack;
import static dev.weft.control.store.Types.ROUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.protocol.local.RuntimeDirectory;
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

/** Clients of one namespace that get the routes that are for their labels, over real sockets and files. */
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
}
