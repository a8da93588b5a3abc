package dev.weft.control.translate;

import com.google.protobuf.Any;
import com.google.protobuf.FloatValue;
import com.google.protobuf.Message;
import com.google.protobuf.UInt64Value;
import dev.weft.control.rule.DestinationRule.Balancer;
import dev.weft.control.rule.DestinationRule.Hash;
import dev.weft.control.rule.DestinationRule.LoadBalancer;
import dev.weft.control.rule.DestinationRule.Warmup;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.PeakEwma;
import dev.weft.control.rule.Resilience.ReportedLoad;
import dev.weft.control.rule.Resilience.Subsetting;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.SlowStartConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.type.v3.Percent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code load_balancing_policy}: how an instance is chosen, where {@code lb_policy} has no word for it. */
final class PolicyWriter {
    private static final String NAMES = "envoy.load_balancing_policies.";

    private PolicyWriter() {}

    /** Those that a client prefers first: of a list the first that it knows counts. */
    static LoadBalancingPolicy of(LoadBalancer rule, Resilience.Policy own) {
        List<TypedExtensionConfig> all = new ArrayList<>();
        if (rule.hash() != null) {
            all.add(hash(rule.hash()));
        } else {
            if (rule.balancer() == Balancer.PEAK_EWMA) {
                PeakEwma settings = own.get(PeakEwma.class);
                all.add(named("peak_ewma", LateTypes.peakEwma(settings == null ? null : settings.decay())));
            } else if (rule.balancer() == Balancer.CLIENT_SIDE_WEIGHTED_ROUND_ROBIN) {
                all.add(named("client_side_weighted_round_robin", weighted(own.get(ReportedLoad.class))));
            }
            all.add(simple(rule.balancer(), rule.warmup()));
        }
        Subsetting subsetting = own.get(Subsetting.class);
        if (subsetting != null) {
            all.add(0, named("random_subsetting", LateTypes.randomSubsetting(subsetting.instances(), policy(all))));
        }
        return policy(all);
    }

    /** What comes nearest among those that everybody knows. */
    private static TypedExtensionConfig simple(Balancer balancer, @Nullable Warmup warmup) {
        return switch (balancer) {
            case RANDOM -> named("random", Random.getDefaultInstance());
            case ROUND_ROBIN, CLIENT_SIDE_WEIGHTED_ROUND_ROBIN -> {
                RoundRobin.Builder policy = RoundRobin.newBuilder();
                if (warmup != null) {
                    policy.setSlowStartConfig(slowStart(warmup));
                }
                yield named("round_robin", policy.build());
            }
            case LEAST_REQUEST, PEAK_EWMA -> {
                LeastRequest.Builder policy = LeastRequest.newBuilder();
                if (warmup != null) {
                    policy.setSlowStartConfig(slowStart(warmup));
                }
                yield named("least_request", policy.build());
            }
        };
    }

    private static SlowStartConfig slowStart(Warmup warmup) {
        return SlowStartConfig.newBuilder()
                .setSlowStartWindow(Wire.duration(warmup.duration()))
                .setAggression(RuntimeDouble.newBuilder().setDefaultValue(warmup.aggression()))
                .setMinWeightPercent(Percent.newBuilder().setValue(warmup.minimumPercent()))
                .build();
    }

    private static TypedExtensionConfig hash(Hash hash) {
        UInt64Value size = UInt64Value.of(hash.size());
        if (hash.isMaglev()) {
            return named(
                    "maglev",
                    hash.size() == 0
                            ? Maglev.getDefaultInstance()
                            : Maglev.newBuilder().setTableSize(size).build());
        }
        return named(
                "ring_hash",
                hash.size() == 0
                        ? RingHash.getDefaultInstance()
                        : RingHash.newBuilder().setMinimumRingSize(size).build());
    }

    private static Message weighted(@Nullable ReportedLoad load) {
        ClientSideWeightedRoundRobin.Builder policy = ClientSideWeightedRoundRobin.newBuilder();
        if (load == null) {
            return policy.build();
        }
        if (load.blackout() != null) {
            policy.setBlackoutPeriod(Wire.duration(load.blackout()));
        }
        if (load.expiration() != null) {
            policy.setWeightExpirationPeriod(Wire.duration(load.expiration()));
        }
        if (load.update() != null) {
            policy.setWeightUpdatePeriod(Wire.duration(load.update()));
        }
        if (load.errorPenalty() != null) {
            policy.setErrorUtilizationPenalty(FloatValue.of(load.errorPenalty().floatValue()));
        }
        return policy.addAllMetricNamesForComputingUtilization(load.utilization())
                .build();
    }

    private static TypedExtensionConfig named(String name, Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName(NAMES + name)
                .setTypedConfig(Any.pack(config))
                .build();
    }

    private static LoadBalancingPolicy policy(List<TypedExtensionConfig> all) {
        LoadBalancingPolicy.Builder policy = LoadBalancingPolicy.newBuilder();
        all.forEach(one ->
                policy.addPolicies(LoadBalancingPolicy.Policy.newBuilder().setTypedExtensionConfig(one)));
        return policy.build();
    }
}
