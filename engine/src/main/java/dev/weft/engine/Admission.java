package dev.weft.engine;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.ledger.Gate;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.LocalAnswers;
import dev.weft.engine.route.RequestHash;
import dev.weft.engine.route.Rewrites;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.route.Splits;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.PathRewrite;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What name and rules make of a request: a cluster to send it to, or a step that ends or delays it. */
final class Admission {
    final @Nullable RouteTable table;
    final @Nullable Route route;
    final @Nullable LiveCluster cluster;
    /** The part of the route's split that was drawn; null for a call that is not sent. */
    private final Action.@Nullable WeightedCluster part;

    /** What the application gets instead of an answer from an endpoint; also what the call comes to later. */
    @Nullable
    Step instead;

    private Admission(
            @Nullable RouteTable table,
            @Nullable Route route,
            @Nullable LiveCluster cluster,
            Action.@Nullable WeightedCluster part,
            @Nullable Step instead) {
        this.table = table;
        this.route = route;
        this.cluster = cluster;
        this.part = part;
        this.instead = instead;
    }

    /** Of a call that is not sent. */
    private Admission(@Nullable RouteTable table, @Nullable Route route, @Nullable Step instead) {
        this(table, route, null, null, instead);
    }

    /** Looks at the snapshot in force, which is this. */
    static Admission of(Engine engine, Live live, Request request, long now) {
        RouteTable table = live.hosts().routes(request.host(), request.port());
        if (table == null) {
            return new Admission(null, null, unrouted(engine, live.hosts(), request));
        }
        if (table.host().opaque() && !request.opaque()) {
            return new Admission(table, null, Step.PASS); // not for those who know what they say
        }
        Route route = request.opaque() ? table.tcp() : table.match(request, engine.random());
        if (route == null) {
            String why = "no route of " + table.host().name() + " matches";
            Step step = engine.paused() ? Step.PASS : refuse(request, Refusal.Kind.NO_ROUTE, 404, why);
            return new Admission(table, null, step);
        }
        if (!(route.action() instanceof Action.Forward forward)) {
            Step step = engine.paused() ? Step.PASS : new Step.Reply(LocalAnswers.of(table, route, request));
            return new Admission(table, route, step);
        }
        PickContext hash = RequestHash.of(forward.hash(), request, engine.source());
        Action.WeightedCluster target = Splits.choose(forward, request, hash, engine.random());
        LiveCluster cluster = live.target(target);
        Action.WeightedCluster elsewhere = forward.elsewhere();
        if (elsewhere != null && (cluster == null || !cluster.up(now))) {
            LiveCluster other = live.clusters().get(elsewhere.cluster());
            boolean better = other != null && other.up(now);
            target = better ? elsewhere : target;
            cluster = better ? other : cluster;
        }
        if (cluster == null) {
            String why = "cluster " + target.cluster() + " is not known";
            return new Admission(table, route, refuse(request, Refusal.Kind.NO_ENDPOINT, 503, why));
        }
        Step instead = unsecured(engine, request, cluster);
        if (instead == null && forward.rewrite() != null && !request.rewritable()) {
            String why = "the route rewrites the path, which is not possible with this client";
            instead = refuse(request, Refusal.Kind.NO_ROUTE, 503, why);
        }
        return new Admission(table, route, cluster, target, instead);
    }

    private static Step unrouted(Engine engine, HostTable hosts, Request request) {
        if (engine.paused() || !hosts.mayRoute(request.host(), request.port())) {
            return Step.PASS;
        }
        boolean listed = hosts.listed(request.host(), request.port());
        return new Step.Ask(new Question.Warm(HostTable.normal(request.host()), request.port(), listed));
    }

    /** What must be secured is never sent unsecured, whatever state the mesh is in. */
    private static @Nullable Step unsecured(Engine engine, Request request, LiveCluster cluster) {
        Transport transport = cluster.config().transport();
        boolean mustSecure = transport != Transport.PLAINTEXT && !request.secure();
        if (mustSecure && transport instanceof Transport.Unavailable missing) {
            String why = "TLS is required and can't be had: " + missing.why();
            return refuse(request, Refusal.Kind.TLS_REQUIRED, 503, why);
        }
        if (!engine.paused()) {
            return null;
        }
        String why = "TLS is required, and the mesh is paused";
        return mustSecure ? refuse(request, Refusal.Kind.TLS_REQUIRED, 503, why) : Step.PASS;
    }

    static Step.Reply refuse(Request request, Refusal.Kind kind, int code, String why) {
        return new Step.Reply(Refusal.failure(kind, code, request.host() + ":" + request.port() + ": " + why));
    }

    /** What the call must pass, in order; null where it passes anyway, or fails whatever they say. */
    @Nullable
    List<Gate> gates(Live live) {
        if (route == null || instead != null && !(instead instanceof Step.Reply reply && ruled(reply))) {
            return null;
        }
        Gate places = cluster == null ? null : cluster.connections();
        if (route.guards().isEmpty() && places == null) {
            return null;
        }
        List<Gate> all = new ArrayList<>(live.gates(route));
        if (places != null) {
            all.add(places); // the cluster's are the nearest to it
        }
        return all;
    }

    private static boolean ruled(Step.Reply reply) {
        return !reply.refusal().kind().failure();
    }

    /** The rule to send by; only where there is a cluster to send to. */
    Action.Forward forward() {
        if (route != null && route.action() instanceof Action.Forward forward) {
            return forward;
        }
        throw new IllegalStateException("this call is not sent anywhere");
    }

    /** Path and query that the rule makes of the request's; null when it leaves them. */
    @Nullable
    String path(Request request) {
        PathRewrite rewrite = forward().rewrite();
        if (rewrite == null || table == null || route == null) {
            return null;
        }
        String asked = request.path();
        return Rewrites.apply(rewrite, route.match().path(), asked, table.end(asked));
    }

    /** What is sent as the host; null for the application's own. A copy is of no part of a split. */
    @Nullable
    HostRewrite host(boolean copy) {
        HostRewrite own = copy || part == null ? null : part.host();
        return own == null ? forward().host() : own;
    }

    HeaderEdits edits() {
        return part == null ? HeaderEdits.NONE : part.edits();
    }

    /** Of the headers of what the application gets. */
    HeaderEdits answerEdits() {
        HeaderEdits route = forward().answerEdits();
        return part == null ? route : part.answerEdits().then(route);
    }

    /** What matters for the choice of an endpoint; made when one is chosen, because nearly always it is nothing. */
    PickContext choice(Engine engine, Request request) {
        PickContext hash = RequestHash.of(forward().hash(), request, engine.source());
        return part == null ? hash : hash.labelled(part.labels());
    }

    LiveCluster target() {
        if (cluster == null) {
            throw new IllegalStateException("this call is not sent anywhere");
        }
        return cluster;
    }
}
