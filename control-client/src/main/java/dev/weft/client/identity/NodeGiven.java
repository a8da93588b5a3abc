package dev.weft.client.identity;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a bootstrap file says of the node. Whatever is missing is filled in.
 *
 * @param id empty for ours
 * @param cluster empty for ours
 * @param metadata encoded {@code google.protobuf.Value}s by name
 * @param locality region, zone and sub-zone; empty for ours
 */
public record NodeGiven(String id, String cluster, Map<String, byte[]> metadata, List<String> locality) {
    public static final NodeGiven NOTHING = new NodeGiven("", "", Map.of(), List.of());

    public NodeGiven {
        metadata = Map.copyOf(metadata);
        locality = List.copyOf(locality);
    }

    /** The same with one more text of metadata, unless it stands there already. */
    public NodeGiven with(String name, String value) {
        if (metadata.containsKey(name)) {
            return this;
        }
        Map<String, byte[]> more = new TreeMap<>(metadata);
        more.put(name, Identity.text(value).toBytes());
        return new NodeGiven(id, cluster, more, locality);
    }
}
