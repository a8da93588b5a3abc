package dev.weft.telemetry;

import dev.weft.engine.adapt.Peers;
import java.util.ArrayList;
import java.util.List;

/**
 * Istio's labels of the standard metrics. What neither a certificate nor the rules tell of the peer is {@code unknown},
 * as it is in Istio where the peer has no proxy.
 */
final class IstioLabels {
    private IstioLabels() {}

    /** Names and values for a request that this workload made. */
    static List<String> called(Origin origin, Destination to, Series series) {
        return labels(
                "source",
                self(origin),
                new Party(to.shortName(), to.namespace(), known(series.version())),
                to.service(),
                protocol(series),
                series.peers(),
                codes(series),
                series.flags());
    }

    /** Names and values for a request that this workload served. */
    static List<String> served(Origin origin, Series series) {
        return labels(
                "destination",
                NOBODY,
                self(origin),
                origin.service().get(),
                protocol(series),
                series.peers(),
                codes(series),
                series.flags());
    }

    private static String protocol(Series series) {
        return series.grpc() == GrpcCalls.NONE ? "http" : "grpc";
    }

    /** That of gRPC is no label of other requests, as an empty one is none to Prometheus. */
    private static List<String> codes(Series series) {
        String code = Integer.toString(series.code());
        return series.grpc() < 0
                ? List.of("response_code", code)
                : List.of("response_code", code, "grpc_response_status", Integer.toString(series.grpc()));
    }

    /**
     * Names and values for a connection that this workload made.
     *
     * @param name of the cluster, or of the host that no cluster was found for
     */
    static List<String> connected(Origin origin, String name, String version, int flags) {
        Destination to = new Destination(name, true, new SeriesTable.Room(0));
        Party there = new Party(to.shortName(), to.namespace(), known(version));
        return labels("source", self(origin), there, to.service(), "tcp", Peers.UNKNOWN, List.of(), flags);
    }

    /** Names and values for a connection that was made to this workload. */
    static List<String> accepted(Origin origin) {
        return labels("destination", NOBODY, self(origin), origin.service().get(), "tcp", Peers.UNKNOWN, List.of(), 0);
    }

    private static Party self(Origin origin) {
        return new Party(origin.service().get(), origin.namespace(), known(origin.version()));
    }

    private record Party(String name, String namespace, String version) {}

    /** What nobody tells. */
    private static final Party NOBODY = new Party(MeshMetrics.UNKNOWN, MeshMetrics.UNKNOWN, MeshMetrics.UNKNOWN);

    /** @param codes of the answer with their names; empty for a connection */
    private static List<String> labels(
            String reporter,
            Party source,
            Party destination,
            String service,
            String protocol,
            Peers peers,
            List<String> codes,
            int flags) {
        List<String> labels = new ArrayList<>(List.of(
                "reporter", reporter,
                "source_workload", source.name,
                "source_workload_namespace", source.namespace,
                "source_canonical_service", source.name,
                "source_canonical_revision", source.version,
                "source_app", source.name,
                "source_version", source.version,
                "source_principal", known(peers.source()),
                "destination_workload", destination.name,
                "destination_workload_namespace", destination.namespace,
                "destination_canonical_service", destination.name,
                "destination_canonical_revision", destination.version,
                "destination_app", destination.name,
                "destination_version", destination.version,
                "destination_principal", known(peers.destination()),
                "destination_service", service,
                "destination_service_name", destination.name,
                "destination_service_namespace", destination.namespace,
                "request_protocol", protocol));
        labels.addAll(codes);
        labels.add("response_flags");
        labels.add(ResponseFlag.text(flags));
        labels.add("connection_security_policy");
        labels.add(peers.security().word());
        return List.copyOf(labels);
    }

    private static String known(String text) {
        return text.isEmpty() ? MeshMetrics.UNKNOWN : text;
    }
}
