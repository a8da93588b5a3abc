package dev.weft.engine.snapshot;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * One instance that can take calls (Envoy: {@code endpoint.v3.LbEndpoint} with what its
 * {@code LocalityLbEndpoints} says of it).
 *
 * @param address resolved; an IP literal and a port
 * @param weight 1 or more
 * @param labels {@code version} and what else the instance registered
 * @param priority 0 is used first
 * @param localityWeight weight of its locality within its priority, where localities are weighted; 0
 *     for one that gets nothing then
 * @param hostname what it is called where rules ask for that; empty for nothing
 */
public record Endpoint(
        InetSocketAddress address,
        Health health,
        int weight,
        Locality locality,
        Map<String, String> labels,
        int priority,
        int localityWeight,
        String hostname) {
    public Endpoint {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("endpoint address is not an IP address: " + address);
        }
        if (weight < 1) {
            throw new IllegalArgumentException("load_balancing_weight " + weight + " is below 1");
        }
        if (priority < 0 || priority > 128) {
            throw new IllegalArgumentException("priority " + priority + " is out of range");
        }
        if (localityWeight < 0) {
            throw new IllegalArgumentException("load_balancing_weight " + localityWeight + " is negative");
        }
        labels = Map.copyOf(labels);
    }

    /** An endpoint without a name. */
    public Endpoint(
            InetSocketAddress address,
            Health health,
            int weight,
            Locality locality,
            Map<String, String> labels,
            int priority,
            int localityWeight) {
        this(address, health, weight, locality, labels, priority, localityWeight, "");
    }

    /** An endpoint of the first priority, in a locality without a weight. */
    public Endpoint(
            InetSocketAddress address, Health health, int weight, Locality locality, Map<String, String> labels) {
        this(address, health, weight, locality, labels, 0, 0);
    }

    /** A healthy endpoint without labels. */
    public static Endpoint of(InetSocketAddress address) {
        return new Endpoint(address, Health.HEALTHY, 1, Locality.NONE, Map.of());
    }

    /** Envoy's {@code HealthStatus}, where what is unknown is healthy. */
    public enum Health {
        HEALTHY,
        /** Used when the healthy ones do not suffice. */
        DEGRADED,
        UNHEALTHY,
        /** It did not answer a health check in time: as unhealthy. */
        TIMEOUT,
        /** Finishes what it has, gets nothing new. */
        DRAINING
    }

    public record Locality(String region, String zone, String subZone) {
        public static final Locality NONE = new Locality("", "", "");
    }
}
