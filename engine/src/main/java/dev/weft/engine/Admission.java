package dev.weft.engine;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.ledger.Gate;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.Target;
import dev.weft.engine.policy.Unreachable;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.LocalAnswers;
import dev.weft.engine.route.RequestHash;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.route.Splits;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Action.WeightedCluster;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What name and rules make of a request: where it is sent, or what the application gets instead. */
final class Admission {
    private Admission() {}

    /**
     * Where the rules in force, which are these, lead the request, be it to an answer of their own; null where they
     * say nothing of the host.
     */
    static @Nullable Target target(Engine engine, Live live, Request request, long now) {
        RouteTable table = live.hosts().routes(request.host(), request.port());
        if (table == null) {
            return null;
        }
        int route = request.opaque() ? table.tcp() : table.find(request, engine.random());
        if (route == RouteTable.NONE) {
            return Target.unrouted(table);
        }
        Target first = live.target(table, route);
        Target target = first.split() ? drawn(first, engine, request) : first;
        WeightedCluster elsewhere = target.leadsElsewhere() ? target.forward().elsewhere() : null;
        if (elsewhere != null && !up(target.known(), now)) {
            LiveCluster other = live.clusters().get(elsewhere.cluster());
            return other != null && other.up(now) ? target.elsewhere(elsewhere, other) : target;
        }
        return target;
    }

    private static boolean up(@Nullable LiveCluster cluster, long now) {
        return cluster != null && cluster.up(now);
    }

    private static Target drawn(Target first, Engine engine, Request request) {
        Action.Forward forward = first.forward();
        PickContext hash = RequestHash.of(forward.hash(), request, engine.source());
        return first.of(Splits.choose(forward, request, hash, engine.random()));
    }

    /** What the application gets instead of an answer from an endpoint; null for what is sent. */
    static @Nullable Step instead(Engine engine, Live live, Request request, @Nullable Target target) {
        if (target == null) {
            return unrouted(engine, live.hosts(), request);
        }
        if (target.rule() == null) {
            return local(engine, request, target);
        }
        LiveCluster cluster = target.known();
        if (cluster == null) {
            WeightedCluster part = target.part();
            return new Step.Reply(Unreachable.noCluster(request, part == null ? "" : part.cluster()));
        }
        Step instead = unsecured(engine, request, cluster);
        if (instead == null && target.rewritten() && !request.rewritable()) {
            String why = "the route rewrites the path, which is not possible with this client";
            return refuse(request, Refusal.Kind.NO_ROUTE, 503, why);
        }
        return instead;
    }

    private static Step unrouted(Engine engine, HostTable hosts, Request request) {
        boolean waits = hosts.pending() && !request.passable();
        if (!waits && (engine.paused() || !hosts.mayRoute(request.host(), request.port()))) {
            return Step.PASS;
        }
        boolean known = waits || hosts.listed(request.host(), request.port());
        return new Step.Ask(new Question.Warm(HostTable.normal(request.host()), request.port(), known));
    }

    /** Of a call that no cluster is meant for. */
    private static Step local(Engine engine, Request request, Target target) {
        RouteTable table = target.table();
        boolean bytes = table.host().opaque() && !request.opaque(); // not for those who know what they say
        if (engine.paused() || bytes) {
            return Step.PASS;
        }
        Route route = target.route();
        if (route == null) {
            return new Step.Reply(Unreachable.noRoute(request, table.host().name()));
        }
        return new Step.Reply(LocalAnswers.of(table, route, request));
    }

    /** What must be secured is never sent unsecured, whatever state the mesh is in. */
    private static @Nullable Step unsecured(Engine engine, Request request, LiveCluster cluster) {
        Transport transport = cluster.transport();
        boolean mustSecure = transport != Transport.PLAINTEXT && !request.secure();
        if (mustSecure && (engine.paused() || transport instanceof Transport.Unavailable)) {
            return new Step.Reply(Unreachable.insecure(request, transport));
        }
        return engine.paused() ? Step.PASS : null;
    }

    /** Whether one of the clusters that a call to this host can come to must be reached over TLS of the mesh. */
    static boolean mustSecure(Live live, Request request) {
        RouteTable table = request.secure() ? null : live.hosts().routes(request.host(), request.port());
        for (int i = 0; table != null && i < table.size(); i++) {
            if (table.route(i).action() instanceof Action.Forward forward) {
                for (WeightedCluster part : forward.clusters()) {
                    if (secured(live, part)) {
                        return true;
                    }
                }
                if (forward.elsewhere() != null && secured(live, forward.elsewhere())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean secured(Live live, WeightedCluster part) {
        LiveCluster cluster = live.clusters().get(part.cluster());
        return cluster != null && cluster.transport() != Transport.PLAINTEXT;
    }

    static Step.Reply refuse(Request request, Refusal.Kind kind, int code, String why) {
        return new Step.Reply(Refusal.failure(kind, code, request.host() + ":" + request.port() + ": " + why));
    }

    /** What the call must pass, in order; null where it passes anyway, or fails whatever they say. */
    static @Nullable List<Gate> gates(Live live, @Nullable Target target, @Nullable Step instead) {
        Route route = target == null || !target.guarded() ? null : target.route();
        if (target == null
                || route == null
                || instead != null && !(instead instanceof Step.Reply reply && ruled(reply))) {
            return null;
        }
        LiveCluster cluster = target.known();
        Gate places = cluster == null ? null : cluster.connections();
        List<Gate> all = new ArrayList<>(live.gates(route));
        if (places != null) {
            all.add(places); // the cluster's are the nearest to it
        }
        return all;
    }

    private static boolean ruled(Step.Reply reply) {
        return !reply.refusal().kind().failure();
    }
}
