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
 * @param sharing over priorities, localities and subsets
 * @param limits what is refused here
 * @param protocol what the endpoints speak; nothing to those who leave that to the application
 * @param connectBackoff how long an endpoint is left out that can't be connected to; null for not at all
 */
public record Cluster(
        String name,
        Balancer balancer,
        List<Endpoint> endpoints,
        Transport transport,
        @Nullable OutlierPolicy outlier,
        int panicThreshold,
        RetryBudget budget,
        long connectTimeoutNanos,
        Sharing sharing,
        Limits limits,
        Protocol protocol,
        @Nullable ConnectBackoff connectBackoff) {
    public Cluster {
        endpoints = List.copyOf(endpoints);
        Bounds.named("cluster.name", name);
        Bounds.percent(panicThreshold, "healthy_panic_threshold");
        Bounds.require(connectTimeoutNanos > 0, "connect_timeout", connectTimeoutNanos);
    }

    /** A cluster that says nothing of its protocol, and leaves out who can't be connected to. */
    public Cluster(
            String name,
            Balancer balancer,
            List<Endpoint> endpoints,
            Transport transport,
            @Nullable OutlierPolicy outlier,
            int panicThreshold,
            RetryBudget budget,
            long connectTimeoutNanos,
            Sharing sharing,
            Limits limits) {
        this(
                name,
                balancer,
                endpoints,
                transport,
                outlier,
                panicThreshold,
                budget,
                connectTimeoutNanos,
                sharing,
                limits,
                Protocol.UNSAID,
                ConnectBackoff.DEFAULT);
    }

    /** A cluster that shares its calls out evenly and refuses none. */
    public Cluster(
            String name,
            Balancer balancer,
            List<Endpoint> endpoints,
            Transport transport,
            @Nullable OutlierPolicy outlier,
            int panicThreshold,
            RetryBudget budget,
            long connectTimeoutNanos) {
        this(
                name,
                balancer,
                endpoints,
                transport,
                outlier,
                panicThreshold,
                budget,
                connectTimeoutNanos,
                Sharing.DEFAULT,
                Limits.NONE);
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
