package dev.weft.engine.snapshot;

/**
 * How calls stay in the caller's zone (Envoy: {@code zone_aware_lb_config}).
 *
 * @param percent of the calls that are to, 0 to 100 (Envoy: {@code routing_enabled})
 * @param minClusterSize healthy endpoints of which there must be so many
 * @param force whether they stay whatever the zone can take (Envoy: {@code force_locality_direct_routing})
 */
public record ZoneAware(double percent, long minClusterSize, boolean force) {
    /** What Envoy does where nothing is said. */
    public static final ZoneAware DEFAULT = new ZoneAware(100, 6, false);

    public ZoneAware {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("routing_enabled " + percent + " is not a percentage");
        }
        if (minClusterSize < 0) {
            throw new IllegalArgumentException("min_cluster_size " + minClusterSize + " is out of range");
        }
    }
}
