package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
