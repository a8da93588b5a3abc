package dev.weft.control.rule;

import dev.weft.control.rule.DestinationRule.Balancer;
import dev.weft.control.rule.DestinationRule.OutlierDetection;
import dev.weft.control.rule.DestinationRule.RetryBudget;
import dev.weft.control.rule.DestinationRule.Subset;
import dev.weft.control.rule.DestinationRule.Tls;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a {@code DestinationRule}. */
final class DestinationRuleReader {
    private static final Duration ONE_MILLI = Duration.ofMillis(1);

    private final Header header;
    private final RouteReader names;

    DestinationRuleReader(Header header, HostNames names) {
        this.header = header;
        this.names = new RouteReader(names, header.namespace());
    }

    DestinationRule read(Fields spec) {
        String host = names.host(spec);
        TrafficPolicy policy = policy(spec);
        List<Subset> subsets = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Fields subset : spec.objects("subsets")) {
            String name = subset.required("name");
            RouteReader.subset(subset, "name");
            if (!seen.add(name)) {
                subset.wrong("name", "subset '" + name + "' stands here twice");
            }
            Map<String, String> labels = subset.textMap("labels");
            TrafficPolicy own = policy(subset);
            subset.end();
            subsets.add(new Subset(subset.origin(), name, labels, own));
        }
        VirtualServiceReader.exportTo(spec);
        spec.notYet("workloadSelector");
        spec.end();
        return new DestinationRule(header.origin(), header.name(), header.namespace(), host, policy, subsets);
    }

    private static TrafficPolicy policy(Fields parent) {
        Fields policy = parent.object("trafficPolicy");
        if (policy == null) {
            return TrafficPolicy.NONE;
        }
        TrafficPolicy read = new TrafficPolicy(
                balancer(policy), outlierDetection(policy), connectTimeout(policy), retryBudget(policy), tls(policy));
        policy.notYet("portLevelSettings", "tunnel", "proxyProtocol");
        policy.end();
        return read;
    }

    private static @Nullable Balancer balancer(Fields policy) {
        Fields balancer = policy.object("loadBalancer");
        if (balancer == null) {
            return null;
        }
        String simple = balancer.word(
                "simple",
                List.of("ROUND_ROBIN", "LEAST_REQUEST", "RANDOM", "LEAST_CONN", "UNSPECIFIED"),
                List.of("PASSTHROUGH"));
        balancer.notYet("consistentHash", "localityLbSetting", "warmup", "warmupDurationSecs");
        balancer.end();
        if (simple == null || simple.equals("UNSPECIFIED")) {
            return null;
        }
        // LEAST_CONN is Istio's older word for the same thing.
        return simple.equals("LEAST_CONN") ? Balancer.LEAST_REQUEST : Balancer.valueOf(simple);
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
        outlier.notYet(
                "consecutiveErrors",
                "consecutiveGatewayErrors",
                "consecutiveLocalOriginFailures",
                "splitExternalLocalOriginErrors");
        outlier.end();
        return new OutlierDetection(errors, interval, base, maxPercent, minHealth);
    }

    private static @Nullable Duration connectTimeout(Fields policy) {
        Fields pool = policy.object("connectionPool");
        if (pool == null) {
            return null;
        }
        Duration timeout = null;
        Fields tcp = pool.object("tcp");
        if (tcp != null) {
            timeout = tcp.duration("connectTimeout", ONE_MILLI);
            tcp.notYet("maxConnections", "tcpKeepalive", "maxConnectionDuration", "idleTimeout");
            tcp.end();
        }
        pool.notYet("http");
        pool.end();
        return timeout;
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
