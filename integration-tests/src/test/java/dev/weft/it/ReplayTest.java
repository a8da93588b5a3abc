package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent records calls while it is told to, and other rules are tried on them. */
class ReplayTest {
    private static final int CALLS = 5;

    @TempDir
    Path folder;

    private static String rule(String route) {
        return """
               apiVersion: networking.istio.io/v1
               kind: VirtualService
               metadata: {name: orders}
               spec:
                 hosts: [orders]
                 http: [{name: %s, route: [{destination: {host: orders}}]}]
               """.formatted(route);
    }

    @Test
    void recordedCallsAreDecidedAsTheyWereAndOtherwiseByOtherRules() throws IOException, InterruptedException {
        try (Fleet fleet = new Fleet(folder)) {
            fleet.rule("orders.yaml", rule("usual"));
            ControlPlane controlPlane = fleet.controlPlane();
            fleet.server("orders", "one");
            fleet.up(controlPlane, "orders", 1);
            Caller caller = fleet.caller("jdk");
            caller.knows("http://orders/unseen");
            assertFalse(caller.admin.json("/recording").path("recording").asBoolean());

            assertEquals(200, caller.admin.post("/recording/start").statusCode());
            for (int i = 0; i < CALLS; i++) {
                assertEquals(
                        200,
                        caller.get("http://orders/seen/" + i, "x-api-key=secret")
                                .status());
            }
            Path calls = Path.of(caller.admin.json("/recording").path("file").asText());
            assertEquals(200, caller.admin.post("/recording/stop").statusCode());
            assertEquals(200, caller.get("http://orders/unseen").status());

            String text = Until.get("all that was recorded is written", () -> {
                String written = Files.readString(calls);
                return written.split("/seen/", -1).length - 1 < CALLS ? null : written;
            });
            assertEquals(CALLS, text.split("/seen/", -1).length - 1, text);
            assertFalse(text.contains("unseen") || text.contains("secret"), text);

            Weft same = Weft.run(fleet, "replay", calls.toString(), "--against", fleet.rules.toString());
            assertEquals(0, same.exit(), same.said() + same.complained());

            Path other = Files.writeString(folder.resolve("other.yaml"), rule("other"));
            Weft changed = Weft.run(fleet, "replay", calls.toString(), "--against", other.toString());
            assertEquals(1, changed.exit(), changed.said() + changed.complained());
            assertTrue(changed.said().contains("5 calls, of which 5 would be decided otherwise"), changed.said());

            Files.writeString(calls, "no call\n");
            Weft bad = Weft.run(fleet, "replay", calls.toString(), "--against", other.toString());
            assertEquals(2, bad.exit());
            assertTrue(bad.complained().contains(calls + ":1: is no JSON"), bad.complained());
        }
    }
}
