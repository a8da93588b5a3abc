package dev.weft.bench;

import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The published server of {@code io.envoyproxy.controlplane} with the endpoints of the {@link Fleet},
 * for one group of nodes. A line of its input, the number of a service, lets one endpoint come or go.
 */
final class LibraryServer {
    private static final String GROUP = "all";

    private LibraryServer() {}

    public static void main(String[] args) throws IOException {
        SimpleCache<String> cache = new SimpleCache<>(node -> GROUP);
        boolean[] isAway = new boolean[Fleet.SERVICES];
        List<ClusterLoadAssignment> assignments = new ArrayList<>();
        for (int service = 0; service < Fleet.SERVICES; service++) {
            assignments.add(assignment(service, false));
        }
        long version = 0;
        set(cache, assignments, version);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(new V3DiscoveryServer(cache).getAggregatedDiscoveryServiceImpl())
                .maxInboundMessageSize(64 << 20)
                .build()
                .start();
        System.out.println("ready on port " + server.getPort());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int service = Integer.parseInt(line);
            isAway[service] = !isAway[service];
            assignments.set(service, assignment(service, isAway[service]));
            set(cache, assignments, ++version);
        }
        server.shutdownNow();
    }

    private static void set(SimpleCache<String> cache, List<ClusterLoadAssignment> assignments, long version) {
        cache.setSnapshot(
                GROUP,
                Snapshot.create(List.of(), assignments, List.of(), List.of(), List.of(), Long.toString(version)));
    }

    private static ClusterLoadAssignment assignment(int service, boolean isAway) {
        LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
        for (int i = 0; i < Fleet.INSTANCES - (isAway ? 1 : 0); i++) {
            boolean isChanging = i == Fleet.INSTANCES - 1;
            String address = isChanging ? Fleet.changingAddress(service) : "10.200." + i + ".1";
            locality.addLbEndpoints(LbEndpoint.newBuilder()
                    .setEndpoint(Endpoint.newBuilder()
                            .setAddress(Address.newBuilder()
                                    .setSocketAddress(SocketAddress.newBuilder()
                                            .setAddress(address)
                                            .setPortValue(8080)))));
        }
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(Fleet.cluster(service))
                .addEndpoints(locality)
                .build();
    }
}
