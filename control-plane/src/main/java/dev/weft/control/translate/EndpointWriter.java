package dev.weft.control.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.State;
import dev.weft.control.rule.Rule;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import java.util.List;
import java.util.Map;

/** EDS: who can take calls now. Instances that were never ready, or are not any more, are left out. */
final class EndpointWriter {
    private EndpointWriter() {}

    /**
     * @param port of the service that is called; 0 for any
     * @param targets where each declared port of the service leads, unless an instance says otherwise
     * @param instances in a stable order, so that equal sets have equal bytes
     * @param labels all of which an instance must have
     * @param localities where calls go by where their caller is
     */
    static ClusterLoadAssignment of(
            String cluster,
            int port,
            Map<Integer, Integer> targets,
            List<Instance> instances,
            Map<String, String> labels,
            LocalityWriter localities) {
        for (Instance instance : instances) {
            if (instance.state().isListed()
                    && takes(instance, port, targets)
                    && Rule.selects(labels, instance.labels())) {
                localities.add(instance, endpoint(instance));
            }
        }
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addAllEndpoints(localities.localities())
                .build();
    }

    /** Who doesn't say it takes the ports that lead to where it listens; all of them, where none does. */
    private static boolean takes(Instance instance, int port, Map<Integer, Integer> targets) {
        if (!instance.servicePorts().isEmpty()) {
            return instance.servicePorts().contains(port);
        }
        Integer target = targets.get(port);
        return !targets.containsValue(instance.port()) || (target != null && target == instance.port());
    }

    private static LbEndpoint.Builder endpoint(Instance instance) {
        LbEndpoint.Builder endpoint = LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder()
                        .setAddress(Address.newBuilder()
                                .setSocketAddress(SocketAddress.newBuilder()
                                        .setAddress(instance.address())
                                        .setPortValue(instance.port()))))
                .setHealthStatus(instance.state() == State.DRAINING ? HealthStatus.DRAINING : HealthStatus.HEALTHY);
        if (instance.weight() != 1) { // Envoy's default
            endpoint.setLoadBalancingWeight(Wire.number(instance.weight()));
        }
        if (!instance.labels().isEmpty()) {
            Struct.Builder labels = Struct.newBuilder();
            instance.labels()
                    .forEach((name, value) -> labels.putFields(
                            name, Value.newBuilder().setStringValue(value).build()));
            endpoint.setMetadata(Metadata.newBuilder().putFilterMetadata("envoy.lb", labels.build()));
        }
        return endpoint;
    }
}
