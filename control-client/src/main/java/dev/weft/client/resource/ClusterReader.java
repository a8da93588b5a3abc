package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Cluster.Balancer;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.RetryBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Cluster}. */
final class ClusterReader {
    private static final int STATIC = 0;
    private static final int EDS = 3;
    private static final String POLICIES = "type.googleapis.com/envoy.extensions.load_balancing_policies.";

    private final Findings findings;
    private final CertificateSource certificates;

    ClusterReader(Findings findings, CertificateSource certificates) {
        this.findings = findings;
        this.certificates = certificates;
    }

    Resource read(Message cluster) {
        String name = cluster.string(1);
        // Statistics, DNS details and buffers of a proxy; protocol options, because the application speaks.
        cluster.ignore(28, 5, 13, 14, 16, 17, 25, 26, 29, 30, 31, 32, 36, 37, 39, 44, 46, 47, 49, 56, 58);
        List<Endpoint> inline = List.of();
        String assignment = null;
        int type = (int) cluster.number(2);
        if (cluster.has(38) || type != STATIC && type != EDS) {
            findings.refuse("type", "only EDS and STATIC clusters are supported here");
        } else if (type == EDS) {
            var eds = cluster.message(3);
            Sources.check(eds.message(1), "eds_cluster_config.eds_config", findings);
            assignment = eds.string(2).isEmpty() ? name : eds.string(2);
        } else if (cluster.has(33)) {
            inline = ((Resource.Assignment) new EndpointReader(findings).read(cluster.message(33))).endpoints();
        } else {
            findings.refuse("type", "missing");
        }
        var transport = new TlsReader(findings, certificates).read(cluster);
        var outlier = cluster.has(19) ? new OutlierReader(findings).read(cluster.message(19)) : null;
        var spec = new Resource.ClusterSpec(
                name,
                balancer(cluster),
                transport,
                outlier,
                panicThreshold(cluster.message(27)),
                budget(cluster.message(10)),
                Durations.positive(cluster, 4, Long.MAX_VALUE, "connect_timeout", findings),
                assignment,
                inline);
        findings.unread(cluster, "Cluster");
        return spec;
    }

    private Balancer balancer(Message cluster) {
        if (cluster.has(41)) {
            var chosen = extension(cluster.message(41));
            if (chosen != null) {
                cluster.number(6);
                return chosen;
            }
            findings.refuse("load_balancing_policy", "none of its policies is known here");
        }
        int policy = (int) cluster.number(6);
        switch (policy) {
            case 0:
                return Balancer.ROUND_ROBIN;
            case 1:
                return Balancer.LEAST_REQUEST;
            case 3:
                return Balancer.RANDOM;
            case 2, 5:
                findings.unsupported("Cluster.lb_policy " + (policy == 2 ? "RING_HASH" : "MAGLEV"));
                return Balancer.LEAST_REQUEST;
            default:
                findings.refuse("lb_policy", policy + " is not known here");
                return Balancer.LEAST_REQUEST;
        }
    }

    private static @Nullable Balancer extension(Message policies) {
        for (Message policy : policies.messages(1)) {
            switch (policy.message(4).message(2).string(1)) {
                case POLICIES + "round_robin.v3.RoundRobin":
                    return Balancer.ROUND_ROBIN;
                case POLICIES + "least_request.v3.LeastRequest":
                    return Balancer.LEAST_REQUEST;
                case POLICIES + "random.v3.Random":
                    return Balancer.RANDOM;
                default:
                    break;
            }
        }
        return null;
    }

    private int panicThreshold(Message common) {
        int percent = 50;
        if (common.has(1)) {
            double value = common.message(1).real(1);
            if (!(value >= 0 && value <= 100)) {
                findings.refuse("common_lb_config.healthy_panic_threshold", value + " is not a percentage");
            }
            percent = (int) value;
        }
        common.ignore(4, 5, 6);
        findings.unread(common, "Cluster.CommonLbConfig");
        return percent;
    }

    private RetryBudget budget(Message breakers) {
        RetryBudget budget = RetryBudget.DEFAULT;
        for (Message threshold : breakers.messages(1)) {
            if (threshold.number(1) == 0 && threshold.has(8)) {
                budget = budget(threshold.message(8), budget);
            }
            threshold.ignore(6);
            findings.unread(threshold, "CircuitBreakers.Thresholds");
        }
        findings.unread(breakers, "CircuitBreakers");
        return budget;
    }

    private RetryBudget budget(Message budget, RetryBudget defaults) {
        double percent = budget.has(1) ? budget.message(1).real(1) : defaults.percent();
        long concurrency = budget.wrapped(2, defaults.minConcurrency());
        if (!(percent >= 0 && percent <= 100) || concurrency < 0 || concurrency > Integer.MAX_VALUE) {
            findings.refuse("circuit_breakers.retry_budget", percent + " % and " + concurrency + " are out of range");
            return defaults;
        }
        return new RetryBudget(percent, (int) concurrency);
    }
}
