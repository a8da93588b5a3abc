package dev.weft.engine.explain;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.Score;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.explain.Explanation.Candidate;
import dev.weft.engine.explain.Explanation.RouteVerdict;
import dev.weft.engine.explain.Explanation.Share;
import dev.weft.engine.ledger.Gate;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.ledger.SessionGate;
import dev.weft.engine.ledger.Usable;
import dev.weft.engine.policy.Unreachable;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.Hosts;
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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks the way of a call that is not made. Asks the same rules as a real call does, so that the two
 * can't disagree; changes nothing but whose turn it is.
 */
public final class Explainer {
    private final Live live;
    private final RandomSource random;
    private final Request request;
    private final long now;
    private final long source;

    private @Nullable String domain;
    private @Nullable String virtualHost;
    private final List<RouteVerdict> routes = new ArrayList<>();
    private final List<String> guards = new ArrayList<>();
    private List<Gate> gates = List.of();
    private List<Share> shares = List.of();
    private @Nullable String cluster;
    private boolean panic;
    private final List<Candidate> candidates = new ArrayList<>();
    private @Nullable String picked;
    private Explanation.@Nullable Refused refused;

    /** What a real call has come to already; null for a call that is not made. */
    private @Nullable Decision decided;

    /**
     * @param route null where none was taken
     * @param cluster null where none was reached
     * @param refusal what the application gets instead; null for a call that goes on
     */
    private record Decision(
            @Nullable Route route,
            @Nullable String cluster,
            @Nullable Refusal refusal) {
        /** The status of what its route answers; 0 where it is not the route that answers. */
        int answered() {
            if (refusal == null) {
                return 0;
            }
            Refusal.Details by = refusal.details();
            return by == Refusal.Details.REDIRECT || by == Refusal.Details.DIRECT_RESPONSE ? refusal.code() : 0;
        }
    }

    private Explainer(Live live, RandomSource random, Request request, long now, long source) {
        this.live = live;
        this.random = random;
        this.request = request;
        this.now = now;
        this.source = source;
    }

    /** What would happen to this request now. */
    public static Explanation explain(Live live, RandomSource random, Request request, long now, long source) {
        return new Explainer(live, random, request, now, source).explanation();
    }

    /** The same while the mesh is paused: the rules lead it nowhere, and what must be secured is not sent. */
    public static Explanation paused(Live live, RandomSource random, Request request, long now, long source) {
        Explanation ruled = explain(live, random, request, now, source);
        LiveCluster meant = ruled.cluster() == null ? null : live.clusters().get(ruled.cluster());
        return meant == null || meant.transport() == Transport.PLAINTEXT || request.secure()
                ? ruled.concluding("the mesh is paused: the call passes through untouched")
                : ruled.refusedWith(Unreachable.insecure(request, meant.transport()));
    }

    /** Of a request that is refused before any rule has a say in it. */
    public static Explanation unread(Live live, Request request, int status, String why) {
        return new Explanation(
                request.host(),
                request.port(),
                request.method(),
                request.path(),
                live.snapshot().version(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                null,
                false,
                List.of(),
                null,
                new Explanation.Refused(status, why),
                "refused with status " + status + ": " + why,
                List.of());
    }

    /**
     * Why a call that is being made goes where it goes: nothing is drawn again and nothing picked.
     *
     * @param route that the call has taken
     * @param cluster that was chosen for it
     */
    public static Explanation decided(
            Live live, RandomSource random, Request request, long now, long source, Route route, String cluster) {
        Explainer explainer = new Explainer(live, random, request, now, source);
        explainer.decided = new Decision(route, cluster, null);
        return explainer.explanation();
    }

    /**
     * Why a call that was made is answered here, before anything of it was sent.
     *
     * @param route that it has taken; null for none
     * @param cluster that was chosen for it; null for none
     * @param refusal what the application gets
     */
    public static Explanation refused(
            Live live,
            RandomSource random,
            Request request,
            long now,
            long source,
            @Nullable Route route,
            @Nullable String cluster,
            Refusal refusal) {
        Explainer explainer = new Explainer(live, random, request, now, source);
        explainer.decided = new Decision(route, cluster, refusal);
        return explainer.explanation();
    }

    private Explanation explanation() {
        String walked = walk();
        Refusal got = decided == null || decided.answered() > 0 ? null : decided.refusal();
        String conclusion = got == null ? walked : refused(got, Foresight.nothing());
        return new Explanation(
                request.host(),
                request.port(),
                request.method(),
                request.path(),
                live.snapshot().version(),
                domain,
                virtualHost,
                List.copyOf(routes),
                List.copyOf(guards),
                shares,
                cluster,
                panic,
                List.copyOf(candidates),
                picked,
                refused,
                conclusion,
                List.of());
    }

    private String walk() {
        HostTable hosts = live.hosts();
        RouteTable table = hosts.routes(request.host(), request.port());
        if (table == null) {
            if (hosts.listed(request.host(), request.port())) {
                return "the host is in the mesh; its configuration is fetched at the first call";
            }
            return hosts.mayRoute(request.host(), request.port())
                    ? "no directory has arrived yet: a name that DNS can't resolve waits for it"
                    : "not a mesh host: the call passes through untouched";
        }
        domain = hosts.domain(request.host(), request.port());
        virtualHost = table.host().name();
        if (table.host().opaque()) {
            return "a port for connections as such: the call passes through untouched";
        }
        int draw = table.draw(random);
        for (Route route : table.host().routes()) {
            String mismatch = mismatch(table, route, draw);
            routes.add(new RouteVerdict(route.name(), RouteTable.words(route.match()), mismatch));
            if (mismatch == null) {
                gates = live.gates(route);
                gates.forEach(gate -> guards.add(gate.words(now)));
                return act(table, route);
            }
        }
        return refused(Unreachable.noRoute(request, table.host().name()), Foresight.nothing());
    }

    private @Nullable String mismatch(RouteTable table, Route route, int draw) {
        Decision made = decided;
        if (made != null && made.route() == route) {
            return null;
        }
        String mismatch = table.mismatch(route, request, draw);
        return mismatch == null && made != null ? "its share of the calls was not drawn" : mismatch;
    }

    private String act(RouteTable table, Route route) {
        if (!(route.action() instanceof Action.Forward forward)) {
            Foresight way = foresight(route, null);
            return way.refusal() == null ? local(table, route) + way.remarks() : refused(way.refusal(), way);
        }
        double sum = forward.clusters().stream()
                .mapToInt(Action.WeightedCluster::weight)
                .sum();
        shares = forward.clusters().stream()
                .map(c -> new Share(c.cluster(), Math.round(c.weight() * 10_000 / sum) / 100.0))
                .toList();
        PickContext hash = RequestHash.of(forward.hash(), request, source);
        if (decided != null && decided.cluster() == null) {
            return "no cluster was reached";
        }
        Action.WeightedCluster part = decided != null
                ? named(forward, Objects.requireNonNull(decided.cluster()))
                : elsewhere(forward, Splits.choose(forward, request, hash, random));
        cluster = part.cluster();
        PickContext call = wishes(hash.labelled(part.labels()));
        LiveCluster chosen = live.clusters().get(cluster);
        if (chosen == null) {
            return refused(Unreachable.noCluster(request, cluster), Foresight.nothing());
        }
        if (chosen.connections() != null) {
            guards.add(chosen.connections().words(now));
        }
        Usable usable = chosen.usable(now, call);
        panic = usable != null && usable.panic();
        Map<LiveEndpoint, Score> scores =
                usable == null ? Map.of() : usable.scores(chosen.config().balancer(), now, random, call);
        for (LiveEndpoint endpoint : chosen.all()) {
            String removal = chosen.removal(endpoint, now);
            Score score = scores.get(endpoint);
            candidates.add(new Candidate(
                    endpoint.address(),
                    endpoint.config().labels(),
                    endpoint.config().health().name(),
                    endpoint.inFlight(),
                    endpoint.stats().consecutiveFailures(),
                    score,
                    removal == null && score == null ? chosen.passedOver(endpoint, call) : removal));
        }
        if (chosen.transport() instanceof Transport.Unavailable missing && !request.secure()) {
            return refused(Unreachable.insecure(request, missing), Foresight.nothing());
        }
        if (decided != null) {
            return "sent to one of the candidates, chosen by " + how(chosen) + inPanic();
        }
        Foresight way = foresight(route, chosen);
        Refusal stopped = way.refusal();
        if (stopped != null) {
            return refused(Foresight.orFallback(stopped, forward.fallback(), request), way);
        }
        LiveEndpoint pick = chosen.pick(now, random, List.of(), call);
        if (pick == null) {
            String why = call.strict()
                    ? "the endpoint of its session, " + call.wished() + ", can't be used"
                    : "cluster " + cluster + " has no endpoint";
            Refusal none = Refusal.failure(Refusal.Kind.NO_ENDPOINT, 503, why);
            Refusal got = Foresight.orFallback(none, forward.fallback(), request);
            return got == none ? noEndpoint(why) : refused(got, way);
        }
        picked = pick.address();
        String by = picked.equals(call.wished()) ? "its session" : how(chosen);
        PathRewrite rewrite = forward.rewrite();
        String target = request.path();
        String as = rewrite == null
                ? ""
                : " as " + Rewrites.apply(rewrite, route.match().path(), target, table.end(target));
        HostRewrite named = part.host() == null ? forward.host() : part.host();
        String host = named == null ? null : Hosts.apply(named, request, pick.config());
        String split = Splits.words(forward);
        return "would be sent to " + picked + as + (host == null ? "" : " with the host " + host) + ", chosen by " + by
                + (split == null ? "" : "; the cluster was chosen " + split)
                + chosen.overload().words()
                + way.remarks()
                + (forward.fallback() == null || request.grpc()
                        ? ""
                        : "; a failure is answered here with status "
                                + forward.fallback().status())
                + inPanic();
    }

    /** What becomes of it before it is sent; nothing of a call that is being made, which has come through. */
    private Foresight foresight(Route route, @Nullable LiveCluster to) {
        if (decided != null) {
            return Foresight.nothing();
        }
        Gate places = to == null ? null : to.connections();
        List<Gate> all = new ArrayList<>(gates);
        if (places != null) {
            all.add(places);
        }
        return Foresight.of(all, request, to, route, now);
    }

    private String noEndpoint(String why) {
        refused = new Explanation.Refused(503, why);
        return why + ": the call is refused";
    }

    private String refused(Refusal refusal, Foresight way) {
        refused = new Explanation.Refused(refusal.code(), refusal.why());
        return Foresight.words(refusal) + way.remarks();
    }

    /** Where the call goes when the cluster that it is for is down. */
    private Action.WeightedCluster elsewhere(Action.Forward forward, Action.WeightedCluster chosen) {
        Action.WeightedCluster other = forward.elsewhere();
        LiveCluster first = live.clusters().get(chosen.cluster());
        LiveCluster second = other == null ? null : live.clusters().get(other.cluster());
        if (other == null || second == null || first != null && first.up(now) || !second.up(now)) {
            return chosen;
        }
        guards.add("cluster " + chosen.cluster() + " has no endpoint that is well: " + other.cluster()
                + " takes its calls");
        return other;
    }

    /** Two parts of a route may name one cluster; the first then stands for both. */
    private static Action.WeightedCluster named(Action.Forward forward, String cluster) {
        for (Action.WeightedCluster target : forward.clusters()) {
            if (target.cluster().equals(cluster)) {
                return target;
            }
        }
        return new Action.WeightedCluster(cluster, 0, HeaderEdits.NONE);
    }

    private PickContext wishes(PickContext call) {
        PickContext wishes = call;
        for (Gate gate : gates) {
            wishes = gate instanceof SessionGate session ? session.wish(request, wishes) : wishes;
        }
        return wishes;
    }

    private static String how(LiveCluster chosen) {
        return chosen.config().balancer().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private String inPanic() {
        return panic ? "; too few endpoints are healthy, so health is ignored" : "";
    }

    private String local(RouteTable table, Route route) {
        if (decided != null) {
            boolean redirected = route.action() instanceof Action.Redirected; // where to may tell of the query
            return (redirected ? "redirected" : "answered here") + " with status " + decided.answered();
        }
        if (route.action() instanceof Action.Redirected redirected) {
            return "redirected with status " + redirected.redirect().status() + " to "
                    + LocalAnswers.location(table, route, redirected.redirect(), request);
        }
        return "answered here with status " + ((Action.DirectResponse) route.action()).status();
    }
}
