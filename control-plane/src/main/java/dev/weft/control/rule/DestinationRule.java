package dev.weft.control.rule;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a host is called once it has been chosen (Istio: {@code DestinationRule}).
 *
 * @param host full name
 */
public record DestinationRule(
        Origin origin, String name, String namespace, String host, TrafficPolicy policy, List<Subset> subsets) {
    public DestinationRule {
        subsets = List.copyOf(subsets);
    }

    /**
     * A part of a host's instances.
     *
     * @param labels an instance has all of them
     * @param policy what is absent here is taken from the rule
     */
    public record Subset(Origin origin, String name, Map<String, String> labels, TrafficPolicy policy) {
        public Subset {
            labels = Map.copyOf(labels);
        }
    }

    /** Each part is null where the rule is silent. */
    public record TrafficPolicy(
            @Nullable Balancer balancer,
            @Nullable OutlierDetection outlierDetection,
            @Nullable Duration connectTimeout,
            @Nullable RetryBudget retryBudget,
            @Nullable Tls tls) {
        public static final TrafficPolicy NONE = new TrafficPolicy(null, null, null, null, null);

        /** This policy, with what it lacks taken from another. */
        public TrafficPolicy over(TrafficPolicy base) {
            return new TrafficPolicy(
                    balancer != null ? balancer : base.balancer,
                    outlierDetection != null ? outlierDetection : base.outlierDetection,
                    connectTimeout != null ? connectTimeout : base.connectTimeout,
                    retryBudget != null ? retryBudget : base.retryBudget,
                    tls != null ? tls : base.tls);
        }
    }

    /** Istio: {@code loadBalancer.simple}. */
    public enum Balancer {
        ROUND_ROBIN,
        LEAST_REQUEST,
        RANDOM
    }

    /**
     * Null where the rule is silent.
     *
     * @param minHealthPercent below this share of usable endpoints, health is ignored
     */
    public record OutlierDetection(
            @Nullable Integer consecutive5xxErrors,
            @Nullable Duration interval,
            @Nullable Duration baseEjectionTime,
            @Nullable Integer maxEjectionPercent,
            @Nullable Integer minHealthPercent) {}

    /**
     * How many retries there may be.
     *
     * @param percent of the calls in flight
     * @param minConcurrency retries always allowed at once
     */
    public record RetryBudget(double percent, int minConcurrency) {}

    /**
     * How the bytes travel.
     *
     * @param sni empty for the default
     * @param subjectAltNames one of which the peer must show; empty for any of the trust domain
     */
    public record Tls(Mode mode, String sni, List<String> subjectAltNames) {
        public Tls {
            subjectAltNames = List.copyOf(subjectAltNames);
        }

        /** Istio: {@code tls.mode}. */
        public enum Mode {
            DISABLE,
            ISTIO_MUTUAL
        }
    }
}
