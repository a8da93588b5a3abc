package dev.weft.engine.snapshot;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One complete configuration: everything a call can need, consistent in itself. Published as a
 * whole, never changed.
 *
 * @param version what the control client calls it; shown by explain
 * @param directory which names belong to the mesh at all
 * @param hosts virtual hosts of the warm names; a domain stands in one of them only
 * @param clusters by name; every cluster that a route names is here
 * @param home where this process is itself; null where that is not known
 */
public record Snapshot(
        String version,
        Directory directory,
        List<VirtualHost> hosts,
        Map<String, Cluster> clusters,
        @Nullable Home home) {
    public static final Snapshot EMPTY = new Snapshot("", Directory.PENDING, List.of(), Map.of());

    /** One that doesn't know where this process is. */
    public Snapshot(String version, Directory directory, List<VirtualHost> hosts, Map<String, Cluster> clusters) {
        this(version, directory, hosts, clusters, null);
    }

    public Snapshot {
        hosts = List.copyOf(hosts);
        clusters = Map.copyOf(clusters);
    }
}
