package dev.weft.client.resource;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.ConnectBackoff;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A resource of the control plane, read and found good. */
public sealed interface Resource {
    /**
     * The names of the mesh as this client sees them.
     *
     * @param parts above 0 they stand in so many resources beside this one
     */
    record Names(Map<String, Directory.Entry> entries, int parts) implements Resource {
        public Names {
            entries = Directory.compact(entries);
        }
    }

    /** One part of the names, found good. It is read once all of them are here, and kept as it came. */
    record NamesPart() implements Resource {}

    /**
     * A listener that calls go out through.
     *
     * @param routes name of its route table; null when it stands in {@code inline}
     * @param guards what its filters hold calls against where a route says nothing else; a filter that does
     *     nothing by itself is here too, because only what the chain has can be configured by routes
     * @param tcp what becomes of connections that are no HTTP; null where there can be none
     */
    record Listener(
            @Nullable String routes,
            @Nullable RouteTable inline,
            List<Guard> guards,
            @Nullable TcpProxy tcp) implements Resource {
        public Listener {
            guards = List.copyOf(guards);
        }

        /** One for calls alone. */
        public Listener(@Nullable String routes, @Nullable RouteTable inline, List<Guard> guards) {
            this(routes, inline, guards, null);
        }

        /** Whom connections that are no HTTP go to. */
        public static Set<String> clusters(@Nullable TcpProxy tcp) {
            Set<String> names = new HashSet<>();
            if (tcp != null && tcp.route().action() instanceof Action.Forward forward) {
                forward.clusters().forEach(cluster -> names.add(cluster.cluster()));
            }
            return names;
        }
    }

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
     * @param maxRequests attempts in flight; {@link Integer#MAX_VALUE} for no limit
     * @param connections places for calls, and for those that wait; null for no limit
     * @param reportsLoad to the control plane that it comes from
     * @param assignment name of the assignment that holds them; null when they stand in {@code inline}
     */
    record ClusterSpec(
            String name,
            Balancer balancer,
            Transport transport,
            @Nullable OutlierPolicy outlier,
            int panicThreshold,
            RetryBudget budget,
            long connectTimeoutNanos,
            Sharing sharing,
            int maxRequests,
            @Nullable Bulkhead connections,
            boolean reportsLoad,
            Protocol protocol,
            @Nullable ConnectBackoff connectBackoff,
            @Nullable String assignment,
            Assignment inline)
            implements Resource {
        /** The same, but that nothing can be sent to it. */
        ClusterSpec shut() {
            if (transport instanceof Transport.Unavailable) {
                return this;
            }
            return new ClusterSpec(
                    name,
                    balancer,
                    new Transport.Unavailable("what asks for it was refused"),
                    outlier,
                    panicThreshold,
                    budget,
                    connectTimeoutNanos,
                    sharing,
                    maxRequests,
                    connections,
                    reportsLoad,
                    protocol,
                    connectBackoff,
                    assignment,
                    inline);
        }

        /**
         * The complete cluster.
         *
         * @param called as routes call it, who may order the parameters of its name otherwise
         */
        public Cluster with(String called, Assignment assigned) {
            return new Cluster(
                    called,
                    balancer,
                    assigned.endpoints,
                    transport,
                    outlier,
                    panicThreshold,
                    budget,
                    connectTimeoutNanos,
                    sharing.overprovisioned(assigned.overprovisioningFactor),
                    new Limits(maxRequests, assigned.drops, connections),
                    protocol,
                    connectBackoff);
        }
    }

    /**
     * @param overprovisioningFactor percent
     * @param drops shares of all calls to refuse
     */
    record Assignment(List<Endpoint> endpoints, int overprovisioningFactor, List<Limits.Drop> drops)
            implements Resource {
        /** No endpoint. */
        public static final Assignment NONE =
                new Assignment(List.of(), Sharing.DEFAULT.overprovisioningFactor(), List.of());

        public Assignment {
            endpoints = List.copyOf(endpoints);
            drops = List.copyOf(drops);
        }
    }

    /** @param paused calls go as without the mesh, but for those that must be secured */
    record Runtime(boolean paused) implements Resource {}

    /**
     * A port of this workload as the control plane keeps it.
     *
     * @param state {@code STARTING}, {@code UP}, {@code DRAINING} or {@code DOWN}
     */
    record Registered(String host, String address, int port, String state) implements Resource {}
}
