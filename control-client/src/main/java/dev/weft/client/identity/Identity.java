package dev.weft.client.identity;

import dev.weft.client.wire.Writer;
import dev.weft.engine.snapshot.Endpoint.Locality;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who this workload is, as the control plane is told.
 *
 * @param labels {@code version} and what else was configured; {@code app} is added
 * @param given what a bootstrap file says of the node, which goes first
 * @param address IP address under which peers reach it; null for the local address of the
 *     connection to the control plane
 */
public record Identity(
        String service,
        String namespace,
        Map<String, String> labels,
        String region,
        String zone,
        NodeGiven given,
        @Nullable String address,
        long pid,
        String agentVersion) {
    private static final List<String> FEATURES = List.of(
            "envoy.lb.does_not_support_overprovisioning",
            "envoy.lrs.supports_send_all_clusters",
            "xds.config.resource-in-sotw");

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
        String id = "sidecar~" + ip + "~" + service + "-" + pid + "." + namespace + "~" + suffix;
        var node = new Writer()
                .string(1, given.id().isEmpty() ? id : given.id())
                .string(2, given.cluster().isEmpty() ? service : given.cluster())
                .message(3, metadata(ip));
        if (!given.locality().isEmpty()) {
            node.message(4, locality(given.locality()));
        } else if (!region.isEmpty() || !zone.isEmpty()) {
            node.message(4, locality(List.of(region, zone)));
        }
        node.string(6, "weft").string(7, agentVersion);
        FEATURES.forEach(feature -> node.string(10, feature));
        return node.toBytes();
    }

    /** Where it runs, as the control plane is told. */
    public Locality locality() {
        List<String> parts = given.locality().isEmpty() ? List.of(region, zone) : given.locality();
        return new Locality(part(parts, 0), part(parts, 1), part(parts, 2));
    }

    private static String part(List<String> parts, int at) {
        return at < parts.size() ? parts.get(at) : "";
    }

    private static Writer locality(List<String> parts) {
        var locality = new Writer();
        for (int i = 0; i < parts.size(); i++) {
            locality.string(i + 1, parts.get(i));
        }
        return locality;
    }

    private Writer metadata(String ip) {
        var all = new TreeMap<>(labels);
        all.putIfAbsent("app", service);
        var members = new Writer();
        all.forEach((name, value) -> member(members, name, text(value)));
        Map<String, Writer> own = new LinkedHashMap<>();
        own.put("NAMESPACE", text(namespace));
        own.put("INSTANCE_IPS", text(ip));
        own.put("WORKLOAD_NAME", text(service));
        own.put("LABELS", new Writer().message(5, members));
        var metadata = new Writer();
        own.forEach((name, value) -> {
            if (!given.metadata().containsKey(name)) {
                member(metadata, name, value);
            }
        });
        new TreeMap<>(given.metadata())
                .forEach((name, value) ->
                        metadata.message(1, new Writer().string(1, name).bytes(2, value)));
        return metadata;
    }

    /** An entry of {@code google.protobuf.Struct.fields}. */
    private static void member(Writer struct, String name, Writer value) {
        struct.message(1, new Writer().string(1, name).message(2, value));
    }

    /** A {@code google.protobuf.Value} that is text. */
    static Writer text(String value) {
        return new Writer().bytes(3, value.getBytes(StandardCharsets.UTF_8));
    }
}
