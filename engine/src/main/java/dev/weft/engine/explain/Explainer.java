package dev.weft.engine.explain;

import dev.weft.engine.balance.Balancers;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Request;
import dev.weft.engine.explain.Explanation.Candidate;
import dev.weft.engine.explain.Explanation.RouteVerdict;
import dev.weft.engine.explain.Explanation.Share;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.ledger.Usable;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private @Nullable String domain;
    private @Nullable String virtualHost;
    private final List<RouteVerdict> routes = new ArrayList<>();
    private List<Share> shares = List.of();
    private @Nullable String cluster;
    private boolean panic;
    private final List<Candidate> candidates = new ArrayList<>();
    private @Nullable String picked;

    private Explainer(Live live, RandomSource random, Request request, long now) {
        this.live = live;
        this.random = random;
        this.request = request;
        this.now = now;
    }

    /** What would happen to this request now. */
    public static Explanation explain(Live live, RandomSource random, Request request, long now) {
        Explainer explainer = new Explainer(live, random, request, now);
        String conclusion = explainer.walk();
        return new Explanation(
                request.host(),
                request.port(),
                request.method(),
                request.path(),
                live.snapshot().version(),
                explainer.domain,
                explainer.virtualHost,
                List.copyOf(explainer.routes),
                explainer.shares,
                explainer.cluster,
                explainer.panic,
                List.copyOf(explainer.candidates),
                explainer.picked,
                conclusion);
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
        for (Route route : table.host().routes()) {
            String mismatch = RouteTable.mismatch(route, request);
            routes.add(new RouteVerdict(route.name(), condition(route.match()), mismatch));
            if (mismatch == null) {
                return act(route);
            }
        }
        return "no route matches: the call is refused";
    }

    private String act(Route route) {
        if (!(route.action() instanceof Action.Forward forward)) {
            return "answered here with status " + ((Action.DirectResponse) route.action()).status();
        }
        double sum = forward.clusters().stream()
                .mapToInt(Action.WeightedCluster::weight)
                .sum();
        shares = forward.clusters().stream()
                .map(c -> new Share(c.cluster(), Math.round(c.weight() * 10_000 / sum) / 100.0))
                .toList();
        cluster = Balancers.choose(forward.clusters(), random).cluster();
        LiveCluster chosen = live.clusters().get(cluster);
        if (chosen == null) {
            return "cluster " + cluster + " is not known: the call is refused";
        }
        Usable usable = chosen.usable(now);
        panic = usable.panic();
        Set<LiveEndpoint> used = new HashSet<>(Arrays.asList(usable.hosts()));
        for (LiveEndpoint endpoint : chosen.all()) {
            String removal = chosen.removal(endpoint, now);
            candidates.add(new Candidate(
                    endpoint.address(),
                    endpoint.config().labels(),
                    endpoint.config().health().name(),
                    endpoint.inFlight(),
                    endpoint.stats().consecutiveFailures(),
                    removal == null && !used.contains(endpoint) ? chosen.passedOver(endpoint) : removal));
        }
        if (chosen.config().transport() instanceof Transport.Unavailable missing && !request.secure()) {
            return "TLS is required and can't be had (" + missing.why() + "): the call is refused";
        }
        LiveEndpoint pick = chosen.pick(now, random, List.of());
        if (pick == null) {
            return "cluster " + cluster + " has no endpoint: the call is refused";
        }
        picked = pick.address();
        String how = chosen.config()
                .balancer()
                .name()
                .toLowerCase(java.util.Locale.ROOT)
                .replace('_', ' ');
        return "would be sent to " + picked + ", chosen by " + how
                + (panic ? "; too few endpoints are healthy, so health is ignored" : "");
    }

    private static String condition(Match match) {
        return Stream.concat(
                        Stream.of("path " + RouteTable.words(match.path())),
                        match.headers().stream().map(h -> "header " + h.name() + " " + RouteTable.words(h)))
                .collect(Collectors.joining(", "));
    }
}
