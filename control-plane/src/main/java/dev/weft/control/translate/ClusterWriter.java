package dev.weft.control.translate;

import com.google.protobuf.Any;
import dev.weft.control.rule.DestinationRule.Limits;
import dev.weft.control.rule.DestinationRule.OutlierDetection;
import dev.weft.control.rule.DestinationRule.RetryBudget;
import dev.weft.control.rule.DestinationRule.Tls;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import dev.weft.control.rule.LocalityLb;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.ConnectBackoff;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SelfConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.Percent;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CDS: how a host, or a subset of it, is called. */
final class ClusterWriter {
    private static final String PROVIDER = "default";
    /** 2^32 - 1: in rules as many may wait as there are, where Envoy has another default. */
    private static final int UNLIMITED = -1;

    private static final int DEFAULT_ERRORS = 5;
    private static final Duration DEFAULT_EJECTION = Duration.ofSeconds(30);
    private static final int DEFAULT_EJECTED_PERCENT = 10;

    private ClusterWriter() {}

    /**
     * @param own what rules of resilience say of the whole host
     * @param isLoadReported whether clients report what its calls come to
     * @param identities SPIFFE ids that its instances have shown; where a rule asks for TLS and names nobody, they are
     *     whom its callers expect
     */
    static Cluster of(
            String host,
            ClusterId id,
            TrafficPolicy policy,
            Resilience.Policy own,
            boolean isLoadReported,
            Set<String> identities) {
        String name = id.name(host);
        Cluster.Builder cluster = Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setEdsConfig(ListenerWriter.ADS)
                        .setServiceName(name))
                .setOutlierDetection(outlierDetection(policy.outlierDetection()));
        BalancerWriter.write(policy.loadBalancer(), own, cluster);
        common(policy, cluster);
        if (policy.connectTimeout() != null) {
            cluster.setConnectTimeout(Wire.duration(policy.connectTimeout()));
        }
        if (policy.retryBudget() != null || policy.limits() != null) {
            cluster.setCircuitBreakers(breakers(policy.limits(), policy.retryBudget()));
        }
        if (policy.tls() != null && policy.tls().mode() == Tls.Mode.ISTIO_MUTUAL) {
            cluster.setTransportSocket(tls(policy.tls(), ClusterName.sni(id.port(), id.subset(), host), identities));
        }
        ConnectBackoff backoff = own.get(ConnectBackoff.class);
        if (backoff != null) {
            cluster.setMetadata(ResilienceWriter.of(backoff));
        }
        if (isLoadReported) {
            cluster.setLrsServer(ConfigSource.newBuilder().setSelf(SelfConfigSource.getDefaultInstance()));
        }
        return cluster.build();
    }

    private static void common(TrafficPolicy policy, Cluster.Builder cluster) {
        OutlierDetection outlier = policy.outlierDetection();
        if (outlier != null && outlier.minHealthPercent() != null) {
            cluster.getCommonLbConfigBuilder()
                    .setHealthyPanicThreshold(Percent.newBuilder().setValue(outlier.minHealthPercent()));
        }
        LocalityLb locality = policy.locality();
        if (locality != null && locality.isEnabled() && !locality.distribute().isEmpty()) {
            cluster.getCommonLbConfigBuilder()
                    .setLocalityWeightedLbConfig(LocalityWeightedLbConfig.getDefaultInstance());
        }
    }

    /**
     * On without a rule; a rule that asks for 0 errors switches it off. Success rates are off, as in istiod:
     * the rule has no word for them.
     */
    private static io.envoyproxy.envoy.config.cluster.v3.OutlierDetection outlierDetection(
            @Nullable OutlierDetection rule) {
        Integer errors = rule == null ? null : rule.consecutive5xxErrors();
        Duration interval = rule == null ? null : rule.interval();
        Duration ejection = rule == null ? null : rule.baseEjectionTime();
        Integer percent = rule == null ? null : rule.maxEjectionPercent();
        var outlier = io.envoyproxy.envoy.config.cluster.v3.OutlierDetection.newBuilder()
                .setConsecutive5Xx(Wire.number(errors == null ? DEFAULT_ERRORS : errors))
                .setBaseEjectionTime(Wire.duration(ejection == null ? DEFAULT_EJECTION : ejection))
                .setMaxEjectionPercent(Wire.number(percent == null ? DEFAULT_EJECTED_PERCENT : percent))
                .setEnforcingSuccessRate(Wire.number(0));
        Integer gateway = rule == null ? null : rule.consecutiveGatewayErrors();
        if (gateway != null) { // counted by default and punished only where the rule says so, as in istiod
            outlier.setConsecutiveGatewayFailure(Wire.number(gateway))
                    .setEnforcingConsecutiveGatewayFailure(Wire.number(gateway > 0 ? 100 : 0));
        }
        if (rule != null && rule.isSplit()) {
            outlier.setSplitExternalLocalOriginErrors(true);
            Integer local = rule.consecutiveLocalOriginFailures();
            if (local != null) {
                outlier.setConsecutiveLocalOriginFailure(Wire.number(local))
                        .setEnforcingConsecutiveLocalOriginFailure(Wire.number(local > 0 ? 100 : 0));
            }
        }
        if (interval != null) {
            outlier.setInterval(Wire.duration(interval));
        }
        return outlier.build();
    }

    private static CircuitBreakers breakers(@Nullable Limits limits, @Nullable RetryBudget budget) {
        CircuitBreakers.Thresholds.Builder thresholds = CircuitBreakers.Thresholds.newBuilder();
        if (limits != null && limits.maxConnections() != null) {
            Integer pending = limits.maxPendingRequests();
            thresholds
                    .setMaxConnections(Wire.number(limits.maxConnections()))
                    .setMaxPendingRequests(Wire.number(pending == null ? UNLIMITED : pending));
        }
        if (limits != null && limits.maxRequests() != null) {
            thresholds.setMaxRequests(Wire.number(limits.maxRequests()));
        }
        if (limits != null && limits.maxRetries() != null) {
            thresholds.setMaxRetries(Wire.number(limits.maxRetries()));
        }
        if (budget != null) {
            thresholds.setRetryBudget(CircuitBreakers.Thresholds.RetryBudget.newBuilder()
                    .setBudgetPercent(Percent.newBuilder().setValue(budget.percent()))
                    .setMinRetryConcurrency(Wire.number(budget.minConcurrency())));
        }
        return CircuitBreakers.newBuilder().addThresholds(thresholds).build();
    }

    private static TransportSocket tls(Tls tls, String defaultSni, Set<String> identities) {
        CertificateValidationContext.Builder validation =
                CertificateValidationContext.newBuilder().setCaCertificateProviderInstance(provider("ROOTCA"));
        for (String name : tls.subjectAltNames().isEmpty() ? identities : tls.subjectAltNames()) {
            validation.addMatchTypedSubjectAltNames(SubjectAltNameMatcher.newBuilder()
                    .setSanType(name.contains("://") ? SanType.URI : SanType.DNS)
                    .setMatcher(StringMatcher.newBuilder().setExact(name)));
        }
        UpstreamTlsContext context = UpstreamTlsContext.newBuilder()
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .setTlsCertificateProviderInstance(provider(PROVIDER))
                        .setValidationContext(validation))
                .setSni(tls.sni().isEmpty() ? defaultSni : tls.sni())
                .build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(context))
                .build();
    }

    private static CertificateProviderPluginInstance provider(String certificate) {
        return CertificateProviderPluginInstance.newBuilder()
                .setInstanceName(PROVIDER)
                .setCertificateName(certificate)
                .build();
    }
}
