package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy before a service in Python, as its operator sees and changes it. */
class ProxyOperatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TRACE = Pattern.compile("(?mi)^traceparent: 00-([0-9a-f]{32})-");

    private static final Pattern REQUEST_ID = Pattern.compile("(?mi)^x-request-id: ([0-9a-f-]{36})$");

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static ControlPlane controlPlane;
    private static Caller caller;
    private static Running proxy;
    private static String outbound;
    private static String admin;

    @BeforeAll
    static void start() throws Exception {
        Programs.need("python3");
        fleet = new Fleet(folder);
        controlPlane = fleet.controlPlane();
        fleet.servers("stock", "one", "two");
        int port = Ports.free();
        Sidecar sidecar = Sidecar.start(fleet, "pyshop", port, "--drain", "2s");
        proxy = sidecar.proxy();
        Sidecar.Listening listening = sidecar.listening();
        outbound = listening.outbound();
        admin = listening.admin();
        assertEquals(503, Web.get("http://" + admin + "/ready").statusCode(), "nobody listens behind it yet");
        sidecar.application("python3", "shop.py", listening);
        fleet.up(controlPlane, "stock", 2);
        fleet.up(controlPlane, "pyshop", 1);
        caller = fleet.caller("jdk");
        caller.knows("http://pyshop/via/stock/headers");
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void aTraceGoesThroughIt() throws Exception {
        String headers = caller.get("http://pyshop/headers").body();
        Matcher arrived = TRACE.matcher(headers);
        assertTrue(arrived.find());
        Matcher id = REQUEST_ID.matcher(headers);
        assertTrue(id.find(), headers);
        String spans = Until.get("the proxy has ended its span", () -> {
            String all =
                    Web.get("http://" + admin + "/traces/" + arrived.group(1)).body();
            return all.contains("SERVER") ? all : null;
        });
        assertTrue(spans.contains(id.group(1)), spans);
    }

    /** The state of a service's one instance. */
    private static String state(String service) throws Exception {
        for (JsonNode instance : controlPlane.items("instances")) {
            if (instance.path("service").asText().equals(service)) {
                return instance.path("state").asText();
            }
        }
        return "none";
    }

    @Test
    void anApplicationThatHangsIsTakenOutUntilItAnswersAgain() throws Exception {
        AtomicReference<CountDownLatch> hung = new AtomicReference<>(new CountDownLatch(0));
        HttpServer application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/", call -> {
            try {
                hung.get().await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            call.sendResponseHeaders(200, -1);
            call.close();
        });
        application.start();
        Sidecar checking = Sidecar.start(
                fleet,
                "hanger",
                application.getAddress().getPort(),
                "--health.check",
                "http",
                "--health.http.path",
                "/health",
                "--health.interval",
                "100ms",
                "--health.timeout",
                "300ms",
                "--drain",
                "100ms");
        String config = "http://" + checking.listening().admin() + "/config";
        try {
            Until.so("it is up", () -> state("hanger").equals("UP"));
            hung.set(new CountDownLatch(1));
            Until.so("it is down", () -> state("hanger").equals("DOWN"));
            String shown = Web.get(config).body();
            assertTrue(shown.contains("\"state\":\"DOWN\""), shown);
            assertTrue(shown.contains("\"reason\":\"no answer in time\""), shown);
            hung.get().countDown();
            Until.so("it is up again", () -> state("hanger").equals("UP"));
        } finally {
            hung.get().countDown();
            application.stop(0);
        }
    }

    @Test
    void itsOperatorSeesEndpointsConfigurationAndWhereCallsWouldGo() throws Exception {
        String pages = "http://" + admin;
        Until.so("stock is known", () -> Web.get(pages + "/clusters").body().contains("stock"));
        String clusters = Web.get(pages + "/clusters").body();
        assertTrue(
                clusters.lines().anyMatch(line -> line.matches(".*stock.*::127\\.0\\.0\\.1:[0-9]+::weight::1")),
                clusters);
        assertTrue(clusters.contains("::health_flags::healthy"), clusters);
        JsonNode json = JSON.readTree(Web.get(pages + "/clusters?format=json").body());
        assertEquals(
                2, cluster(json.path("clusters"), "stock").path("endpoints").size(), json.toString());

        JsonNode config = JSON.readTree(Web.get(pages + "/config").body());
        assertEquals("UP", config.path("state").asText());
        assertEquals(outbound, config.path("listeners").path(0).path("address").asText(), config.toString());
        assertEquals(
                2, cluster(config.path("clusters"), "stock").path("endpoints").size(), config.toString());
        assertTrue(config.path("controlPlane").path("connected").asBoolean(), config.toString());
        assertTrue(config.path("controlPlane").path("resources").size() >= 3, config.toString());
        assertTrue(config.path("controlPlane").path("refused").isArray(), config.toString());

        Weft explained = Weft.run(fleet, "explain", "--admin", admin, "http://stock/headers");
        assertEquals(0, explained.exit(), explained.complained());
        assertTrue(explained.said().contains("would be picked"), explained.said());
        String same = Web.get(pages + "/explain?url=http://stock/headers").body();
        assertEquals("stock", JSON.readTree(same).path("host").asText(), same);
        assertEquals(400, Web.get(pages + "/explain?url=nothing").statusCode());
        JsonNode led = JSON.readTree(
                Web.get(pages + "/explain?url=http://stock/via/../%2568eaders").body());
        assertEquals("/headers", led.path("path").asText(), "as rules see it: " + led);
        JsonNode beyond =
                JSON.readTree(Web.get(pages + "/explain?url=http://stock/../x").body());
        assertEquals(400, beyond.path("refused").path("status").asInt(), beyond.toString());
    }

    private static JsonNode cluster(JsonNode clusters, String service) {
        for (JsonNode cluster : clusters) {
            if (cluster.path("name").asText().contains(service)) {
                return cluster;
            }
        }
        return clusters.path("none of " + service);
    }

    @Test
    void whatChangesTheProxyIsPostedFromThisMachineAndByNoWebPage() throws Exception {
        String pages = "http://" + admin;
        assertEquals(404, Web.get(pages + "/drain").statusCode());
        assertEquals(
                403, Web.post(pages + "/drain", "Origin", "http://evil.example").statusCode());
        assertTrue(Web.raw(admin, "POST /drain HTTP/1.1", "Host: evil.example", "Connection: close")
                .contains("421"));
        assertTrue(Web.raw(admin, "PUT /drain HTTP/1.1", "Host: " + admin, "Connection: close")
                .contains("405"));
        assertEquals(404, Web.post(pages + "/nothing").statusCode());
        assertEquals(400, Web.post(pages + "/logging?nobody=debug").statusCode());
        assertEquals(200, Web.get(pages + "/ready").statusCode(), "nothing has come of all that");
    }

    @Test
    void itsLogLevelsChangeWhileItRuns() throws Exception {
        String pages = "http://" + admin;
        assertEquals(200, caller.get("http://pyshop/quiet").status());
        assertTrue(Web.post(pages + "/logging?calls=debug").body().contains("  calls: debug\n"));
        assertEquals(200, caller.get("http://pyshop/told").status());
        proxy.line("/told: 200 - after ");
        assertTrue(Web.post(pages + "/logging?level=info").body().contains("  calls: info\n"));
        assertFalse(proxy.said().contains("/quiet"), proxy.said());
    }

    @Test
    void anOperatorDrainsItAndTakesThatBack() throws Exception {
        String pages = "http://" + admin;
        Until.so("it is up", () -> controlPlane.up("pyshop") == 1);
        assertEquals(200, Web.post(pages + "/drain").statusCode());
        assertEquals("draining\n", Web.get(pages + "/ready").body());
        Until.so("the mesh knows", () -> controlPlane.up("pyshop") == 0);
        String inbound = JSON.readTree(Web.get(pages + "/config").body()).findParents("connections").stream()
                .filter(listener -> listener.path("name").asText().equals("inbound"))
                .map(listener -> listener.path("address").asText())
                .findFirst()
                .orElseThrow();
        var served = Web.get("http://" + inbound + "/still");
        assertEquals(200, served.statusCode(), "who has not heard of it is served");
        assertEquals("close", served.headers().firstValue("connection").orElse(""));
        assertEquals(200, Web.post(pages + "/drain?undo").statusCode());
        assertEquals(200, Web.get(pages + "/ready").statusCode());
        Until.so("it is up again", () -> controlPlane.up("pyshop") == 1);
        caller.knows("http://pyshop/a");
    }
}
