package dev.weft.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built control plane in a process of its own. */
record ControlPlane(Running running, String xds, String rest) {
    private static final Pattern READY = Pattern.compile("xds (\\S+), rest http://(\\S+),");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param xds where agents connect; port 0 for any */
    static ControlPlane start(Fleet fleet, String xds) throws IOException, InterruptedException {
        Running running = new Jvm(fleet.folder)
                .jar(
                        "control-plane",
                        Jvm.WEFT,
                        "control-plane",
                        "--config",
                        fleet.rules.toString(),
                        "--xds",
                        xds,
                        "--rest",
                        "127.0.0.1:0",
                        "--state",
                        fleet.folder.resolve("registry").toString());
        Matcher ready = READY.matcher(running.line(" ready after "));
        if (!ready.find()) {
            throw new AssertionError(running.said());
        }
        return new ControlPlane(running, ready.group(1), ready.group(2));
    }

    JsonNode items(String kind) throws IOException, InterruptedException {
        return JSON.readTree(Web.get("http://" + rest + "/api/v1/" + kind).body())
                .path("items");
    }

    /** How many instances of a service can be called. */
    int up(String service) throws IOException, InterruptedException {
        int up = 0;
        for (JsonNode instance : items("instances")) {
            boolean mine = instance.path("service").asText().equals(service);
            up += mine && instance.path("state").asText().equals("UP") ? 1 : 0;
        }
        return up;
    }
}
