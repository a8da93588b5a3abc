package dev.weft.control.rule;

import dev.weft.control.rule.DestinationRule.Limits;
import dev.weft.control.rule.DestinationRule.LoadBalancer;
import dev.weft.control.rule.DestinationRule.OutlierDetection;
import dev.weft.control.rule.DestinationRule.RetryBudget;
import dev.weft.control.rule.DestinationRule.Tls;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the {@code trafficPolicy} of a destination rule, or of a subset of one. */
final class TrafficPolicyReader {
    private static final Duration ONE_MILLI = Duration.ofMillis(1);
    private static final String CONNECTIONS = "connections are those of the application's own client";

    private TrafficPolicyReader() {}

    static TrafficPolicy read(Fields parent) {
        Fields policy = parent.object("trafficPolicy");
        if (policy == null) {
            return TrafficPolicy.NONE;
        }
        TrafficPolicy read = common(policy).with(retryBudget(policy)).with(ports(policy));
        policy.notYet("tunnel", "proxyProtocol");
        policy.end();
        return read;
    }

    private static Map<Integer, TrafficPolicy> ports(Fields policy) {
        Map<Integer, TrafficPolicy> ports = new TreeMap<>();
        for (Fields setting : policy.objects("portLevelSettings")) {
            Fields selector = setting.object("port");
            Integer port = selector == null ? null : selector.integer("number", 1, 65_535);
            if (selector == null) {
                setting.wrong("port", "is missing");
            } else {
                if (!selector.has("number")) {
                    selector.wrong("number", "is missing");
                }
                selector.end();
            }
            TrafficPolicy own = common(setting);
            setting.end();
            if (port != null && ports.put(port, own) != null) {
                setting.wrong("port", port + " stands here twice");
            }
        }
        return ports;
    }

    /** What can be said of a host and of each of its ports. */
    private static TrafficPolicy common(Fields policy) {
        Fields balancer = policy.object("loadBalancer");
        LoadBalancer chosen = balancer == null ? null : LoadBalancerReader.read(balancer);
        LocalityLb locality = balancer == null ? null : LocalityReader.read(balancer);
        if (balancer != null) {
            balancer.end();
        }
        Duration connectTimeout = null;
        Integer connections = null;
        Limits limits = null;
        Fields pool = policy.object("connectionPool");
        if (pool != null) {
            Fields tcp = pool.object("tcp");
            if (tcp != null) {
                connectTimeout = tcp.duration("connectTimeout", ONE_MILLI);
                connections = positive(tcp, "maxConnections");
                tcp.noEffect(CONNECTIONS, "tcpKeepalive", "maxConnectionDuration", "idleTimeout");
                tcp.end();
            }
            limits = limits(pool, connections);
            pool.end();
        }
        return new TrafficPolicy(
                chosen, locality, outlierDetection(policy), connectTimeout, limits, null, tls(policy), Map.of());
    }

    private static @Nullable OutlierDetection outlierDetection(Fields policy) {
        Fields outlier = policy.object("outlierDetection");
        if (outlier == null) {
            return null;
        }
        Integer errors = outlier.integer("consecutive5xxErrors", 0, Integer.MAX_VALUE);
        Duration interval = outlier.duration("interval", ONE_MILLI);
        Duration base = outlier.duration("baseEjectionTime", ONE_MILLI);
        Integer maxPercent = outlier.integer("maxEjectionPercent", 0, 100);
        Integer minHealth = outlier.integer("minHealthPercent", 0, 100);
        Integer gateway = outlier.integer("consecutiveGatewayErrors", 0, Integer.MAX_VALUE);
        Integer local = outlier.integer("consecutiveLocalOriginFailures", 0, Integer.MAX_VALUE);
        Boolean split = outlier.bool("splitExternalLocalOriginErrors");
        if (local != null && !Boolean.TRUE.equals(split)) {
            outlier.noEffect("splitExternalLocalOriginErrors is not true", "consecutiveLocalOriginFailures");
        }
        outlier.notYet("consecutiveErrors");
        outlier.end();
        return new OutlierDetection(
                errors, gateway, local, Boolean.TRUE.equals(split), interval, base, maxPercent, minHealth);
    }

    private static @Nullable Limits limits(Fields pool, @Nullable Integer connections) {
        Fields http = pool.object("http");
        if (http == null) {
            return connections == null ? null : new Limits(connections, null, null, null);
        }
        Integer pending = positive(http, "http1MaxPendingRequests");
        if (pending != null && connections == null) {
            http.noEffect("without tcp.maxConnections no call waits for a connection", "http1MaxPendingRequests");
        }
        Integer requests = http.integer("http2MaxRequests", 0, Integer.MAX_VALUE);
        Integer retries = http.integer("maxRetries", 0, Integer.MAX_VALUE);
        http.noEffect(
                CONNECTIONS,
                "maxRequestsPerConnection",
                "maxConcurrentStreams",
                "idleTimeout",
                "h2UpgradePolicy",
                "useClientProtocol");
        http.end();
        return new Limits(connections, connections == null ? null : pending, requests, retries);
    }

    /** To Istio, 0 is not to say anything. */
    private static @Nullable Integer positive(Fields fields, String name) {
        Integer number = fields.integer(name, 0, Integer.MAX_VALUE);
        return number == null || number == 0 ? null : number;
    }

    private static @Nullable RetryBudget retryBudget(Fields policy) {
        Fields budget = policy.object("retryBudget");
        if (budget == null) {
            return null;
        }
        Double percent = budget.number("percent", 0, 100);
        Integer concurrency = budget.integer("minRetryConcurrency", 0, 1_000_000);
        budget.end();
        return new RetryBudget(percent == null ? 20 : percent, concurrency == null ? 3 : concurrency);
    }

    private static @Nullable Tls tls(Fields policy) {
        Fields tls = policy.object("tls");
        if (tls == null) {
            return null;
        }
        String mode = tls.word("mode", List.of("DISABLE", "ISTIO_MUTUAL"), List.of("SIMPLE", "MUTUAL"));
        if (mode == null && !tls.has("mode")) {
            tls.wrong("mode", "is missing");
        }
        String sni = tls.text("sni", "");
        List<String> names = tls.texts("subjectAltNames");
        tls.notYet(
                "clientCertificate", "privateKey", "caCertificates", "credentialName", "insecureSkipVerify", "caCrl");
        tls.end();
        return mode == null ? null : new Tls(Tls.Mode.valueOf(mode), sni, names);
    }
}
