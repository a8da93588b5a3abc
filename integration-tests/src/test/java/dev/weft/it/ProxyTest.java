package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service in Python behind the proxy: JVMs with the agent call it by name, and it calls them. */
class ProxyTest {
    private static final Pattern LISTENERS = Pattern.compile("outbound (\\S+), admin (\\S+)$");
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
        assumeTrue(python(), "there is no python3 here");
        fleet = new Fleet(folder);
        controlPlane = fleet.controlPlane();
        fleet.servers("stock", "one", "two");
        int port = Ports.free();
        proxy = fleet.own(new Jvm(fleet.folder)
                .jar(
                        "proxy",
                        Jvm.PROXY,
                        "--service",
                        "pyshop",
                        "--port",
                        String.valueOf(port),
                        "--inbound",
                        "127.0.0.1:0",
                        "--outbound",
                        "127.0.0.1:0",
                        "--admin.address",
                        "127.0.0.1:0",
                        "--address",
                        "127.0.0.1",
                        "--drain",
                        "2s"));
        Matcher listeners = LISTENERS.matcher(proxy.line("outbound"));
        assertTrue(listeners.find(), proxy.said());
        outbound = listeners.group(1);
        admin = listeners.group(2);
        assertEquals(503, Web.get("http://" + admin + "/ready").statusCode(), "nobody listens behind it yet");
        python(port);
        fleet.up(controlPlane, "stock", 2);
        fleet.up(controlPlane, "pyshop", 1);
        caller = fleet.caller("jdk");
        caller.knows("http://pyshop/via/stock/headers");
    }

    private static boolean python() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "python3")));
    }

    private static void python(int port) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(folder, "python-", ".err");
        Path script = Path.of("src", "test", "resources", "shop.py");
        ProcessBuilder builder = new ProcessBuilder("python3", script.toString(), String.valueOf(port));
        builder.environment().put("http_proxy", "http://" + outbound);
        builder.environment().remove("no_proxy");
        builder.environment().remove("NO_PROXY");
        Running running = fleet.own(
                new Running("python", builder.redirectError(errors.toFile()).start(), errors));
        running.line("listening ");
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void aJvmWithTheAgentCallsItByName() throws Exception {
        assertEquals(new Caller.Answer(200, "python /a"), caller.get("http://pyshop/a"));
        assertEquals(new Caller.Answer(201, "python got body of POST"), caller.post("http://pyshop/b"));
    }

    @Test
    void itCallsTheMeshByNameAndByRules() throws Exception {
        StringBuilder met = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            Caller.Answer answer = caller.get("http://pyshop/via/stock/id");
            assertEquals(200, answer.status(), answer.body());
            met.append(answer.body()).append(' ');
        }
        assertTrue(met.indexOf("python: one") >= 0 && met.indexOf("python: two") >= 0, met.toString());
        fleet.rule("stock.yaml", """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: stock}
                spec:
                  hosts: [stock]
                  http:
                    - match: [{uri: {prefix: /id}}]
                      directResponse: {status: 418, body: {string: by rule}}
                    - route: [{destination: {host: stock}}]
                """);
        Until.so(
                "the rule counts in the proxy",
                () -> caller.get("http://pyshop/via/stock/id").status() == 418);
        assertEquals(200, caller.get("http://pyshop/via/stock/headers").status());
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

    @Test
    void aNameOutsideOfTheMeshIsWhatDnsSays() throws Exception {
        Instance outsider = fleet.outsider("outside");
        Caller.Answer answer = caller.get("http://pyshop/via/127.0.0.1:" + outsider.port() + "/id");
        assertEquals(new Caller.Answer(200, "via python: outside"), answer);
    }

    @Test
    void itFollowsAPauseAsAgentsDo() throws Exception {
        Instance outsider = fleet.outsider("beside");
        String mesh = "http://pyshop/via/stock/headers";
        Until.so("it calls the mesh", () -> caller.get(mesh).status() == 200);
        Weft paused = Weft.run(fleet, "pause", "pyshop");
        assertEquals(0, paused.exit(), paused.complained());
        assertFalse(paused.said().contains("not paused:"), paused.said());
        Until.so("the name is DNS's", () -> caller.get(mesh).status() == 502);
        assertTrue(Web.get("http://" + admin + "/config").body().contains("\"paused\":true"));
        Caller.Answer outside = caller.get("http://pyshop/via/127.0.0.1:" + outsider.port() + "/id");
        assertEquals(new Caller.Answer(200, "via python: beside"), outside);
        assertEquals(0, Weft.run(fleet, "pause", "pyshop", "--undo").exit());
        Until.so("the mesh decides again", () -> caller.get(mesh).status() == 200);
    }

    @Test
    void itsNumbersAreThere() throws Exception {
        caller.get("http://pyshop/a");
        String metrics = Until.get("the request is counted", () -> {
            String all = Web.get("http://" + admin + "/metrics").body();
            return all.contains("istio_requests_total{reporter=\"destination\"") ? all : null;
        });
        assertTrue(metrics.contains("weft_http_downstream_cx_active"), metrics);
        assertEquals(200, Web.get("http://" + admin + "/ready").statusCode());
        assertTrue(Web.raw(admin, "GET /config HTTP/1.1", "Host: evil.example", "Connection: close")
                .contains("421"));
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
        Running checking = fleet.own(new Jvm(fleet.folder)
                .jar(
                        "checking",
                        Jvm.PROXY,
                        "--service",
                        "hanger",
                        "--port",
                        String.valueOf(application.getAddress().getPort()),
                        "--health.check",
                        "http",
                        "--health.http.path",
                        "/health",
                        "--health.interval",
                        "100ms",
                        "--health.timeout",
                        "300ms",
                        "--inbound",
                        "127.0.0.1:0",
                        "--outbound",
                        "127.0.0.1:0",
                        "--admin.address",
                        "127.0.0.1:0",
                        "--address",
                        "127.0.0.1",
                        "--drain",
                        "100ms"));
        Matcher listeners = LISTENERS.matcher(checking.line("outbound"));
        assertTrue(listeners.find(), checking.said());
        String config = "http://" + listeners.group(2) + "/config";
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

    @Test
    void onTermItLeavesAndNoCallFails() throws Exception {
        Running other = fleet.own(new Jvm(fleet.folder)
                .jar(
                        "leaving",
                        Jvm.PROXY,
                        "--service",
                        "leaver",
                        "--port",
                        String.valueOf(fleet.outsider("behind").port()),
                        "--inbound",
                        "127.0.0.1:0",
                        "--outbound",
                        "127.0.0.1:0",
                        "--admin.address",
                        "127.0.0.1:0",
                        "--address",
                        "127.0.0.1",
                        "--drain",
                        "6s"));
        fleet.server("leaver", "stays");
        fleet.up(controlPlane, "leaver", 2);
        caller.knows("http://leaver/id");
        caller.start(4, "GET", "http://leaver/id");
        Until.so("calls are made", () -> caller.answered() > 200);
        other.process.toHandle().destroy(); // SIGTERM, and what it says can still be read
        other.line("leaver: drained");
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded.firstFailure());
        assertFalse(other.said().contains("our own failure"), other.said());
        assertEquals(1, controlPlane.up("leaver"));
    }
}
