package dev.weft.proxy;

import dev.weft.client.report.Status;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Pages;
import dev.weft.telemetry.Json;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the admin listener answers. */
final class AdminPages implements Pages {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String TRACES = "/traces/";

    /** How the proxy stands. */
    interface Standing {
        boolean draining();

        ApplicationHealth health();

        /** Where its outbound listener is. */
        String outboundText();

        /** Where its inbound listener is; empty where it has none. */
        String inboundText();

        /** All numbers, in Prometheus' format. */
        String metrics();
    }

    private final ProxyConfig config;
    private final Telling telling;
    private final ControlPlane plane;
    private final Standing standing;

    AdminPages(ProxyConfig config, Telling telling, ControlPlane plane, Standing standing) {
        this.config = config;
        this.telling = telling;
        this.plane = plane;
        this.standing = standing;
    }

    @Override
    public @Nullable Page page(String path) {
        return switch (path) {
            case "/ready" -> ready();
            case "/live" -> new Page(200, TEXT, "live\n");
            case "/metrics" -> new Page(200, METRICS, standing.metrics());
            case "/config" -> new Page(200, JSON, state() + "\n");
            default ->
                path.startsWith(TRACES)
                        ? new Page(200, JSON, telling.trace(path.substring(TRACES.length())) + "\n")
                        : null;
        };
    }

    private Page ready() {
        if (standing.draining()) {
            return new Page(503, TEXT, "draining\n");
        }
        ApplicationHealth health = standing.health();
        return health.up()
                ? new Page(200, TEXT, "ready\n")
                : new Page(503, TEXT, "the application is " + health.state() + ": " + health.reason() + "\n");
    }

    private String state() {
        Status status = plane.client().status();
        Json json = new Json();
        json.beginObject()
                .field("service", config.service())
                .field("namespace", config.namespace())
                .field("version", Proxy.VERSION)
                .field(
                        "state",
                        standing.draining() ? "DRAINING" : standing.health().state())
                .field("inbound", standing.inboundText())
                .field("outbound", standing.outboundText())
                .field("paused", telling.engine().paused())
                .field("connected", status.connected())
                .field("controlPlane", status.controlPlane())
                .field("lastError", status.lastError())
                .field("snapshot", telling.engine().snapshot().version());
        standing.health().write(json);
        json.name("registrations").beginObject();
        for (Map.Entry<String, String> one : new TreeMap<>(status.registrations()).entrySet()) {
            json.field(one.getKey(), one.getValue());
        }
        return json.endObject().endObject().toString();
    }
}
