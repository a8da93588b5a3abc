package dev.weft.testkit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many of some calls went where. Only what an application waited for counts, no mirrored copies.
 *
 * @param clusters calls by cluster
 * @param instances attempts by address and port
 * @param statuses answers by status; 0 for none
 */
public record Shares(Map<String, Integer> clusters, Map<String, Integer> instances, Map<Integer, Integer> statuses) {
    public Shares {
        clusters = Map.copyOf(clusters);
        instances = Map.copyOf(instances);
        statuses = Map.copyOf(statuses);
    }

    static Shares of(List<Decision> decisions) {
        Map<String, Integer> clusters = new TreeMap<>();
        Map<String, Integer> instances = new TreeMap<>();
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (Decision decision : decisions) {
            clusters.merge(decision.cluster(), 1, Integer::sum);
            statuses.merge(decision.status(), 1, Integer::sum);
            for (Decision.Attempt attempt : decision.attempts()) {
                if (!attempt.mirrored()) {
                    instances.merge(attempt.instance(), 1, Integer::sum);
                }
            }
        }
        return new Shares(clusters, instances, statuses);
    }

    /** Attempts at an instance. */
    public int instance(String address) {
        return instances.getOrDefault(address, 0);
    }

    /** Calls to a cluster. */
    public int cluster(String name) {
        return clusters.getOrDefault(name, 0);
    }
}
