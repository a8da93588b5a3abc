package dev.weft.control.rule;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a host is called once it has been chosen (Istio: {@code DestinationRule}).
 *
 * @param host full name, or a {@link HostPattern}: what rules for the host itself don't say
 */
public record DestinationRule(
        Origin origin,
        String name,
        String namespace,
        String host,
        Exports exports,
        TrafficPolicy policy,
        List<Subset> subsets)
        implements Rule {
    public DestinationRule {
        subsets = List.copyOf(subsets);
    }

    /** Whether it says this of the host, or of some subset or port. */
    boolean has(Balancer balancer) {
        return policies()
                .flatMap(one -> Stream.concat(Stream.of(one), one.ports().values().stream()))
                .anyMatch(
                        one -> one.loadBalancer() != null && one.loadBalancer().balancer() == balancer);
    }

    /** Ports of which it says something apart. */
    Set<Integer> settledPorts() {
        return policies().flatMap(one -> one.ports().keySet().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<TrafficPolicy> policies() {
        return Stream.concat(Stream.of(policy), subsets.stream().map(Subset::policy));
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

    /**
     * Each part is null where the rule is silent.
     *
     * @param ports what is said of single ports, which goes before the rest
     */
    public record TrafficPolicy(
            @Nullable LoadBalancer loadBalancer,
            @Nullable LocalityLb locality,
            @Nullable OutlierDetection outlierDetection,
            @Nullable Duration connectTimeout,
            @Nullable Limits limits,
            @Nullable RetryBudget retryBudget,
            @Nullable Tls tls,
            Map<Integer, TrafficPolicy> ports) {
        public static final TrafficPolicy NONE = new TrafficPolicy(null, null, null, null, null, null, null, Map.of());

        public TrafficPolicy {
            ports = Map.copyOf(ports);
        }

        TrafficPolicy with(@Nullable RetryBudget budget) {
            return new TrafficPolicy(
                    loadBalancer, locality, outlierDetection, connectTimeout, limits, budget, tls, ports);
        }

        TrafficPolicy with(Map<Integer, TrafficPolicy> newPorts) {
            return new TrafficPolicy(
                    loadBalancer, locality, outlierDetection, connectTimeout, limits, retryBudget, tls, newPorts);
        }

        /** Where TLS is spoken and nobody is named whom the peer must be, these are. */
        public TrafficPolicy naming(List<String> names) {
            Map<Integer, TrafficPolicy> named = new HashMap<>();
            ports.forEach((port, policy) -> named.put(port, policy.naming(names)));
            Tls naming = tls == null || !tls.subjectAltNames().isEmpty() ? tls : new Tls(tls.mode(), tls.sni(), names);
            return new TrafficPolicy(
                    loadBalancer, locality, outlierDetection, connectTimeout, limits, retryBudget, naming, named);
        }

        /** What counts for calls to a port, of which nothing is said apart any more. */
        public TrafficPolicy at(int port) {
            TrafficPolicy whole = ports.isEmpty() ? this : with(Map.of());
            TrafficPolicy own = ports.get(port);
            return own == null ? whole : own.over(whole);
        }

        /** This policy, with what it lacks taken from another. */
        public TrafficPolicy over(TrafficPolicy base) {
            return new TrafficPolicy(
                    loadBalancer != null ? loadBalancer : base.loadBalancer,
                    locality != null ? locality : base.locality,
                    outlierDetection != null ? outlierDetection : base.outlierDetection,
                    connectTimeout != null ? connectTimeout : base.connectTimeout,
                    limits != null ? limits : base.limits,
                    retryBudget != null ? retryBudget : base.retryBudget,
                    tls != null ? tls : base.tls,
                    portsOver(base));
        }

        /** What the closer rule says of all ports goes before what the other one says of one. */
        private Map<Integer, TrafficPolicy> portsOver(TrafficPolicy base) {
            Map<Integer, TrafficPolicy> all = new HashMap<>(ports);
            base.ports.forEach((port, policy) -> all.put(port, at(port).over(policy)));
            return all;
        }

        /** What calls are told apart by; null where any instance may take any call. */
        public @Nullable Hash hash() {
            return loadBalancer == null ? null : loadBalancer.hash();
        }
    }

    /**
     * How an instance is chosen.
     *
     * @param hash equal calls go to the same instance; null for no such thing
     * @param warmup how a new instance gets its share; null for at once
     */
    public record LoadBalancer(
            Balancer balancer,
            @Nullable Hash hash,
            @Nullable Warmup warmup) {}

    /** Istio: {@code loadBalancer.simple}; and two of Envoy's for which Istio has no word. */
    public enum Balancer {
        ROUND_ROBIN,
        LEAST_REQUEST,
        RANDOM,
        PEAK_EWMA,
        CLIENT_SIDE_WEIGHTED_ROUND_ROBIN;

        /** Whether it is none of Envoy's {@code lb_policy}. */
        public boolean isExtension() {
            return this == PEAK_EWMA || this == CLIENT_SIDE_WEIGHTED_ROUND_ROBIN;
        }
    }

    /**
     * Istio: {@code loadBalancer.consistentHash}.
     *
     * @param name of the header, cookie or parameter; empty for the caller's address
     * @param size of Maglev's table, or the ring's smallest; 0 for the default
     */
    public record Hash(Source source, String name, boolean isMaglev, int size) {
        /** What is hashed. */
        public enum Source {
            HEADER,
            COOKIE,
            QUERY,
            ADDRESS
        }
    }

    /**
     * Istio: {@code loadBalancer.warmup}.
     *
     * @param duration until it has its whole share
     * @param minimumPercent of its share that it begins with
     * @param aggression 1 for a straight line
     */
    public record Warmup(Duration duration, double minimumPercent, double aggression) {}

    /**
     * Istio: {@code connectionPool}; null where it is silent.
     *
     * @param maxPendingRequests that wait for one of {@code maxConnections}; null without those
     */
    public record Limits(
            @Nullable Integer maxConnections,
            @Nullable Integer maxPendingRequests,
            @Nullable Integer maxRequests,
            @Nullable Integer maxRetries) {}

    /**
     * Null where the rule is silent.
     *
     * @param isSplit failures of the own side are counted apart
     * @param minHealthPercent below this share of usable endpoints, health is ignored
     */
    public record OutlierDetection(
            @Nullable Integer consecutive5xxErrors,
            @Nullable Integer consecutiveGatewayErrors,
            @Nullable Integer consecutiveLocalOriginFailures,
            boolean isSplit,
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
