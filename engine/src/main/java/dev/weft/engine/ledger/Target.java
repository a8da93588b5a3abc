package dev.weft.engine.ledger;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Request;
import dev.weft.engine.route.RequestHash;
import dev.weft.engine.route.Rewrites;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.PathRewrite;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a route leads: one part of its split, joined with the numbers of that cluster. Made with the snapshot, so that
 * a call makes nothing to remember where it goes; and what most calls ask of the rule stands here at once, because each
 * object on the way to it is a wait for memory.
 */
public final class Target {
    private final RouteTable table;
    private final @Nullable Route route;
    private final Action.@Nullable Forward forward;
    private final @Nullable WeightedCluster part;
    private final @Nullable LiveCluster cluster;
    private final @Nullable Target later;
    private final HeaderEdits edits;
    private final HeaderEdits answerEdits;
    private final @Nullable HostRewrite host;
    private final @Nullable Fallback fallback;
    private final long timeoutNanos;
    private final long headNanos;
    private final long tryNanos;
    private final long idleNanos;
    private final boolean guarded;
    private final boolean choosy;
    private final boolean rewritten;
    private final boolean numbered;
    private final boolean looksAtSuccess;
    private final boolean leadsElsewhere;
    private final boolean beside;

    /**
     * @param part null where the route sends nothing
     * @param cluster of that name; null where the snapshot has none
     * @param later for the parts of the split behind this one
     */
    Target(
            RouteTable table,
            @Nullable Route route,
            @Nullable WeightedCluster part,
            @Nullable LiveCluster cluster,
            @Nullable Target later) {
        this.table = table;
        this.route = route;
        this.forward = route != null && route.action() instanceof Action.Forward forwarding ? forwarding : null;
        this.part = part;
        this.cluster = cluster;
        this.later = later;
        HeaderEdits edits = forward == null ? HeaderEdits.NONE : forward.edits();
        this.edits = part == null ? edits : part.edits().then(edits);
        HeaderEdits answerEdits = forward == null ? HeaderEdits.NONE : forward.answerEdits();
        this.answerEdits = part == null ? answerEdits : part.answerEdits().then(answerEdits);
        HostRewrite host = forward == null ? null : forward.host();
        this.host = part == null || part.host() == null ? host : part.host();
        this.fallback = forward == null ? null : forward.fallback();
        RetryPolicy retry = forward == null ? null : forward.retry();
        this.timeoutNanos = forward == null ? Long.MAX_VALUE : forward.timeoutNanos();
        this.headNanos = retry == null ? Long.MAX_VALUE : retry.headNanos();
        this.tryNanos = retry == null ? Long.MAX_VALUE : retry.perTryTimeoutNanos();
        this.idleNanos = retry == null ? Long.MAX_VALUE : retry.perTryIdleNanos();
        this.rewritten = forward != null && forward.rewrite() != null;
        this.numbered = forward != null && forward.attemptCount();
        this.looksAtSuccess = retry != null && retry.looksAtSuccess();
        this.beside = forward != null
                && (forward.hedge() != null || !forward.mirrors().isEmpty());
        this.leadsElsewhere = forward != null && forward.elsewhere() != null;
        this.guarded = route != null && !route.guards().isEmpty() || cluster != null && cluster.connections() != null;
        this.choosy = part != null && !part.labels().isEmpty()
                || forward != null && !forward.hash().isEmpty();
    }

    /** Of a call of this virtual host that no route matches. */
    public static Target unrouted(RouteTable table) {
        return new Target(table, null, null, null, null);
    }

    /** The same route, and another cluster than those of its split. */
    public Target elsewhere(WeightedCluster other, LiveCluster live) {
        return new Target(table, route, other, live, null);
    }

    /** Whether it is one of several parts. */
    public boolean split() {
        return later != null;
    }

    /** Where this part leads, of those from here on. */
    public Target of(WeightedCluster drawn) {
        Target target = this;
        while (target.part != drawn) {
            target = Objects.requireNonNull(target.later);
        }
        return target;
    }

    public RouteTable table() {
        return table;
    }

    /** Null where none matches. */
    public @Nullable Route route() {
        return route;
    }

    /** The rule to send by; null where nothing is sent. */
    public Action.@Nullable Forward rule() {
        return forward;
    }

    /** The rule to send by, of a call that is sent. */
    public Action.Forward forward() {
        if (forward == null) {
            throw new IllegalStateException("this call is not sent anywhere");
        }
        return forward;
    }

    /** The part of the split; null where nothing is sent. */
    public @Nullable WeightedCluster part() {
        return part;
    }

    /** Null where nothing is sent, or the cluster is not known. */
    public @Nullable LiveCluster known() {
        return cluster;
    }

    /** The cluster, of a call that is sent. */
    public LiveCluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException("this call is not sent anywhere");
        }
        return cluster;
    }

    /** For the whole call, retries included; {@link Long#MAX_VALUE} for any time, as of the others. */
    public long timeoutNanos() {
        return timeoutNanos;
    }

    /** What an attempt may wait for its head. */
    public long headNanos() {
        return headNanos;
    }

    /** What the peer of an attempt is told that it has. */
    public long tryNanos() {
        return tryNanos;
    }

    /** What the application may wait for each next piece of an answer. */
    public long idleNanos() {
        return idleNanos;
    }

    /** Whether the rule makes another path. */
    public boolean rewritten() {
        return rewritten;
    }

    /** Whether the peer is told which attempt it sees. */
    public boolean numbered() {
        return numbered;
    }

    /** Whether an answer that is no failure may be one after all, by its headers. */
    public boolean looksAtSuccess() {
        return looksAtSuccess;
    }

    /** Whether calls go somewhere else when the cluster is down. */
    public boolean leadsElsewhere() {
        return leadsElsewhere;
    }

    /** Whether something may be sent beside the first attempt of its calls: hedges or mirrored copies. */
    public boolean beside() {
        return beside;
    }

    /** What the application gets instead of a failure; null for the failure. */
    public @Nullable Fallback fallback() {
        return fallback;
    }

    /** Whether there is anything that its calls must pass. */
    public boolean guarded() {
        return guarded;
    }

    /** Path and query that the rule makes of the request's; null when it leaves them. */
    public @Nullable String path(Request request) {
        PathRewrite rewrite = rewritten ? forward().rewrite() : null;
        if (rewrite == null || route == null) {
            return null;
        }
        String asked = request.path();
        return Rewrites.apply(rewrite, route.match().path(), asked, table.end(asked));
    }

    /** What is sent as the host; null for the application's own. A copy is of no part of a split. */
    public @Nullable HostRewrite host(boolean copy) {
        return copy ? forward().host() : host;
    }

    /** Of the headers of an attempt; a copy has but those of its route. */
    public HeaderEdits edits(boolean copy) {
        return copy ? forward().edits() : edits;
    }

    /** Of the headers of what the application gets. */
    public HeaderEdits answerEdits() {
        return answerEdits;
    }

    /**
     * What matters for the choice of an endpoint; nearly always it is nothing.
     *
     * @param source stands for the caller itself
     */
    public PickContext choice(Request request, long source) {
        if (!choosy) {
            return PickContext.NONE;
        }
        PickContext hash = RequestHash.of(forward().hash(), request, source);
        return part == null ? hash : hash.labelled(part.labels());
    }
}
