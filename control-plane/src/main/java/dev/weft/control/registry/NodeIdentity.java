package dev.weft.control.registry;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is at the other end of a stream, as its node says (Istio's metadata keys).
 *
 * @param service empty when it serves nothing
 * @param address where its ports are reached
 * @param account its service account, as it says; empty where it says none
 * @param joining what it is to be registered as without asking for it port by port
 */
public record NodeIdentity(
        String id,
        String service,
        String namespace,
        String address,
        Map<String, String> labels,
        String region,
        String zone,
        String agent,
        String account,
        Joining joining) {
    private static final int MAX_LABELS = 64;

    /** One that says nothing of its account. */
    public NodeIdentity(
            String id,
            String service,
            String namespace,
            String address,
            Map<String, String> labels,
            String region,
            String zone,
            String agent) {
        this(id, service, namespace, address, labels, region, zone, agent, "", Joining.NOTHING);
    }

    /** A client that has not said who it is. */
    public static final NodeIdentity UNKNOWN = new NodeIdentity("", "", "default", "", Map.of(), "", "", "");

    public NodeIdentity {
        labels = Map.copyOf(labels);
    }

    /**
     * Reads what a node says.
     *
     * @param peer address of the other end, used when the node names none
     */
    public static NodeIdentity of(Node node, String peer) {
        Struct metadata = node.getMetadata();
        String namespace = text(metadata, "NAMESPACE");
        String addresses = text(metadata, "INSTANCE_IPS");
        int comma = addresses.indexOf(',');
        String first = (comma < 0 ? addresses : addresses.substring(0, comma)).trim();
        return new NodeIdentity(
                node.getId(),
                node.getCluster(),
                namespace.isEmpty() ? "default" : namespace,
                first.isEmpty() ? peer : first,
                labels(metadata.getFieldsOrDefault("LABELS", Value.getDefaultInstance())),
                node.getLocality().getRegion(),
                node.getLocality().getZone(),
                node.getUserAgentName()
                        + (node.getUserAgentVersion().isEmpty() ? "" : "/" + node.getUserAgentVersion()),
                text(metadata, "SERVICE_ACCOUNT"),
                Joining.of(metadata));
    }

    /** Its labels, where it is among them, as rules ask for it. */
    public Map<String, String> placedLabels() {
        return Topology.with(labels, region, zone);
    }

    /** How many characters are kept of what it says. */
    public int length() {
        int length = id.length()
                + service.length()
                + namespace.length()
                + address.length()
                + region.length()
                + zone.length()
                + agent.length()
                + account.length()
                + joining.group().length();
        for (Map.Entry<String, String> label : labels.entrySet()) {
            length += label.getKey().length() + label.getValue().length();
        }
        for (String name : joining.services()) {
            length += name.length();
        }
        return length;
    }

    private static String text(Struct metadata, String key) {
        return metadata.getFieldsOrDefault(key, Value.getDefaultInstance()).getStringValue();
    }

    private static Map<String, String> labels(Value value) {
        Map<String, String> labels = new TreeMap<>();
        value.getStructValue().getFieldsMap().forEach((key, label) -> {
            if (label.hasStringValue() && labels.size() < MAX_LABELS) {
                labels.put(key, label.getStringValue());
            }
        });
        return labels;
    }
}
