package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.ScriptedClient.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's word takes the mesh out of agents' calls, whatever becomes of the control plane. */
class PauseTest {
    private static final String SHOP = "default/shop";

    @TempDir
    Path temp;

    private ControlPlane controlPlane;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        controlPlane = ControlPlane.start(new Options(
                Files.createDirectories(temp.resolve("rules")),
                any,
                any,
                temp.resolve("state"),
                Options.DEFAULT_DOMAIN,
                null,
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        controlPlane.close();
    }

    private int send(String method, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(at(path))
                                .header(
                                        "Authorization",
                                        "Bearer "
                                                + Files.readString(temp.resolve("state/token"))
                                                        .strip())
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private JsonNode get(String path) throws Exception {
        return new ObjectMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(at(path)).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + controlPlane.rest().getPort() + "/api/v1/" + path);
    }

    /** An agent of shop that has asked, and what it was told first. */
    private ScriptedClient agent(boolean isPaused) {
        ScriptedClient agent = new ScriptedClient(controlPlane.xds());
        agent.hello(node("shop", "default", "127.0.0.1", Map.of()), Types.RUNTIME, SHOP);
        assertEquals(isPaused, isPaused(agent.next()));
        return agent;
    }

    private static boolean isPaused(DeltaDiscoveryResponse response) {
        return ScriptedClient.unpack(response, Runtime.class)
                .get(SHOP)
                .getLayer()
                .getFieldsOrThrow("weft.paused")
                .getBoolValue();
    }

    @Test
    void agentsAreToldAtOnceAndSoAreThoseThatComeLater() throws Exception {
        try (ScriptedClient first = agent(false)) {
            assertEquals(201, send("PUT", "pauses/default/shop"));
            assertTrue(isPaused(first.next()));
            try (ScriptedClient second = agent(true)) {
                assertEquals(204, send("DELETE", "pauses/default/shop"));
                assertEquals(false, isPaused(first.next()));
                assertEquals(false, isPaused(second.next()));
            }
        }
    }

    @Test
    void aPauseOfMoreTakesEachService() throws Exception {
        send("PUT", "pauses/default/*");
        try (ScriptedClient agent = agent(true)) {
            send("PUT", "pauses/*/*");
            send("DELETE", "pauses/default/*");
            assertEquals(204, send("DELETE", "pauses/*/*"));
            assertEquals(false, isPaused(agent.next()), "only the last one made a difference");
        }
    }

    @Test
    void itOutlivesTheControlPlane() throws Exception {
        send("PUT", "pauses/default/shop");
        controlPlane.close();
        start();
        agent(true).close();
        assertEquals("shop", get("pauses").path("items").path(0).path("service").asText());
    }

    @Test
    void whoDoesNotListenIsNamed() throws Exception {
        send("PUT", "pauses/*/*");
        try (ScriptedClient deaf = new ScriptedClient(controlPlane.xds());
                ScriptedClient agent = agent(true)) {
            deaf.hello(node("proxy", "default", "127.0.0.1", Map.of()), Types.SERVICE_NAMES, "default");
            deaf.next();
            assertEquals("unheard", paused("proxy"));
            assertEquals("yes", paused("shop"));
            send("DELETE", "pauses/*/*");
            eventually(
                    "they go on",
                    () -> paused("proxy").equals("no") && paused("shop").equals("no"));
        }
    }

    private String paused(String service) {
        try {
            for (JsonNode client : get("clients").path("items")) {
                if (client.path("service").asText().equals(service)) {
                    return client.path("paused").asText();
                }
            }
            return "is not connected";
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
