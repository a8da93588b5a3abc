package dev.weft.telemetry;

import java.util.Map;
import java.util.function.Supplier;

/**
 * The workload whose telemetry this is, as far as it is known at the moment: an application may tell its name late.
 *
 * @param service its name in the mesh
 * @param version empty for none
 * @param attributes more that is said of it (OpenTelemetry: {@code OTEL_RESOURCE_ATTRIBUTES})
 * @param instance unique among all workloads and starts
 * @param agent version of the agent
 */
public record Origin(
        Supplier<String> service,
        String namespace,
        String version,
        Map<String, String> attributes,
        String instance,
        String agent) {
    public Origin {
        attributes = Map.copyOf(attributes);
    }
}
