package dev.weft.engine.ledger;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Request;
import dev.weft.engine.route.RequestHash;
import dev.weft.engine.route.Rewrites;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.PathRewrite;
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
    private final boolean guarded;
    private final boolean choosy;

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
        this.edits = part == null ? HeaderEdits.NONE : part.edits();
        this.answerEdits = answerEdits(forward, part);
        this.host = part == null ? null : part.host();
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

    /** Whether there is anything that its calls must pass. */
    public boolean guarded() {
        return guarded;
    }

    /** Path and query that the rule makes of the request's; null when it leaves them. */
    public @Nullable String path(Request request) {
        PathRewrite rewrite = forward().rewrite();
        if (rewrite == null || route == null) {
            return null;
        }
        String asked = request.path();
        return Rewrites.apply(rewrite, route.match().path(), asked, table.end(asked));
    }

    /** What is sent as the host; null for the application's own. A copy is of no part of a split. */
    public @Nullable HostRewrite host(boolean copy) {
        return copy || host == null ? forward().host() : host;
    }

    public HeaderEdits edits() {
        return edits;
    }

    /** Of the headers of what the application gets. */
    public HeaderEdits answerEdits() {
        return answerEdits;
    }

    private static HeaderEdits answerEdits(Action.@Nullable Forward forward, @Nullable WeightedCluster part) {
        HeaderEdits routes = forward == null ? HeaderEdits.NONE : forward.answerEdits();
        return part == null ? routes : part.answerEdits().then(routes);
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
