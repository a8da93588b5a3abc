package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that change, instances that leave and TLS that can't be had, while calls are made. */
class RulesInForceTest {
    @TempDir
    Path folder;

    private Fleet fleet;
    private ControlPlane controlPlane;

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet(folder);
        controlPlane = fleet.controlPlane();
    }

    @AfterEach
    void stop() {
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

    @Test
    void aThousandCallsInFlightSurviveChangesOfTheRule() throws Exception {
        fleet.rule("shop.yaml", route("0"));
        fleet.servers("shop", "one", "two");
        fleet.up(controlPlane, "shop", 2);
        Caller caller = fleet.caller("jdk-async", jvm -> jvm.agent().option("-Xmx300m"));
        Until.so("the first rule is in force", () -> marked(caller, "0"));
        caller.start(1000, "GET", "http://shop/slow?ms=100");
        for (String change : List.of("1", "2", "3")) {
            int answered = caller.answered();
            Until.so("calls flow", () -> caller.answered() > answered + 1000);
            fleet.rule("shop.yaml", route(change));
            Until.so("rule " + change + " is in force", () -> marked(caller, change));
        }
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded::toString);
        assertTrue(loaded.calls() > 3000, loaded::toString);
    }

    private static boolean marked(Caller caller, String rule) throws Exception {
        return caller.get("http://shop/headers").body().contains("x-rule: rule-" + rule + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "hc5"})
    void anInstanceThatIsToldToEndUnderLoadLosesNoCall(String client) throws Exception {
        Instance leaves = fleet.servers("shop", "stays", "leaves").get(1);
        fleet.up(controlPlane, "shop", 2);
        Caller caller = fleet.caller(client);
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
        Instance dies = fleet.servers("shop", "stays", "dies").get(1);
        fleet.up(controlPlane, "shop", 2);
        Caller caller = fleet.caller(client);
        caller.start(8, "GET", "http://shop/slow?ms=20");
        Until.so("calls flow", () -> caller.answered() > 100);
        dies.running().kill();
        int then = caller.answered();
        Until.so("calls go on flowing", () -> caller.answered() > then + 200);
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded + " " + caller.admin.json("/clusters"));
        assertTrue(caller.admin.sum("retries") > 0, "nobody met the dead instance");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "jdk-async", "hc5"})
    void whereTlsIsRequiredAndCantBeHadNotAByteIsSentInTheClear(String client) throws Exception {
        Instance instance = fleet.server("shop", "one");
        fleet.up(controlPlane, "shop", 1);
        Caller caller = fleet.caller(client);
        assertEquals(200, caller.get("http://shop/id").status());
        fleet.rule("tls.yaml", """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: shop}
                spec:
                  host: shop
                  trafficPolicy:
                    tls: {mode: ISTIO_MUTUAL}
                """);
        Until.so("calls are refused", () -> caller.get("http://shop/id").status() == 0);
        Caller.Answer refused = caller.get("http://shop/secret");
        assertTrue(refused.body().contains("TLS is required"), refused.body());
        assertEquals(0, caller.post("http://shop/secret").status());
        assertTrue(caller.admin.explain("http://shop/secret").contains("TLS"), "explain says so");
        caller.admin.post("/pause");
        assertEquals(0, caller.get("http://shop/secret").status(), "paused");
        Caller cold = fleet.caller(client);
        assertTrue(cold.get("http://shop/secret").body().contains("TLS is required"), "the name is cold");
        assertEquals("0", Web.get(instance.url() + "/count?path=/secret").body());
    }
}
