package dev.weft.proxy;

import dev.weft.admin.AdminAnswer;
import dev.weft.admin.AdminPages;
import dev.weft.admin.AdminRequest;
import dev.weft.admin.Clusters;
import dev.weft.admin.Explanations;
import dev.weft.admin.Logging;
import dev.weft.admin.SnapshotJson;
import dev.weft.admin.StatusJson;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.config.Setting;
import dev.weft.telemetry.Json;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The running proxy as its operator sees it. */
final class Operation implements AdminPages {
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String TRACES = "/traces/";

    private final ProxyConfig config;
    private final Telling telling;
    private final ControlPlane plane;
    private final ServiceState state;
    private final Supplier<ApplicationHealth> health;
    private final Supplier<Listeners> listeners;
    private final Supplier<String> metrics;
    private final Clock clock;
    private final Explanations explanations;
    private final Logging logging;

    /** @param metrics all numbers, in Prometheus' format */
    Operation(
            ProxyConfig config,
            Telling telling,
            ControlPlane plane,
            ServiceState state,
            Supplier<ApplicationHealth> health,
            Supplier<Listeners> listeners,
            Supplier<String> metrics,
            RandomSource random,
            Clock clock,
            ProxyLog log) {
        this.config = config;
        this.telling = telling;
        this.plane = plane;
        this.state = state;
        this.health = health;
        this.listeners = listeners;
        this.metrics = metrics;
        this.clock = clock;
        this.explanations = new Explanations(
                telling.engine(),
                random,
                clock,
                plane.client(),
                config.outboundHeads().paths()::seen);
        this.logging = new Logging(log);
    }

    @Override
    public @Nullable AdminAnswer show(AdminRequest request) {
        String path = request.path();
        if (path.startsWith(TRACES)) {
            return AdminAnswer.json(telling.trace(path.substring(TRACES.length())));
        }
        return switch (path) {
            case "/ready" -> ready();
            case "/live" -> AdminAnswer.text("live\n");
            case "/metrics" -> new AdminAnswer(200, METRICS, metrics.get());
            case "/clusters" -> Clusters.answer(request, telling.engine().live(), clock.nanos(), true);
            case "/config" -> AdminAnswer.json(dump());
            case "/explain" -> explanations.answer(request);
            case "/logging" -> logging.show(request);
            default -> null;
        };
    }

    @Override
    public @Nullable AdminAnswer change(AdminRequest request) {
        return switch (request.path()) {
            case "/logging" -> logging.change(request);
            case "/drain" -> request.has("undo") ? stay() : leave();
            default -> null;
        };
    }

    private AdminAnswer ready() {
        if (state.leaving()) {
            return AdminAnswer.text(503, "draining\n");
        }
        return state.up()
                ? AdminAnswer.text("ready\n")
                : AdminAnswer.text(503, "the application is " + state.applicationWord() + "\n");
    }

    private AdminAnswer leave() {
        boolean first = state.leave();
        return AdminAnswer.text(first ? "draining: callers are told, and served as ever\n" : "draining already\n");
    }

    private AdminAnswer stay() {
        return state.stay()
                ? AdminAnswer.text(state.word() + "\n")
                : AdminAnswer.text(409, "the process ends, which can't be taken back\n");
    }

    private String dump() {
        Json json = new Json();
        json.beginObject()
                .field("service", config.service())
                .field("namespace", config.namespace())
                .field("version", Proxy.VERSION)
                .field("state", state.word())
                .field("paused", telling.engine().paused())
                .field("snapshot", telling.engine().snapshot().version())
                .field(
                        "directory",
                        telling.engine().snapshot().directory().state().name());
        health.get().write(json);
        json.name("listeners").beginArray();
        listeners.get().write(json);
        json.endArray().name("settings").beginArray();
        for (Setting setting : config.settings()) {
            json.beginObject().field("key", setting.key()).field("value", setting.value());
            json.field("source", setting.source()).endObject();
        }
        json.endArray();
        StatusJson.write(plane.client().status(), json.name("controlPlane"));
        SnapshotJson.write(telling.engine().snapshot(), json);
        return json.endObject().toString();
    }
}
