package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.ConnectBackoff;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Short words for the configuration that stories need. */
final class Rules {
    static final Directory KNOWN = new Directory(Directory.State.KNOWN, Map.of());

    private Rules() {}

    static InetSocketAddress address(int last) {
        return new InetSocketAddress("10.0.0." + last, 8080);
    }

    /** Endpoints 10.0.0.1 to 10.0.0.n. */
    static List<Endpoint> endpoints(int n) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 1; i <= n; i++) {
            endpoints.add(Endpoint.of(address(i)));
        }
        return endpoints;
    }

    static Cluster cluster(String name, int endpoints) {
        return Cluster.of(name, endpoints(endpoints));
    }

    static Cluster roundRobin(Cluster c) {
        return balancer(c, Balancer.ROUND_ROBIN);
    }

    static Cluster balancer(Cluster c, Balancer balancer) {
        return with(c, balancer, c.transport(), c.outlier(), c.panicThreshold(), c.budget(), c.sharing(), c.limits());
    }

    static Cluster outlier(Cluster c, OutlierPolicy policy, int panic) {
        return with(c, c.balancer(), c.transport(), policy, panic, c.budget(), c.sharing(), c.limits());
    }

    static Cluster transport(Cluster c, Transport transport) {
        return with(c, c.balancer(), transport, c.outlier(), c.panicThreshold(), c.budget(), c.sharing(), c.limits());
    }

    static Cluster budget(Cluster c, RetryBudget budget) {
        return with(c, c.balancer(), c.transport(), c.outlier(), c.panicThreshold(), budget, c.sharing(), c.limits());
    }

    static Cluster sharing(Cluster c, Sharing sharing) {
        return with(c, c.balancer(), c.transport(), c.outlier(), c.panicThreshold(), c.budget(), sharing, c.limits());
    }

    static Cluster limits(Cluster c, Limits limits) {
        return with(c, c.balancer(), c.transport(), c.outlier(), c.panicThreshold(), c.budget(), c.sharing(), limits);
    }

    /** To be said last: what else is changed of a cluster has the default again. */
    static Cluster connectBackoff(Cluster c, @Nullable ConnectBackoff backoff) {
        return new Cluster(
                c.name(),
                c.balancer(),
                c.endpoints(),
                c.transport(),
                c.outlier(),
                c.panicThreshold(),
                c.budget(),
                c.connectTimeoutNanos(),
                c.sharing(),
                c.limits(),
                c.protocol(),
                backoff);
    }

    private static Cluster with(
            Cluster c,
            Balancer balancer,
            Transport transport,
            @Nullable OutlierPolicy outlier,
            int panic,
            RetryBudget budget,
            Sharing sharing,
            Limits limits) {
        return new Cluster(
                c.name(),
                balancer,
                c.endpoints(),
                transport,
                outlier,
                panic,
                budget,
                c.connectTimeoutNanos(),
                sharing,
                limits);
    }

    static RetryPolicy retry(int times, Condition... on) {
        Set<Condition> conditions = EnumSet.noneOf(Condition.class);
        conditions.addAll(List.of(on));
        return new RetryPolicy(conditions, Set.of(503), times, Long.MAX_VALUE, ms(25), ms(250), false);
    }

    /** What the control plane gives when nobody wrote a rule. */
    static RetryPolicy usualRetry() {
        return retry(
                2,
                Condition.CONNECT_FAILURE,
                Condition.REFUSED_STREAM,
                Condition.RESET,
                Condition.RETRIABLE_STATUS_CODES);
    }

    static RetryPolicy perTry(RetryPolicy r, long nanos) {
        return new RetryPolicy(
                r.on(),
                r.statusCodes(),
                r.maxRetries(),
                nanos,
                r.backoffBaseNanos(),
                r.backoffMaxNanos(),
                r.nonIdempotent());
    }

    static RetryPolicy perTryIdle(RetryPolicy r, long nanos) {
        return new RetryPolicy(
                r.on(),
                r.statusCodes(),
                r.maxRetries(),
                r.perTryTimeoutNanos(),
                nanos,
                r.backoffBaseNanos(),
                r.backoffMaxNanos(),
                r.nonIdempotent(),
                r.headers());
    }

    static RetryPolicy inWriting(RetryPolicy r) {
        return new RetryPolicy(
                r.on(),
                r.statusCodes(),
                r.maxRetries(),
                r.perTryTimeoutNanos(),
                r.backoffBaseNanos(),
                r.backoffMaxNanos(),
                true);
    }

    static Action.Forward to(String cluster, RetryPolicy retry) {
        Action.Forward plain = Action.Forward.to(cluster);
        return new Action.Forward(plain.clusters(), Long.MAX_VALUE, retry, null, List.of(), HeaderEdits.NONE);
    }

    static Action.Forward timeout(Action.Forward f, long nanos) {
        return new Action.Forward(f.clusters(), nanos, f.retry(), f.hedge(), f.mirrors(), f.edits());
    }

    static Action.Forward hedge(Action.Forward f, int attempts, long delay) {
        return new Action.Forward(
                f.clusters(), f.timeoutNanos(), f.retry(), new HedgePolicy(attempts, delay), f.mirrors(), f.edits());
    }

    static Action.Forward mirror(Action.Forward f, String cluster) {
        return new Action.Forward(
                f.clusters(),
                f.timeoutNanos(),
                f.retry(),
                f.hedge(),
                List.of(new Action.Mirror(cluster, 1_000_000)),
                f.edits());
    }

    static Snapshot snapshot(Action action, Cluster... clusters) {
        return snapshot(
                new VirtualHost("shop", List.of("shop"), List.of(new Route("all", Match.ANY, action))), clusters);
    }

    static Snapshot guarded(Action action, List<? extends Guard> guards, Cluster... clusters) {
        Route route = new Route("all", Match.ANY, action, List.copyOf(guards));
        return snapshot(new VirtualHost("shop", List.of("shop"), List.of(route)), clusters);
    }

    static Snapshot snapshot(VirtualHost host, Cluster... clusters) {
        Map<String, Cluster> byName = new HashMap<>();
        for (Cluster cluster : clusters) {
            byName.put(cluster.name(), cluster);
        }
        return new Snapshot("1", KNOWN, List.of(host), byName);
    }
}
