package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/** {@code Cluster}. */
final class ClusterReader {
    private static final int STATIC = 0;
    private static final int EDS = 3;

    private final Findings findings;
    private final CertificateSource certificates;

    ClusterReader(Findings findings, CertificateSource certificates) {
        this.findings = findings;
        this.certificates = certificates;
    }

    Resource read(Message cluster) {
        String name = cluster.string(1);
        if (name.isEmpty()) {
            findings.refuse("name", "is empty");
        }
        // Statistics, DNS details and buffers of a proxy.
        cluster.ignore(28, 5, 16, 17, 30, 31, 32, 39, 44, 47, 49, 58);
        // Configurations of the balancers that are not chosen.
        cluster.ignore(23, 37, 52, 56);
        var inline = Resource.Assignment.NONE;
        String assignment = null;
        int type = (int) cluster.number(2);
        if (cluster.has(38) || type != STATIC && type != EDS) {
            findings.refuse("type", "only EDS and STATIC clusters are supported here");
        } else if (type == EDS) {
            var eds = cluster.message(3);
            Sources.check(eds.message(1), "eds_cluster_config.eds_config", findings);
            assignment = eds.string(2).isEmpty() ? name : eds.string(2);
        } else if (cluster.has(33)) {
            inline = new EndpointReader(findings).read(cluster.message(33));
        } else {
            findings.refuse("type", "missing");
        }
        var speaking = new ProtocolReader(findings);
        var protocol = speaking.read(cluster);
        var transport = new TlsReader(findings, certificates).read(cluster, speaking.autoSan());
        var outlier = cluster.has(19) ? new OutlierReader(findings).read(cluster.message(19)) : null;
        var balancing = new BalancerReader(findings);
        var balancer = balancing.read(cluster);
        var breakers = new BreakerReader(findings);
        breakers.read(cluster.message(10), name);
        var spec = new Resource.ClusterSpec(
                name,
                balancer,
                transport,
                outlier,
                panicThreshold(cluster.message(27)),
                breakers.budget(),
                Durations.positive(cluster, 4, Long.MAX_VALUE, "connect_timeout", findings),
                balancing.sharing(),
                breakers.maxRequests(),
                breakers.connections(),
                reportsLoad(cluster),
                protocol,
                ConnectBackoffReader.read(cluster.message(25), findings),
                assignment,
                inline);
        findings.unread(cluster, "Cluster");
        return spec;
    }

    /** Only to whom we are connected anyway. */
    private boolean reportsLoad(Message cluster) {
        boolean toSelf = cluster.message(42).has(5);
        if (cluster.has(42) && !toSelf) {
            findings.unsupported("Cluster.lrs_server other than self");
        }
        return toSelf;
    }

    private int panicThreshold(Message common) {
        int percent = 50;
        if (common.has(1)) {
            double value = common.message(1).real(1);
            if (!(value >= 0 && value <= 100)) {
                findings.refuse("common_lb_config.healthy_panic_threshold", value + " is not a percentage");
            } else {
                percent = (int) value;
            }
        }
        common.ignore(2, 3, 4, 5, 6, 7, 8);
        findings.unread(common, "Cluster.CommonLbConfig");
        return percent;
    }
}
