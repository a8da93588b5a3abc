package dev.weft.engine.ledger;

import dev.weft.engine.policy.Order.Policy;
import dev.weft.engine.snapshot.Action.Forward;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as if nobody had ever heard of some policies. Calls know nothing of it: what has no line in the order
 * is taken out before a snapshot is joined with its numbers.
 */
final class Without {
    private final Set<Policy> missing;

    Without(Set<Policy> missing) {
        this.missing = Set.copyOf(missing);
    }

    Snapshot of(Snapshot snapshot) {
        Map<String, Cluster> clusters = new HashMap<>();
        snapshot.clusters().forEach((name, cluster) -> clusters.put(name, of(cluster)));
        return new Snapshot(
                snapshot.version(),
                snapshot.directory(),
                snapshot.hosts().stream().map(this::of).toList(),
                clusters,
                snapshot.home());
    }

    private boolean without(Policy policy) {
        return missing.contains(policy);
    }

    private VirtualHost of(VirtualHost host) {
        TcpProxy tcp = host.tcp();
        return new VirtualHost(
                host.name(),
                host.domains(),
                host.routes().stream().map(this::of).toList(),
                host.ignorePathParameters(),
                tcp == null ? null : new TcpProxy(of(tcp.route()), tcp.idleNanos(), tcp.tls()));
    }

    private Route of(Route route) {
        return route.action() instanceof Forward forward
                ? new Route(route.name(), route.match(), of(forward), route.guards(), route.limits())
                : route;
    }

    private Forward of(Forward forward) {
        return new Forward(
                forward.clusters(),
                without(Policy.CALL_TIMEOUT) ? Long.MAX_VALUE : forward.timeoutNanos(),
                of(forward.retry()),
                without(Policy.HEDGING) ? null : forward.hedge(),
                forward.mirrors(),
                forward.edits(),
                forward.rewrite(),
                forward.hash(),
                forward.split(),
                forward.attemptCount(),
                without(Policy.FALLBACK) ? null : forward.fallback(),
                without(Policy.FAILOVER_CLUSTER) ? null : forward.elsewhere(),
                forward.host(),
                forward.forwardedHost(),
                forward.answerEdits());
    }

    private @Nullable RetryPolicy of(@Nullable RetryPolicy retry) {
        if (retry == null || without(Policy.RETRY)) {
            return null;
        }
        boolean patient = without(Policy.TRY_TIMEOUT);
        return new RetryPolicy(
                retry.on(),
                retry.statusCodes(),
                retry.maxRetries(),
                patient ? Long.MAX_VALUE : retry.perTryTimeoutNanos(),
                patient ? Long.MAX_VALUE : retry.perTryIdleNanos(),
                retry.backoffBaseNanos(),
                retry.backoffMaxNanos(),
                retry.nonIdempotent(),
                retry.headers(),
                without(Policy.PREVIOUS_PRIORITIES) ? 0 : retry.previousPriorities());
    }

    private Cluster of(Cluster cluster) {
        return new Cluster(
                cluster.name(),
                of(cluster.balancer()),
                cluster.endpoints().stream().map(this::of).toList(),
                cluster.transport(),
                without(Policy.EJECTION) ? null : cluster.outlier(),
                without(Policy.PANIC) ? 0 : cluster.panicThreshold(),
                without(Policy.RETRY_BUDGET) ? new RetryBudget(100, Integer.MAX_VALUE) : cluster.budget(),
                cluster.connectTimeoutNanos(),
                of(cluster.sharing()),
                without(Policy.CLUSTER_LIMITS) ? Limits.NONE : cluster.limits(),
                cluster.protocol(),
                without(Policy.CONNECT_BACKOFF) ? null : cluster.connectBackoff());
    }

    private Sharing of(Sharing sharing) {
        return new Sharing(
                sharing.overprovisioningFactor(),
                !without(Policy.LOCALITY_WEIGHTS) && sharing.localityWeighted(),
                !without(Policy.PANIC) && sharing.failOnPanic(),
                without(Policy.RANDOM_SUBSET) ? 0 : sharing.subsetSize(),
                without(Policy.SUBSETS) ? null : sharing.subsets(),
                sharing.keeping(),
                without(Policy.ZONES) ? null : sharing.zones());
    }

    private Endpoint of(Endpoint endpoint) {
        return new Endpoint(
                endpoint.address(),
                without(Policy.HEALTH) ? Health.HEALTHY : endpoint.health(),
                without(Policy.WEIGHTS) ? 1 : endpoint.weight(),
                endpoint.locality(),
                endpoint.labels(),
                without(Policy.PRIORITIES) ? 0 : endpoint.priority(),
                endpoint.localityWeight(),
                endpoint.hostname());
    }

    /** Where a way of choosing is missing chance chooses; where that is missing it is each in turn. */
    private Balancer of(Balancer balancer) {
        if (without(line(balancer))) {
            return balancer instanceof Balancer.Random ? Balancer.ROUND_ROBIN : Balancer.RANDOM;
        }
        if (!without(Policy.SLOW_START)) {
            return balancer;
        }
        if (balancer instanceof Balancer.LeastRequest least) {
            return new Balancer.LeastRequest(least.choices(), least.activeRequestBias(), null);
        }
        return balancer instanceof Balancer.RoundRobin ? Balancer.ROUND_ROBIN : balancer;
    }

    /** That of a way of choosing. */
    static Policy line(Balancer balancer) {
        if (balancer instanceof Balancer.RoundRobin) {
            return Policy.ROUND_ROBIN;
        }
        if (balancer instanceof Balancer.LeastRequest) {
            return Policy.LEAST_REQUEST;
        }
        if (balancer instanceof Balancer.Random) {
            return Policy.RANDOM;
        }
        if (balancer instanceof Balancer.PeakEwma) {
            return Policy.PEAK_EWMA;
        }
        if (balancer instanceof Balancer.ClientSideWeighted) {
            return Policy.CLIENT_SIDE_WEIGHTED;
        }
        return balancer instanceof Balancer.RingHash ? Policy.RING_HASH : Policy.MAGLEV;
    }
}
