package dev.weft.client.resource;

import dev.weft.client.wire.Malformed;
import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Domain;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.VirtualHost;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code RouteConfiguration}. */
final class RouteReader {
    /** Bytes. Envoy's 4 KiB are about its memory at a listener; servers that send more say so. */
    private static final int LONGEST_BODY = 1 << 20;

    private final Findings findings;
    private final Set<String> clusters = new LinkedHashSet<>();
    private final Set<String> written = new HashSet<>();
    /** By what they come to (a trailing dot means nothing), with the virtual host that has them. */
    private final Map<Domain, String> domains = new HashMap<>();

    /** Virtual hosts have names of their own only within a table. */
    private String of = "";

    private List<Guard> guards = List.of();
    private boolean ignorePathParameters;
    private long longestBody = LONGEST_BODY;

    RouteReader(Findings findings) {
        this.findings = findings;
    }

    /** One that others fetch by its name. */
    Resource.RouteTable read(Message table) {
        return read(table, "route configuration '" + table.string(1) + "'");
    }

    /** @param what tells it from all other tables */
    Resource.RouteTable read(Message table, String what) {
        of = " of " + what;
        // A domain without a port matches any port here, so there is none to ignore.
        table.ignore(1, 7, 3, 17, 14);
        ignorePathParameters = table.flag(15);
        longestBody = table.wrapped(11, LONGEST_BODY) & 0xFFFF_FFFFL;
        var edits = edits(table, new int[] {6, 8, 4, 5}, "route configuration");
        guards = new HttpFilters("route configuration '" + table.string(1) + "'", what, findings).perFilter(table, 16);
        List<VirtualHost> hosts = new ArrayList<>();
        for (Message host : table.messages(2)) {
            hosts.add(host(host, edits, table));
        }
        table.messages(13);
        findings.unread(table, "RouteConfiguration");
        return new Resource.RouteTable(hosts, clusters);
    }

    private void domain(String domain, String host, String where, List<String> names) {
        try {
            String lower = domain.toLowerCase(Locale.ROOT);
            String other = domains.putIfAbsent(Domain.parse(domain), host);
            if (!written.add(lower) || other != null && !other.equals(host)) {
                findings.refuse(where + ".domains", "'" + domain + "' stands twice in the route configuration");
            } else if (other == null) {
                names.add(lower);
            }
        } catch (IllegalArgumentException e) {
            findings.refuse(where + ".domains", String.valueOf(e.getMessage()));
        }
    }

    private VirtualHost host(Message host, ActionReader.Edits around, Message table) {
        String name = host.string(1);
        String where = "virtual host '" + name + "'";
        var names = new ArrayList<String>();
        for (String domain : host.strings(2)) {
            domain(domain, name, where, names);
        }
        if (!host.has(2)) {
            findings.refuse(where + ".domains", "empty");
        }
        if (host.number(4) != 0) {
            findings.refuse(where + ".require_tls", "not supported here");
        }
        if (host.has(21)) {
            findings.refuse(where + ".matcher", "not supported here");
        }
        // What a rule gives for all routes of the host; a route's own wins.
        var defaults = new ActionReader.Defaults(
                host.has(16) ? host.message(16) : null,
                host.has(17) ? host.message(17) : null,
                host.has(22) ? host.messages(22) : table.messages(13),
                edits(host, new int[] {7, 13, 10, 11}, where).then(around));
        var outer = HttpFilters.over(guards, new HttpFilters(where, where + of, findings).perFilter(host, 15));
        List<Route> routes = new ArrayList<>();
        int index = 0;
        for (Message route : host.messages(3)) {
            var read = route(route, where + " route " + label(route, index++), defaults, host);
            if (read != null) {
                routes.add(read.guarded(HttpFilters.over(outer, read.guards())));
            }
        }
        host.ignore(6, 14, 24);
        if (host.flag(19)) {
            findings.unsupported("VirtualHost.include_attempt_count_in_response");
        }
        findings.unread(host, "VirtualHost");
        return new VirtualHost(name, names, routes, ignorePathParameters);
    }

    /** @param fields what is added to requests and removed from them, and the same of answers */
    private ActionReader.Edits edits(Message owner, int[] fields, String where) {
        return new ActionReader.Edits(
                HeaderEditReader.read(owner, fields[0], fields[1], where, findings),
                HeaderEditReader.read(owner, fields[2], fields[3], where, findings));
    }

    private static String label(Message route, int index) {
        String name = route.string(14);
        return name.isEmpty() ? String.valueOf(index) : "'" + name + "'";
    }

    /** @param host the virtual host that has it */
    private @Nullable Route route(Message route, String where, ActionReader.Defaults defaults, Message host) {
        try {
            var match = new MatchReader(where, findings).read(route.message(1));
            var path = match == null ? null : match.path();
            var action = action(route, where, defaults, path, host);
            leftOut(route.message(2));
            var own = new ArrayList<>(new HttpFilters(where, where + of, findings).perFilter(route, 13));
            own.addAll(new OwnPolicies(where, findings).read(route.message(4), where + of));
            timeout(route.message(2).message(36), where, own);
            // Decoration, tracing, buffering and statistics change nothing about where a call goes.
            route.ignore(5, 15, 16, 19);
            findings.unread(route, "Route");
            var limits = new RateLimitReader(where, findings, route.message(4)).read(route.message(2), host);
            return match == null || action == null ? null : new Route(route.string(14), match, action, own, limits);
        } catch (Malformed e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** What an action says that changes what becomes of a call, and that nobody here heeds. */
    private void leftOut(Message action) {
        if (action.number(11) != 0) {
            findings.unsupported("RouteAction.priority");
        }
        if (action.number(20) != 0) {
            findings.unsupported("RouteAction.cluster_not_found_response_code other than 503");
        }
        if (!action.message(3).string(2).isEmpty()) {
            findings.unsupported("WeightedCluster.runtime_key_prefix");
        }
    }

    /** A header counts only where {@code grpc_timeout_header_max} is there. */
    private void timeout(Message duration, String where, List<Guard> into) {
        String at = where + ".max_stream_duration";
        long most = Durations.limit(duration, 2, at + ".grpc_timeout_header_max", findings);
        long offset = Durations.nanos(duration, 3, 0, at + ".grpc_timeout_header_offset", findings);
        if (duration.has(2)) {
            into.add(new GrpcTimeout(where, most, offset));
        }
        duration.ignore(1);
        findings.unread(duration, "RouteAction.MaxStreamDuration");
    }

    private @Nullable Action action(
            Message route, String where, ActionReader.Defaults defaults, @Nullable PathMatch path, Message host) {
        var edits = edits(route, new int[] {9, 12, 10, 11}, where).then(defaults.edits());
        if (route.has(2)) {
            boolean nonIdempotent = Structs.flag(route.message(4), "weft", "retry_non_idempotent");
            var action = new ActionReader(where, findings, clusters)
                    .read(route.message(2), defaults.with(edits), nonIdempotent, path);
            var fallback = new OwnPolicies(where, findings).fallback(route.message(4));
            boolean counted = host.flag(14);
            if (!(action instanceof Action.Forward forward)) {
                return action;
            }
            if (fallback.answer() != null || counted) {
                forward = forward.answering(counted, fallback.answer());
            }
            if (fallback.cluster().isEmpty()) {
                return forward;
            }
            clusters.add(fallback.cluster());
            return forward.failingOver(new Action.WeightedCluster(fallback.cluster(), 1, HeaderEdits.NONE));
        }
        if (route.has(7)) {
            return direct(route.message(7), where, HeaderEditReader.added(edits.answers()));
        }
        if (route.has(3)) {
            var redirect = new RedirectReader(where, findings).read(route.message(3), path);
            var headers = HeaderEditReader.added(edits.answers());
            return redirect == null ? null : new Action.Redirected(redirect, headers);
        }
        findings.refuse(where, "has no action that a caller can follow (cluster, redirect or direct response)");
        return null;
    }

    private @Nullable Action direct(Message response, String where, List<HeaderEdits.Entry> headers) {
        long status = response.number(1);
        if (status < 200 || status > 599) {
            findings.refuse(where + ".direct_response.status", status + " is out of range");
            return null;
        }
        var body = response.message(2);
        if (body.has(1) || body.has(4)) {
            findings.refuse(where + ".direct_response.body", "only inline bodies are supported");
        }
        String text = body.has(2) ? new String(body.bytes(2), StandardCharsets.UTF_8) : body.string(3);
        if (text.getBytes(StandardCharsets.UTF_8).length > longestBody) {
            findings.refuse(where + ".direct_response.body", "is longer than " + longestBody + " bytes");
        }
        return new Action.DirectResponse((int) status, text, headers);
    }
}
