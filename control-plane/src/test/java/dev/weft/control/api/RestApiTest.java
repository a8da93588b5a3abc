package dev.weft.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.Limits;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST API, spoken to byte by byte. */
class RestApiTest {
    private final CapturedLog log = new CapturedLog();
    private final ThreadQueue queue = new ThreadQueue("test", log.log());
    private final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    private RestApi api;

    @BeforeEach
    void start() throws IOException {
        AdsService ads = new AdsService(
                queue,
                log.log(),
                new ResourceStore(Types.SHARED),
                registry,
                (type, name) -> {},
                Limits.DEFAULT,
                "weft/test");
        Views views = new Views(registry, ads, () -> RuleSet.EMPTY, (host, namespace) -> List.of("order"));
        api = new RestApi(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), views, queue, log.log());
        api.start();
    }

    @AfterEach
    void stop() {
        api.close();
        queue.close();
    }

    private String exchange(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), api.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String get(String path, String host) throws IOException {
        return exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    private static JsonNode body(String response) throws IOException {
        return new ObjectMapper().readTree(response.substring(response.indexOf("\r\n\r\n") + 4));
    }

    @Test
    void instancesAreShownWithEverythingThatIsKnown() throws IOException {
        CompletableFuture.runAsync(
                        () -> {
                            Lease lease = registry.lease(new NodeIdentity(
                                    "n", "order", "default", "10.0.0.1", Map.of("app", "o"), "eu", "eu-1", "weft"));
                            lease.subscribe("order:8080/http?version=v1", name -> {});
                            lease.health(Health.READY);
                        },
                        queue::execute)
                .join();
        JsonNode instance =
                body(get("/api/v1/instances", "localhost")).get("items").get(0);
        assertEquals("order", instance.get("service").asText());
        assertEquals("default", instance.get("namespace").asText());
        assertEquals("order.default.svc.cluster.local", instance.get("host").asText());
        assertEquals("10.0.0.1", instance.get("address").asText());
        assertEquals(8080, instance.get("port").asInt());
        assertEquals("http", instance.get("protocol").asText());
        assertEquals("v1", instance.get("version").asText());
        assertEquals("o", instance.get("labels").get("app").asText());
        assertEquals("eu", instance.get("region").asText());
        assertEquals("eu-1", instance.get("zone").asText());
        assertEquals("UP", instance.get("state").asText());
        assertTrue(instance.get("connectedSince").asText().endsWith("Z"));

        JsonNode service =
                body(get("/api/v1/services", "localhost")).get("items").get(0);
        assertEquals(1, service.get("instances").asInt());
        assertEquals("v1", service.get("versions").get(0).asText());
        assertEquals("order", service.get("aliases").get(0).asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/services", "/api/v1/instances", "/api/v1/clients", "/api/v1/rules"})
    void everyListIsAnObjectWithItems(String path) throws IOException {
        String response = get(path, "127.0.0.1:15014");
        assertTrue(response.startsWith("HTTP/1.1 200 "), response);
        assertTrue(
                response.toLowerCase(java.util.Locale.ROOT).contains("content-type: application/json\r\n"), response);
        assertTrue(body(response).get("items").isArray());
    }

    @ParameterizedTest
    @CsvSource({"evil.example.com", "evil.example.com:15014", "127.0.0.1.evil.com", "localhost.evil.com", "''", "[::1"})
    void aNameThatIsNotOursIsNotAnswered(String host) throws IOException {
        String response = get("/api/v1/services", host);
        assertTrue(response.startsWith("HTTP/1.1 4"), response);
        assertTrue(!response.contains("items"), response);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:15014", "localhost", "LOCALHOST:1", "[::1]", "[::1]:15014"})
    void anAddressOrLocalhostIsAnswered(String host) throws IOException {
        assertTrue(get("/ready", host).startsWith("HTTP/1.1 200 "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/api/v1/services/", "/api/v1/../v1/services", "/api/v1/nothing", "/api/v1/services%2f"})
    void whatDoesNotExistIsAProblem(String path) throws IOException {
        String response = get(path, "localhost");
        assertTrue(response.startsWith("HTTP/1.1 404 "), response);
        assertTrue(response.contains("application/problem+json"), response);
        assertEquals(404, body(response).get("status").asInt());
        assertEquals("Not Found", body(response).get("title").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "DELETE", "PUT"})
    void nothingCanBeChanged(String method) throws IOException {
        String response = exchange(method
                + " /api/v1/services HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        assertTrue(response.startsWith("HTTP/1.1 405 "), response);
        assertTrue(response.contains("GET, HEAD"), response);
        assertEquals(405, body(response).get("status").asInt());
    }

    @Test
    void headIsGetWithoutTheBody() throws IOException {
        String response = exchange("HEAD /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertTrue(response.startsWith("HTTP/1.1 200 "), response);
        assertTrue(response.endsWith("\r\n\r\n"), response);
    }
}
