package dev.weft.telemetry.export;

import dev.weft.telemetry.Attribute;
import dev.weft.telemetry.Origin;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What messages of the OpenTelemetry protocol have in common (opentelemetry-proto: common/v1, resource/v1). */
final class Otlp {
    static final String CONTENT_TYPE = "application/x-protobuf";

    private Otlp() {}

    /** {@code Resource}: whose telemetry it is. */
    static ProtoWriter resource(Origin origin) {
        ProtoWriter resource = new ProtoWriter();
        for (Map.Entry<String, String> one : attributes(origin).entrySet()) {
            resource.message(1, text(one.getKey(), one.getValue()));
        }
        return resource;
    }

    /** By OpenTelemetry's names for resources; what the operator says of it wins over what we say. */
    static Map<String, String> attributes(Origin origin) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("service.name", origin.service().get());
        all.put("service.namespace", origin.namespace());
        if (!origin.version().isEmpty()) {
            all.put("service.version", origin.version());
        }
        all.put("service.instance.id", origin.instance());
        all.put("telemetry.sdk.name", "weft");
        all.put("telemetry.sdk.language", "java");
        all.put("telemetry.sdk.version", origin.agent());
        all.putAll(origin.attributes());
        return all;
    }

    /** {@code InstrumentationScope}. */
    static ProtoWriter scope(Origin origin) {
        return new ProtoWriter().text(1, "dev.weft").text(2, origin.agent());
    }

    /** {@code KeyValue}. */
    static ProtoWriter attribute(Attribute attribute) {
        if (attribute instanceof Attribute.Count count) {
            ProtoWriter value = new ProtoWriter().written(3, count.value());
            return new ProtoWriter().text(1, count.name()).message(2, value);
        }
        Attribute.Text text = (Attribute.Text) attribute;
        return text(text.name(), text.value());
    }

    static ProtoWriter text(String name, String text) {
        ProtoWriter value = new ProtoWriter().bytes(1, text.getBytes(StandardCharsets.UTF_8));
        return new ProtoWriter().text(1, name).message(2, value);
    }
}
