package dev.weft.engine.snapshot;

import dev.weft.engine.snapshot.Endpoint.Locality;

/**
 * Where this process stands among its like (Envoy: {@code node.locality} and {@code local_cluster_name}).
 *
 * @param cluster whose endpoints are this process and its like
 */
public record Home(Locality locality, String cluster) {
    public Home {
        if (cluster.isEmpty()) {
            throw new IllegalArgumentException("local_cluster_name: is empty");
        }
    }
}
