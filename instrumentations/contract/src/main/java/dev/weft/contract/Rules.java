package dev.weft.contract;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.PathRewrite;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules for one name, as a story writes them down.
 *
 * @param domain the name, and the port if it matters
 * @param instead a local answer; the endpoints are then never called
 * @param rewrite of the path; null for none
 */
public record Rules(
        String domain,
        List<Endpoint> endpoints,
        Transport transport,
        @Nullable RetryPolicy retry,
        Duration timeout,
        HeaderEdits edits,
        @Nullable Action instead,
        @Nullable PathRewrite rewrite) {
    private static final Duration NONE = Duration.ofNanos(Long.MAX_VALUE);

    /** To these endpoints, with no retries. */
    public static Rules of(Endpoint... endpoints) {
        return named(Rig.NAME, endpoints);
    }

    public static Rules named(String domain, Endpoint... endpoints) {
        return new Rules(domain, List.of(endpoints), Transport.PLAINTEXT, null, NONE, HeaderEdits.NONE, null, null);
    }

    /** Up to two retries on failures to connect, resets and 503. */
    public Rules retrying() {
        return retrying(NONE, false);
    }

    /** As above, with pauses of up to this long between the attempts. */
    public Rules retryingAfterPauses(Duration backoff) {
        return retrying(NONE, false, backoff, backoff);
    }

    /** As above, of methods that are not idempotent too. */
    public Rules retryingAll() {
        return retrying(NONE, true);
    }

    /** With a time limit for each silence of a try; nothing is sent again. */
    public Rules idlingAtMost(Duration silence) {
        var policy = new RetryPolicy(
                Set.of(), Set.of(), 0, NONE.toNanos(), silence.toNanos(), 1_000_000, 1_000_000, false, null);
        return new Rules(domain, endpoints, transport, policy, timeout, edits, instead, rewrite);
    }

    /** With a time limit for each try. */
    public Rules retryingAfter(Duration perTry) {
        return retrying(perTry, false);
    }

    private Rules retrying(Duration perTry, boolean nonIdempotent) {
        return retrying(perTry, nonIdempotent, Duration.ofMillis(1), Duration.ofMillis(10));
    }

    private Rules retrying(Duration perTry, boolean nonIdempotent, Duration backoff, Duration longest) {
        var policy = new RetryPolicy(
                Set.of(
                        Condition.CONNECT_FAILURE,
                        Condition.REFUSED_STREAM,
                        Condition.RESET,
                        Condition.UNAVAILABLE,
                        Condition.RETRIABLE_STATUS_CODES,
                        Condition.DEADLINE_EXCEEDED,
                        Condition.GATEWAY_ERROR),
                Set.of(503),
                2,
                perTry.toNanos(),
                backoff.toNanos(),
                longest.toNanos(),
                nonIdempotent);
        return new Rules(domain, endpoints, transport, policy, timeout, edits, instead, rewrite);
    }

    public Rules within(Duration limit) {
        return new Rules(domain, endpoints, transport, retry, limit, edits, instead, rewrite);
    }

    public Rules over(Transport how) {
        return new Rules(domain, endpoints, how, retry, timeout, edits, instead, rewrite);
    }

    public Rules editing(HeaderEdits changes) {
        return new Rules(domain, endpoints, transport, retry, timeout, changes, instead, rewrite);
    }

    public Rules answering(int status, String body) {
        return new Rules(
                domain, endpoints, transport, retry, timeout, edits, new Action.DirectResponse(status, body), rewrite);
    }

    /** With a redirect instead of an answer. */
    public Rules redirecting(Redirect redirect) {
        var answer = new Action.Redirected(redirect, List.of());
        return new Rules(domain, endpoints, transport, retry, timeout, edits, answer, rewrite);
    }

    /** With another path than the application's. */
    public Rules rewriting(PathRewrite path) {
        return new Rules(domain, endpoints, transport, retry, timeout, edits, instead, path);
    }

    /** All of these, and nothing else is in the mesh. */
    public static Snapshot snapshot(Rules... all) {
        List<VirtualHost> hosts = new ArrayList<>();
        Map<String, Cluster> clusters = new LinkedHashMap<>();
        for (Rules rules : all) {
            var plain = Cluster.of(rules.domain, rules.endpoints);
            // A budget that no story exhausts: budgets are the engine's own stories.
            clusters.put(
                    rules.domain,
                    new Cluster(
                            plain.name(),
                            Balancer.ROUND_ROBIN,
                            plain.endpoints(),
                            rules.transport,
                            null,
                            plain.panicThreshold(),
                            new RetryBudget(100, 100),
                            Long.MAX_VALUE));
            hosts.add(new VirtualHost(
                    rules.domain, List.of(rules.domain), List.of(new Route("story", Match.ANY, rules.action()))));
        }
        return new Snapshot("story", new Directory(Directory.State.KNOWN, Map.of()), hosts, clusters);
    }

    private Action action() {
        if (instead != null) {
            return instead;
        }
        var to = List.of(new Action.WeightedCluster(domain, 1, HeaderEdits.NONE));
        var plain = new Action.Forward(to, timeout.toNanos(), retry, null, List.of(), edits);
        return rewrite == null ? plain : plain.rewriting(rewrite);
    }
}
