package dev.weft.admin;

import dev.weft.client.report.Status;
import dev.weft.telemetry.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How it stands with the control plane, as a JSON object: what came in which version, and what was refused of it. */
public final class StatusJson {
    private StatusJson() {}

    /** @param client null before there is one */
    public static void write(@Nullable Status client, Json json) {
        if (client == null) {
            json.value((String) null);
            return;
        }
        json.beginObject()
                .field("connected", client.connected())
                .field("identifier", client.controlPlane())
                .field("lastError", client.lastError())
                .field("snapshot", client.snapshot());
        json.name("resources").beginObject();
        for (Map.Entry<String, Map<String, String>> kind : new TreeMap<>(client.resources()).entrySet()) {
            json.name(kind.getKey());
            map(kind.getValue(), json);
        }
        json.endObject().name("refused").beginArray();
        for (Status.Refused refused : client.refused()) {
            json.beginObject()
                    .field("kind", refused.kind())
                    .field("name", refused.name())
                    .field("version", refused.version());
            texts("reasons", refused.reasons(), json);
            json.endObject();
        }
        json.endArray();
        texts("unsupported", client.unsupported(), json);
        json.name("registrations");
        map(client.registrations(), json);
        json.endObject();
    }

    /** An object of texts, by name. */
    public static void map(Map<String, String> map, Json json) {
        json.beginObject();
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            json.field(entry.getKey(), entry.getValue());
        }
        json.endObject();
    }

    /** A member that is an array of texts. */
    public static void texts(String name, List<String> texts, Json json) {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }
}
