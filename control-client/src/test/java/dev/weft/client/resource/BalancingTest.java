package dev.weft.client.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.FloatValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.Value;
import dev.weft.client.Xds;
import dev.weft.client.resource.Resource.Assignment;
import dev.weft.client.resource.Resource.ClusterSpec;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Balancer.HashFunction;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.OutlierPolicy.FailurePercentage;
import dev.weft.engine.snapshot.OutlierPolicy.InARow;
import dev.weft.engine.snapshot.OutlierPolicy.SuccessRate;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.SlowStart;
import dev.weft.engine.snapshot.Subsets;
import dev.weft.engine.snapshot.Subsets.Fallback;
import dev.weft.engine.snapshot.ZoneAware;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.ConsistentHashingLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.SlowStartConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.envoyproxy.envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.Percent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Balancing, health and limits as the published messages say them, in the engine's words. */
final class BalancingTest {
    private static final long SECOND = 1_000_000_000L;

    private static Reading read(ResourceType type, Message message) {
        return new ResourceReader(CertificateSource.NONE)
                .read(type, "c", Xds.any(message).toByteArray());
    }

    private static Reading cluster(Consumer<Cluster.Builder> change) {
        var cluster = Xds.eds("c").toBuilder();
        change.accept(cluster);
        return read(ResourceType.CLUSTER, cluster.build());
    }

    private static ClusterSpec spec(Consumer<Cluster.Builder> change) {
        return (ClusterSpec) accepted(cluster(change)).resource();
    }

    private static Reading.Accepted accepted(Reading reading) {
        return assertInstanceOf(Reading.Accepted.class, reading, reading.toString());
    }

    private static void refused(String reason, Reading reading) {
        String reasons = assertInstanceOf(Reading.Refused.class, reading, reading.toString())
                .reasons()
                .toString();
        assertTrue(reasons.contains(reason), reasons);
    }

    private static LoadBalancingPolicy policies(Message... policies) {
        var list = LoadBalancingPolicy.newBuilder();
        for (Message policy : policies) {
            list.addPolicies(policy(Xds.any(policy)));
        }
        return list.build();
    }

    private static LoadBalancingPolicy.Policy policy(Any config) {
        return LoadBalancingPolicy.Policy.newBuilder()
                .setTypedExtensionConfig(
                        TypedExtensionConfig.newBuilder().setName("p").setTypedConfig(config))
                .build();
    }

    private static ClusterSpec typed(Message... policies) {
        return spec(c -> c.setLoadBalancingPolicy(policies(policies)));
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    private static RuntimeDouble number(double value) {
        return RuntimeDouble.newBuilder().setDefaultValue(value).build();
    }

    @Test
    void policiesByNameWithTheirConfiguration() {
        assertEquals(
                Balancer.ROUND_ROBIN,
                spec(c -> c.setLbPolicy(LbPolicy.ROUND_ROBIN)).balancer());
        assertEquals(Balancer.RANDOM, spec(c -> c.setLbPolicy(LbPolicy.RANDOM)).balancer());
        assertEquals(
                Balancer.RING_HASH, spec(c -> c.setLbPolicy(LbPolicy.RING_HASH)).balancer());
        assertEquals(Balancer.MAGLEV, spec(c -> c.setLbPolicy(LbPolicy.MAGLEV)).balancer());
        assertEquals(
                new Balancer.LeastRequest(4, 0.5, new SlowStart(60 * SECOND, 2, 20)),
                spec(c -> c.setLeastRequestLbConfig(Cluster.LeastRequestLbConfig.newBuilder()
                                .setChoiceCount(UInt32Value.of(4))
                                .setActiveRequestBias(number(0.5))
                                .setSlowStartConfig(Cluster.SlowStartConfig.newBuilder()
                                        .setSlowStartWindow(seconds(60))
                                        .setAggression(number(2))
                                        .setMinWeightPercent(
                                                Percent.newBuilder().setValue(20)))))
                        .balancer());
        assertEquals(
                new Balancer.RingHash(HashFunction.MURMUR_HASH_2, 64, 128),
                spec(c -> c.setLbPolicy(LbPolicy.RING_HASH)
                                .setRingHashLbConfig(Cluster.RingHashLbConfig.newBuilder()
                                        .setHashFunction(Cluster.RingHashLbConfig.HashFunction.MURMUR_HASH_2)
                                        .setMinimumRingSize(UInt64Value.of(64))
                                        .setMaximumRingSize(UInt64Value.of(128))))
                        .balancer());
        assertEquals(
                new Balancer.Maglev(101),
                spec(c -> c.setLbPolicy(LbPolicy.MAGLEV)
                                .setMaglevLbConfig(
                                        Cluster.MaglevLbConfig.newBuilder().setTableSize(UInt64Value.of(101))))
                        .balancer());
    }

    @Test
    void aConfigurationOfAnotherPolicyMeansNothing() {
        var reading = accepted(cluster(c -> c.setLbPolicy(LbPolicy.RANDOM)
                .setMaglevLbConfig(Cluster.MaglevLbConfig.newBuilder().setTableSize(UInt64Value.of(4)))));
        assertEquals(Balancer.RANDOM, ((ClusterSpec) reading.resource()).balancer());
        assertEquals(Set.of(), reading.unsupported());
    }

    @Test
    void policiesAsExtensionsGoBeforeTheName() {
        assertEquals(
                Balancer.RANDOM,
                spec(c -> c.setLbPolicy(LbPolicy.MAGLEV).setLoadBalancingPolicy(policies(Random.getDefaultInstance())))
                        .balancer());
        assertEquals(
                new Balancer.RoundRobin(new SlowStart(5 * SECOND, 1, 10)),
                typed(RoundRobin.newBuilder()
                                .setSlowStartConfig(SlowStartConfig.newBuilder().setSlowStartWindow(seconds(5)))
                                .build())
                        .balancer());
        assertEquals(
                new Balancer.LeastRequest(3, 0, null),
                typed(LeastRequest.newBuilder()
                                .setChoiceCount(UInt32Value.of(3))
                                .setActiveRequestBias(number(0))
                                .build())
                        .balancer());
        assertEquals(
                new Balancer.RingHash(HashFunction.MURMUR_HASH_2, 7, 9),
                typed(RingHash.newBuilder()
                                .setHashFunction(RingHash.HashFunction.MURMUR_HASH_2)
                                .setMinimumRingSize(UInt64Value.of(7))
                                .setMaximumRingSize(UInt64Value.of(9))
                                .build())
                        .balancer());
        assertEquals(
                new Balancer.Maglev(251),
                typed(Maglev.newBuilder().setTableSize(UInt64Value.of(251)).build())
                        .balancer());
    }

    @Test
    void theFirstExtensionThatIsKnownCounts() {
        assertEquals(
                Balancer.ROUND_ROBIN,
                typed(PickFirst.getDefaultInstance(), RoundRobin.getDefaultInstance(), Random.getDefaultInstance())
                        .balancer());
        refused(
                "load_balancing_policy: none of its policies is known",
                cluster(c -> c.setLoadBalancingPolicy(policies(PickFirst.getDefaultInstance()))));
    }

    @Test
    void nothingStaysOfAWrapperWhoseChildIsNotKnown() {
        var strange = policies(PickFirst.getDefaultInstance());
        var spec = typed(
                Subset.newBuilder().setSubsetLbPolicy(strange).build(),
                WrrLocality.newBuilder().setEndpointPickingPolicy(strange).build(),
                RoundRobin.getDefaultInstance());
        assertEquals(Balancer.ROUND_ROBIN, spec.balancer());
        assertEquals(Sharing.DEFAULT.zoned(ZoneAware.DEFAULT), spec.sharing());
    }

    @Test
    void reportedLoadHasItsPeriodsAndMetrics() {
        var reading = accepted(cluster(c -> c.setLoadBalancingPolicy(policies(ClientSideWeightedRoundRobin.newBuilder()
                .setEnableOobLoadReport(BoolValue.of(true))
                .setBlackoutPeriod(seconds(3))
                .setWeightExpirationPeriod(seconds(30))
                .setWeightUpdatePeriod(seconds(2))
                .setErrorUtilizationPenalty(FloatValue.of(0.5f))
                .addMetricNamesForComputingUtilization("named_metrics.queue")
                .build()))));
        assertEquals(
                new Balancer.ClientSideWeighted(
                        3 * SECOND, 30 * SECOND, 2 * SECOND, 0.5, List.of("named_metrics.queue")),
                ((ClusterSpec) reading.resource()).balancer());
        assertEquals(
                Set.of("ClientSideWeightedRoundRobin.enable_oob_load_report (reports are read from answers)"),
                reading.unsupported());
    }

    @Test
    void wrappersSayHowCallsAreSharedOut() {
        var locality = typed(WrrLocality.newBuilder()
                .setEndpointPickingPolicy(policies(RoundRobin.getDefaultInstance()))
                .build());
        assertEquals(Balancer.ROUND_ROBIN, locality.balancer());
        assertTrue(locality.sharing().localityWeighted());
        var subset = typed(Subset.newBuilder()
                .setFallbackPolicy(Subset.LbSubsetFallbackPolicy.ANY_ENDPOINT)
                .addSubsetSelectors(Subset.LbSubsetSelector.newBuilder()
                        .addKeys("version")
                        .setFallbackPolicy(Subset.LbSubsetSelector.LbSubsetSelectorFallbackPolicy.NO_FALLBACK))
                .setSubsetLbPolicy(policies(Maglev.getDefaultInstance()))
                .build());
        assertEquals(Balancer.MAGLEV, subset.balancer());
        assertEquals(
                new Subsets(
                        Fallback.ANY_ENDPOINT,
                        Map.of(),
                        List.of(new Subsets.Selector(Set.of("version"), Fallback.NO_FALLBACK))),
                subset.sharing().subsets());
    }

    @Test
    void randomSubsettingAndPeakEwmaAreKnownByTheirNamesAlone() {
        var size = com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(UInt32Value.of(20).toByteString())
                .build();
        var child = com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(LoadBalancingPolicy.newBuilder()
                        .addPolicies(policy(unknown("peak_ewma.v3alpha.PeakEwma", decay())))
                        .build()
                        .toByteString())
                .build();
        var subsetting = com.google.protobuf.UnknownFieldSet.newBuilder()
                .addField(1, size)
                .addField(2, child)
                .build()
                .toByteString();
        var spec = spec(c -> c.setLoadBalancingPolicy(LoadBalancingPolicy.newBuilder()
                .addPolicies(policy(unknown("random_subsetting.v3.RandomSubsetting", subsetting)))));
        assertEquals(20, spec.sharing().subsetSize());
        assertEquals(7 * SECOND, ((Balancer.PeakEwma) spec.balancer()).decayNanos());
    }

    private static ByteString decay() {
        var decay = com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(seconds(7).toByteString())
                .build();
        return com.google.protobuf.UnknownFieldSet.newBuilder()
                .addField(1, decay)
                .build()
                .toByteString();
    }

    private static Any unknown(String type, ByteString bytes) {
        return Any.newBuilder()
                .setTypeUrl("type.googleapis.com/envoy.extensions.load_balancing_policies." + type)
                .setValue(bytes)
                .build();
    }

    @Test
    void localitiesAreWeightedWhereAnyOfTheFormsSaysSo() {
        var weighted = LocalityLbConfig.LocalityWeightedLbConfig.getDefaultInstance();
        assertTrue(spec(c -> c.getCommonLbConfigBuilder().getLocalityWeightedLbConfigBuilder())
                .sharing()
                .localityWeighted());
        assertTrue(typed(LeastRequest.newBuilder()
                        .setLocalityLbConfig(LocalityLbConfig.newBuilder().setLocalityWeightedLbConfig(weighted))
                        .build())
                .sharing()
                .localityWeighted());
        assertTrue(typed(RingHash.newBuilder()
                        .setLocalityWeightedLbConfig(weighted)
                        .build())
                .sharing()
                .localityWeighted());
        assertTrue(
                typed(Maglev.newBuilder().setLocalityWeightedLbConfig(weighted).build())
                        .sharing()
                        .localityWeighted());
        assertEquals(Sharing.DEFAULT.zoned(ZoneAware.DEFAULT), spec(c -> {}).sharing());
    }

    @Test
    void callsStayInTheirZoneAsTheClusterOrItsPolicySays() {
        assertEquals(
                new ZoneAware(40, 3, false),
                spec(c -> c.getCommonLbConfigBuilder()
                                .getZoneAwareLbConfigBuilder()
                                .setRoutingEnabled(Percent.newBuilder().setValue(40))
                                .setMinClusterSize(UInt64Value.of(3)))
                        .sharing()
                        .zones());
        assertEquals(
                new ZoneAware(100, 6, true),
                typed(LeastRequest.newBuilder()
                                .setLocalityLbConfig(LocalityLbConfig.newBuilder()
                                        .setZoneAwareLbConfig(LocalityLbConfig.ZoneAwareLbConfig.newBuilder()
                                                .setForceLocalityDirectRouting(true)))
                                .build())
                        .sharing()
                        .zones());
        assertEquals(
                ZoneAware.DEFAULT,
                typed(RoundRobin.getDefaultInstance()).sharing().zones());
        refused(
                "zone_aware_lb_config: routing_enabled 101.0 is not a percentage",
                cluster(c -> c.getCommonLbConfigBuilder()
                        .getZoneAwareLbConfigBuilder()
                        .setRoutingEnabled(Percent.newBuilder().setValue(101))));
    }

    @Test
    void theClusterSaysInWhichStatesSessionsAreKept() {
        assertEquals(
                Set.of(Health.HEALTHY, Health.DRAINING),
                spec(c -> c.getCommonLbConfigBuilder()
                                .getOverrideHostStatusBuilder()
                                .addStatuses(HealthStatus.UNKNOWN)
                                .addStatuses(HealthStatus.DRAINING))
                        .sharing()
                        .keeping());
    }

    @Test
    void trafficMayFailOnPanic() {
        assertTrue(spec(c -> c.getCommonLbConfigBuilder()
                        .getZoneAwareLbConfigBuilder()
                        .setFailTrafficOnPanic(true))
                .sharing()
                .failOnPanic());
        assertTrue(typed(Random.newBuilder()
                        .setLocalityLbConfig(LocalityLbConfig.newBuilder()
                                .setZoneAwareLbConfig(LocalityLbConfig.ZoneAwareLbConfig.newBuilder()
                                        .setFailTrafficOnPanic(true)))
                        .build())
                .sharing()
                .failOnPanic());
    }

    @Test
    void subsetsOfTheClusterAndWhatOfThemIsNotDone() {
        var reading = accepted(cluster(c -> c.setLbSubsetConfig(Cluster.LbSubsetConfig.newBuilder()
                .setFallbackPolicy(Cluster.LbSubsetConfig.LbSubsetFallbackPolicy.DEFAULT_SUBSET)
                .setDefaultSubset(Struct.newBuilder()
                        .putFields(
                                "stage",
                                Value.newBuilder().setStringValue("prod").build()))
                .addSubsetSelectors(Cluster.LbSubsetConfig.LbSubsetSelector.newBuilder()
                        .addKeys("stage")
                        .addKeys("version")
                        .setFallbackPolicy(
                                Cluster.LbSubsetConfig.LbSubsetSelector.LbSubsetSelectorFallbackPolicy.KEYS_SUBSET)))));
        assertEquals(
                new Subsets(
                        Fallback.DEFAULT_SUBSET,
                        Map.of("stage", "prod"),
                        List.of(new Subsets.Selector(Set.of("stage", "version"), null))),
                ((ClusterSpec) reading.resource()).sharing().subsets());
        assertEquals(Set.of("LbSubsetSelector.fallback_policy KEYS_SUBSET"), reading.unsupported());
    }

    @Test
    void whatIsNotDoneIsReportedByName() {
        assertEquals(
                Set.of("LeastRequest.selection_method"),
                accepted(cluster(c -> c.setLoadBalancingPolicy(policies(LeastRequest.newBuilder()
                                .setSelectionMethod(LeastRequest.SelectionMethod.FULL_SCAN)
                                .build()))))
                        .unsupported());
        assertEquals(
                Set.of("ConsistentHashingLbConfig.hash_balance_factor"),
                accepted(cluster(c -> c.setLoadBalancingPolicy(policies(Maglev.newBuilder()
                                .setConsistentHashingLbConfig(ConsistentHashingLbConfig.newBuilder()
                                        .setHashBalanceFactor(UInt32Value.of(150)))
                                .build()))))
                        .unsupported());
    }

    @Test
    void absurdBalancersAreRefusedAndNamed() {
        refused(
                "table_size 65536 is out of range",
                cluster(c -> c.setLbPolicy(LbPolicy.MAGLEV)
                        .setMaglevLbConfig(Cluster.MaglevLbConfig.newBuilder().setTableSize(UInt64Value.of(65_536)))));
        refused(
                "table_size: 5000012 is out of range",
                cluster(c -> c.setLoadBalancingPolicy(policies(Maglev.newBuilder()
                        .setTableSize(UInt64Value.of(5_000_012))
                        .build()))));
        refused(
                "minimum_ring_size: 0 is out of range",
                cluster(c -> c.setLbPolicy(LbPolicy.RING_HASH)
                        .setRingHashLbConfig(
                                Cluster.RingHashLbConfig.newBuilder().setMinimumRingSize(UInt64Value.of(0)))));
        refused(
                "maximum_ring_size 10 is out of range",
                cluster(c -> c.setLoadBalancingPolicy(policies(RingHash.newBuilder()
                        .setMaximumRingSize(UInt64Value.of(10))
                        .build()))));
        refused(
                "choice_count: 1 is out of range",
                cluster(c -> c.setLeastRequestLbConfig(
                        Cluster.LeastRequestLbConfig.newBuilder().setChoiceCount(UInt32Value.of(1)))));
        refused(
                "active_request_bias -1.0",
                cluster(c -> c.setLeastRequestLbConfig(
                        Cluster.LeastRequestLbConfig.newBuilder().setActiveRequestBias(number(-1)))));
        refused(
                "aggression 0.0",
                cluster(c -> c.setLoadBalancingPolicy(policies(RoundRobin.newBuilder()
                        .setSlowStartConfig(SlowStartConfig.newBuilder()
                                .setSlowStartWindow(seconds(1))
                                .setAggression(number(0)))
                        .build()))));
        refused(
                "subset_selectors.keys: is empty",
                cluster(c -> c.getLbSubsetConfigBuilder()
                        .addSubsetSelectors(Cluster.LbSubsetConfig.LbSubsetSelector.getDefaultInstance())));
        var nested = policies(RoundRobin.getDefaultInstance());
        for (int i = 0; i < 20; i++) {
            nested = policies(
                    WrrLocality.newBuilder().setEndpointPickingPolicy(nested).build());
        }
        var deep = nested;
        refused("nested deeper than 16", cluster(c -> c.setLoadBalancingPolicy(deep)));
    }

    private static @Nullable OutlierPolicy outlier(Consumer<OutlierDetection.Builder> change) {
        return spec(c -> change.accept(c.getOutlierDetectionBuilder())).outlier();
    }

    private static UInt32Value of(int value) {
        return UInt32Value.of(value);
    }

    @Test
    void outliersWithEnvoysDefaults() {
        assertEquals(
                new OutlierPolicy(
                        new InARow(5, 100),
                        InARow.NEVER,
                        InARow.NEVER,
                        false,
                        new SuccessRate(5, 100, 1900, 100, 0),
                        FailurePercentage.NEVER,
                        10 * SECOND,
                        30 * SECOND,
                        300 * SECOND,
                        0,
                        10,
                        true),
                outlier(o -> {}));
    }

    @Test
    void outliersWithEveryField() {
        assertEquals(
                new OutlierPolicy(
                        new InARow(1, 2),
                        new InARow(3, 4),
                        new InARow(5, 6),
                        true,
                        new SuccessRate(7, 8, 9, 10, 11),
                        new FailurePercentage(12, 13, 14, 15, 16),
                        17 * SECOND,
                        18 * SECOND,
                        19 * SECOND,
                        20 * SECOND,
                        21,
                        false),
                outlier(o -> o.setConsecutive5Xx(of(1))
                        .setEnforcingConsecutive5Xx(of(2))
                        .setConsecutiveGatewayFailure(of(3))
                        .setEnforcingConsecutiveGatewayFailure(of(4))
                        .setConsecutiveLocalOriginFailure(of(5))
                        .setEnforcingConsecutiveLocalOriginFailure(of(6))
                        .setSplitExternalLocalOriginErrors(true)
                        .setSuccessRateMinimumHosts(of(7))
                        .setSuccessRateRequestVolume(of(8))
                        .setSuccessRateStdevFactor(of(9))
                        .setEnforcingSuccessRate(of(10))
                        .setEnforcingLocalOriginSuccessRate(of(11))
                        .setFailurePercentageThreshold(of(12))
                        .setFailurePercentageMinimumHosts(of(13))
                        .setFailurePercentageRequestVolume(of(14))
                        .setEnforcingFailurePercentage(of(15))
                        .setEnforcingFailurePercentageLocalOrigin(of(16))
                        .setInterval(seconds(17))
                        .setBaseEjectionTime(seconds(18))
                        .setMaxEjectionTime(seconds(19))
                        .setMaxEjectionTimeJitter(seconds(20))
                        .setMaxEjectionPercent(of(21))
                        .setAlwaysEjectOneHost(BoolValue.of(false))));
    }

    @Test
    void outliersThatEjectNobodyAreNone() {
        assertNull(outlier(o -> o.setConsecutive5Xx(of(0)).setEnforcingSuccessRate(of(0))));
        assertNull(outlier(o -> o.setEnforcingConsecutive5Xx(of(0)).setEnforcingSuccessRate(of(0))));
    }

    @Test
    void absurdOutliersAreRefusedAndNamed() {
        refused(
                "outlier_detection.enforcing_success_rate: 101",
                cluster(c -> c.getOutlierDetectionBuilder().setEnforcingSuccessRate(of(101))));
        refused(
                "outlier_detection.failure_percentage_threshold: 200",
                cluster(c -> c.getOutlierDetectionBuilder().setFailurePercentageThreshold(of(200))));
        refused(
                "outlier_detection.max_ejection_time: below",
                cluster(c -> c.getOutlierDetectionBuilder().setMaxEjectionTime(seconds(1))));
        refused(
                "outlier_detection.consecutive_5xx: 4294967295",
                cluster(c -> c.getOutlierDetectionBuilder().setConsecutive5Xx(of(-1))));
    }

    @Test
    void circuitBreakersOfTheDefaultPriority() {
        var reading = accepted(cluster(c -> c.setCircuitBreakers(CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(of(7))
                        .setMaxPendingRequests(of(-1))
                        .setMaxRequests(of(100))
                        .setMaxRetries(of(4))))));
        var spec = (ClusterSpec) reading.resource();
        assertEquals(100, spec.maxRequests());
        assertEquals(new RetryBudget(0, 4), spec.budget());
        assertEquals(
                new Bulkhead("max_connections of cluster c", 7, Integer.MAX_VALUE, Long.MAX_VALUE), spec.connections());
        assertEquals(Set.of(), reading.unsupported());
        var unlimited = spec(c -> c.setCircuitBreakers(CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                        .setMaxRequests(of(-1))
                        .setMaxRetries(of(-1)))));
        assertEquals(Integer.MAX_VALUE, unlimited.maxRequests());
        assertEquals(RetryBudget.DEFAULT, unlimited.budget());
        assertNull(unlimited.connections());
        var usual = spec(c -> c.setCircuitBreakers(CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder().setMaxConnections(of(0)))));
        assertEquals(new Bulkhead("max_connections of cluster c", 1, 1024, Long.MAX_VALUE), usual.connections());
        var waiting = spec(c -> c.setCircuitBreakers(CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder().setMaxPendingRequests(of(3)))));
        assertEquals(new Bulkhead("max_connections of cluster c", 1024, 3, Long.MAX_VALUE), waiting.connections());
        var pending = accepted(cluster(c -> c.setCircuitBreakers(CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(of(-1))
                        .setMaxPendingRequests(of(3))))));
        assertEquals(
                Set.of("CircuitBreakers.Thresholds.max_pending_requests without max_connections"),
                pending.unsupported());
    }

    @Test
    void prioritiesLocalitiesAndPolicyOfAnAssignment() {
        var assignment = Xds.endpoints("c", 80).toBuilder();
        assignment.getEndpointsBuilder(0).setLoadBalancingWeight(of(3));
        assignment.getEndpointsBuilder(0).getLbEndpointsBuilder(0).setHealthStatus(HealthStatus.TIMEOUT);
        assignment.addEndpoints(
                Xds.endpoints("c", 90).getEndpoints(0).toBuilder().setPriority(1));
        assignment
                .getPolicyBuilder()
                .setOverprovisioningFactor(of(200))
                .addDropOverloads(drop("a", 5, FractionalPercent.DenominatorType.HUNDRED))
                .addDropOverloads(drop("b", 7, FractionalPercent.DenominatorType.TEN_THOUSAND));
        var reading = accepted(read(ResourceType.ENDPOINTS, assignment.build()));
        assertEquals(Set.of(), reading.unsupported());
        var read = (Assignment) reading.resource();
        assertEquals(Health.TIMEOUT, read.endpoints().get(0).health());
        assertEquals(3, read.endpoints().get(0).localityWeight());
        assertEquals(0, read.endpoints().get(0).priority());
        assertEquals(1, read.endpoints().get(1).priority());
        assertEquals(200, read.overprovisioningFactor());
        assertEquals(List.of(new Limits.Drop("a", 50_000), new Limits.Drop("b", 700)), read.drops());
        var cluster = spec(c -> {}).with("c", read);
        assertEquals(200, cluster.sharing().overprovisioningFactor());
        assertEquals(read.drops(), cluster.limits().drops());
    }

    private static ClusterLoadAssignment.Policy.DropOverload drop(
            String category, int share, FractionalPercent.DenominatorType of) {
        return ClusterLoadAssignment.Policy.DropOverload.newBuilder()
                .setCategory(category)
                .setDropPercentage(
                        FractionalPercent.newBuilder().setNumerator(share).setDenominator(of))
                .build();
    }

    @Test
    void anAbsurdAssignmentIsRefusedAndNamed() {
        var none = ClusterLoadAssignment.newBuilder();
        none.getPolicyBuilder().setOverprovisioningFactor(of(0));
        refused("policy.overprovisioning_factor: 0", read(ResourceType.ENDPOINTS, none.build()));
        var drops = ClusterLoadAssignment.newBuilder();
        drops.getPolicyBuilder()
                .addDropOverloadsBuilder()
                .getDropPercentageBuilder()
                .setDenominatorValue(9);
        refused("policy.drop_overloads.drop_percentage", read(ResourceType.ENDPOINTS, drops.build()));
        var weight = Xds.endpoints("c", 80).toBuilder();
        weight.getEndpointsBuilder(0).setLoadBalancingWeight(of(-1));
        refused("endpoints.load_balancing_weight: 4294967295", read(ResourceType.ENDPOINTS, weight.build()));
    }
}
