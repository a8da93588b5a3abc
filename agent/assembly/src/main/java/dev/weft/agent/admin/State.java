package dev.weft.agent.admin;

import dev.weft.admin.SnapshotJson;
import dev.weft.admin.StatusJson;
import dev.weft.agent.config.Config;
import dev.weft.agent.config.Setting;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLine;
import dev.weft.agent.weave.Report;
import dev.weft.agent.workload.Lifecycle;
import dev.weft.client.report.Status;
import dev.weft.engine.Engine;
import dev.weft.telemetry.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the agent stands, as JSON. */
public final class State {
    private State() {}

    /**
     * @param client null before it is made
     * @param bugs failures of our own
     */
    public static String config(Config config, Engine engine, Lifecycle lifecycle, @Nullable Status client, long bugs) {
        Json json = new Json();
        json.beginObject()
                .field("service", lifecycle.service())
                .field("namespace", config.namespace())
                .field("state", lifecycle.state())
                .field("paused", engine.paused())
                .field("snapshot", engine.snapshot().version())
                .field("directory", engine.snapshot().directory().state().name())
                .field("bugs", bugs);
        json.name("ports").beginObject();
        for (Map.Entry<Integer, String> port : lifecycle.ports().entrySet()) {
            json.field(String.valueOf(port.getKey()), port.getValue());
        }
        json.endObject().name("settings").beginArray();
        for (Setting setting : config.settings()) {
            json.beginObject().field("key", setting.key()).field("value", setting.value());
            json.field("source", setting.source()).endObject();
        }
        json.endArray();
        StatusJson.texts("errors", config.errors(), json);
        StatusJson.texts("undone", List.copyOf(engine.undone()), json);
        StatusJson.write(client, json.name("controlPlane"));
        SnapshotJson.write(engine.snapshot(), json);
        return json.endObject().toString();
    }

    /** Every hook that met its class. */
    public static String weaving(Report report) {
        Json json = new Json();
        json.beginObject().field("on", report.on()).name("hooks").beginArray();
        for (Report.Row row : report.rows()) {
            json.beginObject()
                    .field("module", row.module())
                    .field("adapter", row.adapter())
                    .field("hook", row.hook())
                    .field("loader", row.loader())
                    .field("state", row.state().name())
                    .field("reason", row.reason())
                    .field("bugs", row.bugs())
                    .endObject();
        }
        json.endArray();
        StatusJson.texts("outside", report.outside(), json);
        return json.endObject().toString();
    }

    /** The newest lines, oldest first. */
    public static String log(Log log) {
        StringBuilder out = new StringBuilder();
        for (LogLine line : log.lines()) {
            out.append(line.format()).append('\n');
        }
        return out.toString();
    }
}
