package dev.weft.control.registry;

import java.util.Map;
import java.util.TreeMap;

/** The labels by which rules speak of where somebody is: Kubernetes' own, as in Istio. */
public final class Topology {
    public static final String REGION = "topology.kubernetes.io/region";
    public static final String ZONE = "topology.kubernetes.io/zone";

    private Topology() {}

    /**
     * Labels with these among them.
     *
     * @param region empty where nobody says it
     * @param zone empty where nobody says it
     */
    public static Map<String, String> with(Map<String, String> labels, String region, String zone) {
        if (region.isEmpty() && zone.isEmpty()) {
            return labels;
        }
        Map<String, String> placed = new TreeMap<>(labels);
        if (!region.isEmpty()) {
            placed.put(REGION, region);
        }
        if (!zone.isEmpty()) {
            placed.put(ZONE, zone);
        }
        return placed;
    }
}
