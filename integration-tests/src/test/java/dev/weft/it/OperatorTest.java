package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator can see and change of a running application, and who can't. */
class OperatorTest {
    private static final Pattern TRACEPARENT = Pattern.compile("traceparent: 00-([0-9a-f]{32})-");

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Instance instance;
    private static Instance other;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        fleet.rule("shop.yaml", """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: shop}
                spec:
                  hosts: [shop]
                  http:
                    - name: testers
                      match: [{headers: {x-group: {exact: testers}}}]
                      route: [{destination: {host: shop}}]
                    - name: everybody
                      route: [{destination: {host: shop}}]
                """);
        ControlPlane controlPlane = fleet.controlPlane();
        List<Instance> shop = fleet.servers("shop", "one", "two");
        instance = shop.get(0);
        other = shop.get(1);
        fleet.up(controlPlane, "shop", 2);
        caller = caller();
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static Caller caller() throws Exception {
        Caller caller = fleet.caller("jdk");
        caller.knows("http://shop/id");
        return caller;
    }

    @Test
    void pauseAndResumeWorkAtOnce() throws Exception {
        assertEquals(200, caller.admin.post("/pause").statusCode());
        assertEquals(0, caller.get("http://shop/id").status(), "paused, the name is DNS's again");
        assertEquals(200, caller.admin.post("/resume").statusCode());
        assertEquals(200, caller.get("http://shop/id").status());
    }

    @Test
    void theControlPlanePausesAgentsUntilItTakesThatBack() throws Exception {
        Weft paused = Weft.run(fleet, "pause", "--everywhere");
        assertEquals(0, paused.exit(), paused.complained());
        Until.so("the name is DNS's again", () -> caller.get("http://shop/id").status() == 0);
        assertTrue(caller.admin.post("/resume").body().contains("the control plane pauses it still"));
        assertEquals(0, caller.get("http://shop/id").status());
        assertEquals(0, Weft.run(fleet, "pause", "--everywhere", "--undo").exit());
        Until.so("the mesh decides again", () -> caller.get("http://shop/id").status() == 200);
    }

    @Test
    void detachLeavesTheApplicationAsItWas() throws Exception {
        Caller leaves = caller();
        assertEquals(202, leaves.admin.post("/detach").statusCode());
        Until.so("the agent has taken back its word", () -> !leaves.admin.leavesWord());
        Until.so("the name is DNS's again", () -> leaves.get("http://shop/id").status() == 0);
        assertEquals(200, leaves.get(instance.url() + "/id").status());
        assertFalse(leaves.get(instance.url() + "/headers").body().contains("traceparent"));
        assertEquals("", leaves.running.errors());
    }

    @Test
    void whatChangesStateNeedsTheTokenAndNoBrowserMayDoIt() throws Exception {
        String url = "http://" + caller.admin.address();
        String token = "Bearer " + caller.admin.token();
        assertEquals(401, Web.post(url + "/pause").statusCode());
        assertEquals(
                401, Web.post(url + "/pause", "Authorization", "Bearer 0123").statusCode());
        assertEquals(
                403,
                Web.post(url + "/pause", "Authorization", token, "Origin", "http://evil.example")
                        .statusCode());
        assertEquals(404, Web.get(url + "/pause").statusCode());
        String rebound = Web.raw(caller.admin.address(), "GET /config HTTP/1.1", "Host: evil.example");
        assertEquals("HTTP/1.1 421", rebound.substring(0, 12));
        assertEquals(
                "HTTP/1.1 421",
                Web.raw(
                                caller.admin.address(),
                                "POST /pause HTTP/1.1",
                                "Host: 127.0.0.1.evil.example",
                                "Authorization: " + token)
                        .substring(0, 12));
        assertEquals(200, caller.get("http://shop/id").status());
        Path run = folder.toAbsolutePath().resolve("run");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(run)));
        Path word = run.resolve(caller.running.pid() + ".json");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(word)));
    }

    @Test
    void explainNamesRouteAndCandidates() throws Exception {
        Running explained = fleet.own(new Jvm(fleet.folder)
                .jar(
                        "explain",
                        Jvm.WEFT,
                        "explain",
                        "--pid",
                        String.valueOf(caller.running.pid()),
                        "http://shop/orders?id=1",
                        "-H",
                        "X-Group: testers"));
        assertEquals(0, explained.process.waitFor());
        String text = Until.get(
                "it has printed", () -> explained.said().contains("would be picked") ? explained.said() : null);
        assertTrue(text.contains("route testers"), text);
        assertTrue(text.contains("127.0.0.1:" + instance.port()), text);
        String others = caller.admin.explain("http://shop/orders");
        assertTrue(others.contains("route testers") && others.contains(": no, "), others);
        assertTrue(others.contains("route everybody") && others.contains("matches"), others);
        assertTrue(caller.admin.explain("http://elsewhere.invalid/").length() > 0);
    }

    @Test
    void explainTellsTheAttemptsOfACallThatHappened() throws Exception {
        String trace = "";
        int retries = caller.admin.sum("retries");
        for (int i = 0; caller.admin.sum("retries") == retries; i++) {
            assertTrue(i < 100, "the ill instance is never picked");
            Caller.Answer answer = caller.get("http://shop/headers?bad=two");
            assertEquals(200, answer.status(), answer.body());
            Matcher header = TRACEPARENT.matcher(answer.body());
            assertTrue(header.find(), answer.body());
            trace = header.group(1);
        }
        String id = trace;
        String who = "caller-jdk-[0-9]+ \\(process " + caller.running.pid() + "\\)";
        List<String> expected = List.of(
                "trace " + id,
                who + " called GET shop:80/headers: 200 after TIME, route everybody, cluster outbound\\|.*",
                "  attempt 1 to 127.0.0.1:" + other.port() + ": 503, the peer can't take calls after TIME",
                "  attempt 2 to 127.0.0.1:" + instance.port()
                        + ": 200, answered after TIME; sent because of attempt 1: 503, the peer can't take calls",
                "  shop \\(process " + other.running().pid() + "\\) served GET /headers: 503 after TIME",
                "  shop \\(process " + instance.running().pid() + "\\) served GET /headers: 200 after TIME");
        assertLinesMatch(expected, Until.get("both servers have ended their spans", () -> {
            Weft explained = Weft.run(fleet, "explain", "--trace", id);
            assertEquals(0, explained.exit(), explained.complained());
            List<String> lines =
                    explained.said().replaceAll("[0-9.]+ ms", "TIME").lines().toList();
            return lines.size() < expected.size() ? null : lines;
        }));
    }

    @Test
    void theServersOwnPagesTellOfIt() throws Exception {
        assertEquals(200, instance.admin().ask("/ready").statusCode());
        assertTrue(instance.admin().ask("/metrics").body().contains("# TYPE"), "metrics");
        assertTrue(caller.admin.sum("successes") > 0);
        assertTrue(caller.admin.json("/weaving").path("hooks").size() > 0);
    }
}
