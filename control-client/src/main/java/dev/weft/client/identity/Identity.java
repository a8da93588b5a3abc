package dev.weft.client.identity;

import dev.weft.client.wire.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who this workload is, as the control plane is told.
 *
 * @param labels {@code version} and what else was configured; {@code app} is added
 * @param address IP address under which peers reach it; null for the local address of the
 *     connection to the control plane
 */
public record Identity(
        String service,
        String namespace,
        Map<String, String> labels,
        String region,
        String zone,
        @Nullable String address,
        long pid,
        String agentVersion) {
    private static final List<String> FEATURES =
            List.of("envoy.lb.does_not_support_overprovisioning", "xds.config.resource-in-sotw");

    public Identity {
        labels = Map.copyOf(labels);
    }

    /**
     * The encoded {@code envoy.config.core.v3.Node}.
     *
     * @param local address of the connection to the control plane
     */
    public byte[] node(String local) {
        String ip = address == null ? local : address;
        String suffix = namespace + ".svc.cluster.local";
        var node = new Writer()
                .string(1, "sidecar~" + ip + "~" + service + "-" + pid + "." + namespace + "~" + suffix)
                .string(2, service)
                .message(3, metadata(ip));
        if (!region.isEmpty() || !zone.isEmpty()) {
            node.message(4, new Writer().string(1, region).string(2, zone));
        }
        node.string(6, "weft").string(7, agentVersion);
        FEATURES.forEach(feature -> node.string(10, feature));
        return node.toBytes();
    }

    private Writer metadata(String ip) {
        var all = new TreeMap<>(labels);
        all.putIfAbsent("app", service);
        var members = new Writer();
        all.forEach((name, value) -> member(members, name, text(value)));
        var metadata = new Writer();
        member(metadata, "NAMESPACE", text(namespace));
        member(metadata, "INSTANCE_IPS", text(ip));
        member(metadata, "WORKLOAD_NAME", text(service));
        member(metadata, "LABELS", new Writer().message(5, members));
        return metadata;
    }

    /** An entry of {@code google.protobuf.Struct.fields}. */
    private static void member(Writer struct, String name, Writer value) {
        struct.message(1, new Writer().string(1, name).message(2, value));
    }

    /** A {@code google.protobuf.Value} that is text. */
    private static Writer text(String value) {
        return new Writer().bytes(3, value.getBytes(StandardCharsets.UTF_8));
    }
}
