package dev.weft.control.translate;

import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.rule.VirtualService.TcpRoute;
import dev.weft.control.rule.VirtualService.WeightedDestination;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.List;

/** The routes of connections as such, which stand in their listener. */
final class TcpWriter {
    static final String NAME = "envoy.filters.network.tcp_proxy";

    /** As often as a call is sent again where no rule says otherwise. */
    private static final int ATTEMPTS = 3;

    private TcpWriter() {}

    static TcpProxy of(String host, int port, HostRules rules, Speech speech) {
        TcpProxy.Builder proxy = TcpProxy.newBuilder()
                .setStatPrefix(ClusterName.of(port, "", host))
                .setMaxConnectAttempts(Wire.number(ATTEMPTS));
        TcpRoute route = rules.tcp(host, port, speech);
        List<WeightedDestination> destinations = route == null ? List.of() : route.destinations();
        if (destinations.isEmpty()) {
            return proxy.setCluster(ClusterName.of(port, "", host)).build();
        }
        if (destinations.size() == 1) {
            return proxy.setCluster(cluster(destinations.get(0).destination(), port, rules))
                    .build();
        }
        TcpProxy.WeightedCluster.Builder weighted = TcpProxy.WeightedCluster.newBuilder();
        destinations.forEach(to -> weighted.addClusters(TcpProxy.WeightedCluster.ClusterWeight.newBuilder()
                .setName(cluster(to.destination(), port, rules))
                .setWeight(to.weight())));
        return proxy.setWeightedClusters(weighted).build();
    }

    private static String cluster(Destination destination, int port, HostRules rules) {
        return ClusterId.of(destination, port, rules.target(destination.host()).ports())
                .name(destination.host());
    }
}
