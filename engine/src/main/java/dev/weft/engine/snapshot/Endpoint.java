package dev.weft.engine.snapshot;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * One instance that can take calls (Envoy: {@code endpoint.v3.LbEndpoint}).
 *
 * @param address resolved; an IP literal and a port
 * @param weight 1 or more
 * @param labels {@code version} and what else the instance registered
 */
public record Endpoint(
        InetSocketAddress address, Health health, int weight, Locality locality, Map<String, String> labels) {
    public Endpoint {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("endpoint address is not an IP address: " + address);
        }
        labels = Map.copyOf(labels);
    }

    /** A healthy endpoint without labels. */
    public static Endpoint of(InetSocketAddress address) {
        return new Endpoint(address, Health.HEALTHY, 1, Locality.NONE, Map.of());
    }

    /** Envoy's {@code HealthStatus}, folded. */
    public enum Health {
        HEALTHY,
        DEGRADED,
        UNHEALTHY,
        /** Finishes what it has, gets nothing new. */
        DRAINING
    }

    public record Locality(String region, String zone, String subZone) {
        public static final Locality NONE = new Locality("", "", "");
    }
}
