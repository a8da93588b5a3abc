package dev.weft.engine.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of equal endpoints and how to choose among them (Envoy: {@code cluster.v3.Cluster} with its
 * {@code ClusterLoadAssignment}).
 *
 * @param name unique in the snapshot
 * @param outlier when an endpoint that fails is left out; null for never
 * @param panicThreshold percent; when fewer endpoints than this share may be used, health and
 *     ejection are ignored (Envoy's default is 50)
 * @param connectTimeoutNanos {@link Long#MAX_VALUE} for what the application set
 */
public record Cluster(
        String name,
        Balancer balancer,
        List<Endpoint> endpoints,
        Transport transport,
        @Nullable OutlierPolicy outlier,
        int panicThreshold,
        RetryBudget budget,
        long connectTimeoutNanos) {
    public Cluster {
        endpoints = List.copyOf(endpoints);
    }

    public enum Balancer {
        ROUND_ROBIN,
        /** The one with fewer calls in flight of two chosen at random. */
        LEAST_REQUEST,
        RANDOM
    }

    /** A cluster with defaults: least request, plaintext, no ejection. */
    public static Cluster of(String name, List<Endpoint> endpoints) {
        return new Cluster(
                name,
                Balancer.LEAST_REQUEST,
                endpoints,
                Transport.PLAINTEXT,
                null,
                50,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE);
    }
}
