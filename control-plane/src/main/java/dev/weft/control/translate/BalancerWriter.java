package dev.weft.control.translate;

import com.google.protobuf.UInt64Value;
import dev.weft.control.rule.DestinationRule.Balancer;
import dev.weft.control.rule.DestinationRule.Hash;
import dev.weft.control.rule.DestinationRule.LoadBalancer;
import dev.weft.control.rule.DestinationRule.Warmup;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.Subsetting;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy;
import io.envoyproxy.envoy.type.v3.Percent;
import org.jspecify.annotations.Nullable;

/** How an instance is chosen: the cluster's balancer, and what a route hashes for it. */
final class BalancerWriter {
    private static final LoadBalancer DEFAULT = new LoadBalancer(Balancer.LEAST_REQUEST, null, null);

    private BalancerWriter() {}

    /** @param own what rules of resilience say of the whole host */
    static void write(@Nullable LoadBalancer rule, Resilience.Policy own, Cluster.Builder cluster) {
        LoadBalancer chosen = rule == null ? DEFAULT : rule;
        if (chosen.hash() != null) {
            hash(chosen.hash(), cluster);
        } else {
            simple(chosen.balancer(), chosen.warmup(), cluster);
        }
        boolean isExtension = chosen.hash() == null && chosen.balancer().isExtension();
        if (isExtension || own.get(Subsetting.class) != null) {
            cluster.setLoadBalancingPolicy(PolicyWriter.of(chosen, own));
        }
    }

    /** Those who don't know extensions do what comes nearest to one. */
    private static void simple(Balancer balancer, @Nullable Warmup warmup, Cluster.Builder cluster) {
        switch (balancer) {
            case ROUND_ROBIN, CLIENT_SIDE_WEIGHTED_ROUND_ROBIN -> {
                cluster.setLbPolicy(LbPolicy.ROUND_ROBIN);
                if (warmup != null) {
                    cluster.setRoundRobinLbConfig(
                            Cluster.RoundRobinLbConfig.newBuilder().setSlowStartConfig(slowStart(warmup)));
                }
            }
            case LEAST_REQUEST, PEAK_EWMA -> {
                cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
                if (warmup != null) {
                    cluster.setLeastRequestLbConfig(
                            Cluster.LeastRequestLbConfig.newBuilder().setSlowStartConfig(slowStart(warmup)));
                }
            }
            case RANDOM -> cluster.setLbPolicy(LbPolicy.RANDOM);
        }
    }

    private static Cluster.SlowStartConfig slowStart(Warmup warmup) {
        return Cluster.SlowStartConfig.newBuilder()
                .setSlowStartWindow(Wire.duration(warmup.duration()))
                .setAggression(RuntimeDouble.newBuilder().setDefaultValue(warmup.aggression()))
                .setMinWeightPercent(Percent.newBuilder().setValue(warmup.minimumPercent()))
                .build();
    }

    private static void hash(Hash hash, Cluster.Builder cluster) {
        UInt64Value size = UInt64Value.of(hash.size());
        if (hash.isMaglev()) {
            cluster.setLbPolicy(LbPolicy.MAGLEV);
            if (hash.size() > 0) {
                cluster.setMaglevLbConfig(Cluster.MaglevLbConfig.newBuilder().setTableSize(size));
            }
        } else {
            cluster.setLbPolicy(LbPolicy.RING_HASH);
            if (hash.size() > 0) {
                cluster.setRingHashLbConfig(
                        Cluster.RingHashLbConfig.newBuilder().setMinimumRingSize(size));
            }
        }
    }

    /** What a route that leads to such a cluster takes from a call. */
    static HashPolicy policy(Hash hash) {
        HashPolicy.Builder policy = HashPolicy.newBuilder();
        switch (hash.source()) {
            case HEADER -> policy.setHeader(HashPolicy.Header.newBuilder().setHeaderName(hash.name()));
            case COOKIE -> policy.setCookie(HashPolicy.Cookie.newBuilder().setName(hash.name()));
            case QUERY ->
                policy.setQueryParameter(HashPolicy.QueryParameter.newBuilder().setName(hash.name()));
            case ADDRESS ->
                policy.setConnectionProperties(
                        HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
        }
        return policy.build();
    }
}
