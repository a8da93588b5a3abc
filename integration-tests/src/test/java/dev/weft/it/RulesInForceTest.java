package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules that change, instances that leave and TLS that can't be had, while calls are made. One caller makes them with
 * one client after the other; whoever leaves is new each time.
 */
class RulesInForceTest {
    private static final List<String> CLIENTS = List.of("jdk", "jdk-async", "hc5");

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static ControlPlane controlPlane;
    private static Instance stays;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        fleet.rule("shop.yaml", route("0"));
        // Half of what is in flight breaks at once, which is more than the default budget for retries.
        fleet.rule("budget.yaml", """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: shop}
                spec:
                  host: shop
                  trafficPolicy:
                    retryBudget: {percent: 100, minRetryConcurrency: 16}
                """);
        controlPlane = fleet.controlPlane();
        stays = fleet.server("shop", "stays");
        caller = fleet.caller("jdk-async", jvm -> jvm.agent().option("-Xmx300m"));
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static String route(String change) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: shop}
                spec:
                  hosts: [shop]
                  http:
                    - name: marked
                      headers: {request: {set: {x-rule: rule-%s}}}
                      route:
                        - destination: {host: shop}
                """.formatted(change);
    }

    /** One more for the shop, which the caller calls too before anything becomes of it. */
    private static Instance another(String id) throws Exception {
        fleet.up(controlPlane, "shop", 1);
        Instance more = fleet.server("shop", id);
        fleet.up(controlPlane, "shop", 2);
        Until.so(id + " is called", () -> caller.get("http://shop/id").body().equals(id));
        return more;
    }

    @Test
    void aThousandCallsInFlightSurviveChangesOfTheRule() throws Exception {
        Instance two = another("two");
        caller.change("jdk-async");
        Until.so("the first rule is in force", () -> marked("0"));
        caller.start(1000, "GET", "http://shop/slow?ms=100");
        for (String change : List.of("1", "2", "3")) {
            int answered = caller.answered();
            Until.so("calls flow", () -> caller.answered() > answered + 1000);
            fleet.rule("shop.yaml", route(change));
            Until.so("rule " + change + " is in force", () -> marked(change));
        }
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded::toString);
        assertTrue(loaded.calls() > 3000, loaded::toString);
        two.running().end();
    }

    private static boolean marked(String rule) throws Exception {
        return caller.get("http://shop/headers").body().contains("x-rule: rule-" + rule + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "hc5"})
    void anInstanceThatIsToldToEndUnderLoadLosesNoCall(String client) throws Exception {
        Instance leaves = another("leaves-" + client);
        caller.change(client);
        caller.start(8, "POST", "http://shop/slow?ms=20");
        Until.so("calls flow", () -> caller.answered() > 100);
        leaves.running().end();
        int then = caller.answered();
        Until.so("calls go on flowing", () -> caller.answered() > then + 100);
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded::toString);
        fleet.up(controlPlane, "shop", 1);
        assertFalse(leaves.admin().leavesWord(), "its word in the runtime directory stays behind");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "jdk-async", "hc5"})
    void anInstanceThatIsKilledUnderLoadLosesNoGet(String client) throws Exception {
        Instance dies = another("dies-" + client);
        caller.change(client);
        int retries = caller.admin.sum("retries");
        caller.start(8, "GET", "http://shop/slow?ms=20");
        Until.so("calls flow", () -> caller.answered() > 100);
        dies.running().kill();
        int then = caller.answered();
        Until.so("calls go on flowing", () -> caller.answered() > then + 200);
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded + " " + caller.admin.json("/clusters"));
        assertTrue(caller.admin.sum("retries") > retries, "nobody met the dead instance");
    }

    /** A service for each client, since a name is cold to an application once. */
    private static String declared(String client, String more) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: vault-%1$s}
                spec:
                  hosts: [vault-%1$s]
                  ports: [{number: 80, name: http, protocol: HTTP, targetPort: %2$d}]
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1}]
                %3$s""".formatted(client, stays.port(), more);
    }

    private static String url(String client, String path) {
        return "http://vault-" + client + path;
    }

    @Test
    void whereTlsIsRequiredAndCantBeHadNotAByteIsSentInTheClear() throws Exception {
        for (String client : CLIENTS) {
            fleet.rule("vault-" + client + ".yaml", declared(client, ""));
            caller.change(client);
            Until.so(
                    "calls are answered", () -> caller.get(url(client, "/id")).equals(new Caller.Answer(200, "stays")));
        }
        for (String client : CLIENTS) {
            fleet.rule("vault-" + client + ".yaml", declared(client, """
                    ---
                    apiVersion: networking.istio.io/v1
                    kind: DestinationRule
                    metadata: {name: vault-%1$s}
                    spec:
                      host: vault-%1$s
                      trafficPolicy:
                        tls: {mode: ISTIO_MUTUAL}
                    """.formatted(client)));
            caller.change(client);
            Until.so("calls are refused", () -> caller.get(url(client, "/id")).status() == 0);
            Caller.Answer refused = caller.get(url(client, "/secret"));
            assertTrue(refused.body().contains("TLS is required"), refused.body());
            String asked = "vault-" + client;
            Until.so("the control plane is told why", () -> {
                String clients = controlPlane.items("clients").toString();
                return clients.contains(asked) && clients.contains("no certificates are configured");
            });
            assertEquals(0, caller.post(url(client, "/secret")).status());
            assertTrue(caller.admin.explain(url(client, "/secret")).contains("TLS"), "explain says so");
            caller.admin.post("/pause");
            assertEquals(0, caller.get(url(client, "/secret")).status(), "paused");
            caller.admin.post("/resume");
        }
        Caller cold = fleet.caller(CLIENTS.get(0));
        for (String client : CLIENTS) {
            cold.change(client);
            Until.so(
                    client + ": the name is cold, and TLS is required",
                    () -> cold.get(url(client, "/secret")).body().contains("TLS is required"));
        }
        assertEquals("0", Web.get(stays.url() + "/count?path=/secret").body());
    }
}
