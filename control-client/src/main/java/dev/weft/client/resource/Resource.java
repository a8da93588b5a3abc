package dev.weft.client.resource;

import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A resource of the control plane, read and found good. */
public sealed interface Resource {
    /** The names of the mesh as this client sees them. */
    record Names(Map<String, Directory.Entry> entries) implements Resource {
        public Names {
            entries = Map.copyOf(entries);
        }
    }

    /**
     * A listener that calls go out through.
     *
     * @param routes name of its route table; null when it stands in {@code inline}
     */
    record Listener(@Nullable String routes, @Nullable RouteTable inline) implements Resource {}

    /**
     * @param clusters every cluster that a route or a mirror names
     */
    record RouteTable(List<VirtualHost> hosts, Set<String> clusters) implements Resource {
        public RouteTable {
            hosts = List.copyOf(hosts);
            clusters = Set.copyOf(clusters);
        }
    }

    /**
     * A cluster without its endpoints.
     *
     * @param assignment name of the assignment that holds them; null when they stand in {@code inline}
     */
    record ClusterSpec(
            String name,
            Cluster.Balancer balancer,
            Transport transport,
            @Nullable OutlierPolicy outlier,
            int panicThreshold,
            RetryBudget budget,
            long connectTimeoutNanos,
            @Nullable String assignment,
            List<Endpoint> inline)
            implements Resource {
        public ClusterSpec {
            inline = List.copyOf(inline);
        }

        /** The complete cluster. */
        public Cluster with(List<Endpoint> endpoints) {
            return new Cluster(
                    name, balancer, endpoints, transport, outlier, panicThreshold, budget, connectTimeoutNanos);
        }
    }

    record Assignment(List<Endpoint> endpoints) implements Resource {
        public Assignment {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * A port of this workload as the control plane keeps it.
     *
     * @param state {@code STARTING}, {@code UP}, {@code DRAINING} or {@code DOWN}
     */
    record Registered(String host, String address, int port, String state) implements Resource {}
}
