package dev.weft.telemetry;

import java.util.List;

/**
 * Istio's labels of the standard metrics. What a proxy learns from its peer's certificate or headers is
 * {@code unknown} here, as it is in Istio where the peer has no proxy.
 */
final class IstioLabels {
    private IstioLabels() {}

    /** Names and values for a request that this workload made. */
    static List<String> called(Origin origin, Destination to, Series series) {
        String name = to.shortName();
        return labels(
                "source",
                new Party(origin.service().get(), origin.namespace(), known(origin.version())),
                new Party(name, to.namespace(), known(series.version())),
                to.service(),
                series);
    }

    /** Names and values for a request that this workload served. */
    static List<String> served(Origin origin, Series series) {
        String own = origin.service().get();
        return labels(
                "destination",
                new Party(MeshMetrics.UNKNOWN, MeshMetrics.UNKNOWN, MeshMetrics.UNKNOWN),
                new Party(own, origin.namespace(), known(origin.version())),
                own,
                series);
    }

    private record Party(String name, String namespace, String version) {}

    private static List<String> labels(
            String reporter, Party source, Party destination, String service, Series series) {
        return List.of(
                "reporter", reporter,
                "source_workload", source.name,
                "source_workload_namespace", source.namespace,
                "source_canonical_service", source.name,
                "source_canonical_revision", source.version,
                "source_app", source.name,
                "source_version", source.version,
                "source_principal", MeshMetrics.UNKNOWN,
                "destination_workload", destination.name,
                "destination_workload_namespace", destination.namespace,
                "destination_canonical_service", destination.name,
                "destination_canonical_revision", destination.version,
                "destination_app", destination.name,
                "destination_version", destination.version,
                "destination_principal", MeshMetrics.UNKNOWN,
                "destination_service", service,
                "destination_service_name", destination.name,
                "destination_service_namespace", destination.namespace,
                "request_protocol", "http",
                "response_code", Integer.toString(series.code()),
                "response_flags", ResponseFlag.text(series.flags()),
                "connection_security_policy", MeshMetrics.UNKNOWN);
    }

    private static String known(String version) {
        return version.isEmpty() ? MeshMetrics.UNKNOWN : version;
    }
}
