package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HashPolicy;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TcpProxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code TcpProxy}. */
final class TcpProxyReader {
    static final String URL = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

    private static final String NAME = "TcpProxy";
    private static final long HOUR = 3_600_000_000_000L;
    private static final long MICRO = 1000;
    private static final int MOST_ATTEMPTS = 1000;

    private final Findings findings;

    TcpProxyReader(Findings findings) {
        this.findings = findings;
    }

    /**
     * @param tls whether the listener waits for the first message of TLS
     * @return null where it is refused
     */
    @Nullable
    TcpProxy read(Message proxy, boolean tls) {
        // Names of statistics, and access logs: a caller has its own.
        proxy.ignore(1, 5, 15, 16, 17);
        for (int field : new int[] {12, 14}) {
            if (proxy.has(field)) {
                findings.refuse(NAME + "." + FieldNames.of(NAME, field), "not supported here");
            }
        }
        proxy.ignore(12, 14);
        List<Action.WeightedCluster> clusters = clusters(proxy);
        long attempts = proxy.wrapped(7, 1);
        if (attempts < 1 || attempts > MOST_ATTEMPTS) {
            findings.refuse(NAME + ".max_connect_attempts", attempts + " is out of range");
            return null;
        }
        long idle = Durations.nanos(proxy, 8, HOUR, NAME + ".idle_timeout", findings);
        List<HashPolicy> hash = hash(proxy);
        findings.unread(proxy, NAME);
        if (clusters.isEmpty()) {
            return null;
        }
        var forward = new Action.Forward(
                        clusters, Long.MAX_VALUE, retry((int) attempts - 1), null, List.of(), HeaderEdits.NONE)
                .hashing(hash, Action.Split.RANDOM);
        return new TcpProxy(new Route("tcp", Match.ANY, forward), idle == 0 ? Long.MAX_VALUE : idle, tls);
    }

    /** Envoy tries again at once; what is connected is never sent again. */
    private static @Nullable RetryPolicy retry(int retries) {
        return retries == 0
                ? null
                : new RetryPolicy(
                        Set.of(Condition.CONNECT_FAILURE), Set.of(), retries, Long.MAX_VALUE, MICRO, MICRO, false);
    }

    private List<HashPolicy> hash(Message proxy) {
        List<HashPolicy> policies = new ArrayList<>();
        for (Message policy : proxy.messages(11)) {
            if (policy.has(1)) {
                policies.add(new HashPolicy.SourceAddress(false));
            } else {
                findings.unsupported(NAME + ".hash_policy other than source_ip");
            }
        }
        return policies;
    }

    private List<Action.WeightedCluster> clusters(Message proxy) {
        List<Action.WeightedCluster> all = new ArrayList<>();
        Map<String, String> labels = labels(proxy.message(9));
        if (proxy.has(2)) {
            add(proxy.string(2), 1, labels, all);
            return all;
        }
        long sum = 0;
        for (Message cluster : proxy.message(10).messages(1)) {
            long weight = cluster.number(2) & 0xFFFF_FFFFL;
            sum += weight;
            Map<String, String> both = new HashMap<>(labels);
            both.putAll(labels(cluster.message(3)));
            if (weight < 1 || sum > Integer.MAX_VALUE) {
                findings.refuse(NAME + ".weighted_clusters", "weight " + weight + " is out of range");
                return List.of();
            }
            add(cluster.string(1), (int) weight, both, all);
        }
        if (all.isEmpty()) {
            findings.refuse(NAME, "names no cluster");
        }
        return all;
    }

    private void add(String name, int weight, Map<String, String> labels, List<Action.WeightedCluster> into) {
        if (name.isEmpty()) {
            findings.refuse(NAME, "a cluster without name");
        } else {
            into.add(new Action.WeightedCluster(name, weight, HeaderEdits.NONE, labels));
        }
    }

    private Map<String, String> labels(Message metadata) {
        return StructReader.of(metadata, "envoy.lb", NAME + ".metadata_match", findings)
                .texts();
    }
}
