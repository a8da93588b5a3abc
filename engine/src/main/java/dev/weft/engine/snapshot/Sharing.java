package dev.weft.engine.snapshot;

import dev.weft.engine.snapshot.Endpoint.Health;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How calls are shared out before one endpoint is chosen: over priorities, localities and subsets
 * (Envoy: {@code common_lb_config}, {@code lb_subset_config}, {@code ClusterLoadAssignment.policy}).
 *
 * @param overprovisioningFactor percent; a priority takes all of its calls until fewer than 100 divided
 *     by this are healthy
 * @param localityWeighted whether the weights of the localities count
 * @param failOnPanic whether calls are refused, not sent to anybody, when too few endpoints are healthy
 * @param subsetSize how many endpoints this client uses at all (gRFC A68); 0 for all
 * @param subsets by which labels calls may choose; null when the cluster has none
 * @param keeping in which states an endpoint keeps its sessions (Envoy: {@code override_host_status}); one that
 *     is ejected counts as unhealthy
 * @param zones how calls stay in the zone of their caller, where localities are not weighted; null for not at all
 */
public record Sharing(
        int overprovisioningFactor,
        boolean localityWeighted,
        boolean failOnPanic,
        int subsetSize,
        @Nullable Subsets subsets,
        Set<Health> keeping,
        @Nullable ZoneAware zones) {
    /** Every endpoint alike, a priority given up below 72 % (100/1.4). */
    public static final Sharing DEFAULT =
            new Sharing(140, false, false, 0, null, Set.of(Health.HEALTHY, Health.DEGRADED), null);

    public Sharing {
        keeping = Set.copyOf(keeping);
        if (overprovisioningFactor < 1) {
            throw new IllegalArgumentException("overprovisioning_factor " + overprovisioningFactor + " is below 1");
        }
        if (subsetSize < 0) {
            throw new IllegalArgumentException("subset_size " + subsetSize + " is negative");
        }
    }

    /** The same, with localities weighted if they are to be. */
    public Sharing localities(boolean weighted) {
        return new Sharing(
                overprovisioningFactor, localityWeighted || weighted, failOnPanic, subsetSize, subsets, keeping, zones);
    }

    /** The same, with calls refused in panic if they are to be. */
    public Sharing panic(boolean fail) {
        return new Sharing(
                overprovisioningFactor, localityWeighted, failOnPanic || fail, subsetSize, subsets, keeping, zones);
    }

    /** The same over a few of the endpoints. */
    public Sharing few(int size) {
        return new Sharing(overprovisioningFactor, localityWeighted, failOnPanic, size, subsets, keeping, zones);
    }

    /** The same over subsets. */
    public Sharing divided(Subsets by) {
        return new Sharing(overprovisioningFactor, localityWeighted, failOnPanic, subsetSize, by, keeping, zones);
    }

    /** The same with sessions kept by endpoints in these states. */
    public Sharing keeping(Set<Health> states) {
        return new Sharing(overprovisioningFactor, localityWeighted, failOnPanic, subsetSize, subsets, states, zones);
    }

    /** The same with calls kept in their zone. */
    public Sharing zoned(@Nullable ZoneAware how) {
        return new Sharing(overprovisioningFactor, localityWeighted, failOnPanic, subsetSize, subsets, keeping, how);
    }

    /** The same with the factor that came with the endpoints. */
    public Sharing overprovisioned(int percent) {
        return new Sharing(percent, localityWeighted, failOnPanic, subsetSize, subsets, keeping, zones);
    }
}
