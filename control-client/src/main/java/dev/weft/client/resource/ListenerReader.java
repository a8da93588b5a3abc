package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code Listener} with an {@code api_listener}, and the {@code HttpConnectionManager} inside. */
final class ListenerReader {
    private static final String HCM = "HttpConnectionManager";
    private static final String FILTERS = HttpFilters.FILTERS;
    private static final String ROUTER = FILTERS + "router.v3.Router";

    /** They do nothing, or nothing that a caller must rely on, until a route configures them. */
    private static final Set<String> HARMLESS =
            Set.of(FILTERS + "cors.v3.Cors", FILTERS + "grpc_stats.v3.FilterConfig", FILTERS + "grpc_web.v3.GrpcWeb");

    private final Findings findings;
    private final List<Guard> guards = new ArrayList<>();

    ListenerReader(Findings findings) {
        this.findings = findings;
    }

    Resource read(Message listener) {
        listener.ignore(1, 2, 16, 6, 28);
        var any = listener.message(19).message(1);
        String url = any.string(1);
        if (!url.equals("type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3." + HCM)) {
            findings.refuse("api_listener", "is '" + url + "', not an " + HCM);
            return new Resource.Listener("", null, guards);
        }
        var read = manager(Message.of(any.bytes(2)), "listener '" + listener.string(1) + "'");
        findings.unread(listener, "Listener");
        return read;
    }

    private Resource manager(Message manager, String where) {
        // What shapes a listening proxy means nothing to a caller's side.
        manager.ignore(1, 2, 6, 8, 9, 10, 14, 15, 16, 17, 18, 19, 20, 21, 23, 29, 30, 32, 33, 34, 37, 43, 45, 56);
        filters(manager, where);
        var rds = manager.message(3);
        String routes = rds.string(2);
        boolean inline = manager.has(4);
        if (inline) {
            var table = new RouteReader(findings).read(manager.message(4), "the routes of " + where);
            findings.unread(manager, HCM);
            return new Resource.Listener(null, table, guards);
        }
        if (routes.isEmpty()) {
            findings.refuse(HCM + ".rds.route_config_name", "missing");
        }
        Sources.check(rds.message(1), HCM + ".rds.config_source", findings);
        findings.unread(manager, HCM);
        return new Resource.Listener(routes, null, guards);
    }

    private void filters(Message manager, String where) {
        var filters = manager.messages(5);
        for (int i = 0; i < filters.size(); i++) {
            var filter = filters.get(i);
            String url = filter.message(4).string(1);
            boolean last = i == filters.size() - 1;
            if (url.equals(ROUTER) != last) {
                findings.refuse("http_filters", "the router must be the last filter and stand there once");
                return;
            }
            if (last) {
                router(filter, where);
            }
            if (!last && guard(filter, url, where)) {
                continue;
            }
            if (!last && !HARMLESS.contains(url)) {
                String name = "http filter '" + filter.string(1) + "' (" + url + ")";
                if (filter.flag(6) || filter.flag(7)) {
                    findings.unsupported(name);
                } else {
                    findings.refuse("http_filters", name + " is required and not known here");
                }
            }
        }
    }

    private void router(Message filter, String where) {
        var router = Message.of(filter.message(4).bytes(2));
        // Statistics, logs and spans of a proxy, and what it does with filters of its own.
        router.ignore(1, 2, 3, 5, 7, 8, 9);
        if (router.flag(6)) {
            guards.add(new ExpectedTimeout(where, true));
        }
        findings.unread(router, "Router");
    }

    /** Whether the filter is a guard; of each kind there is one, and the first counts. */
    private boolean guard(Message filter, String url, String where) {
        var filters = new HttpFilters(where, where, findings);
        var guard = filter.flag(7)
                ? filters.off(url)
                : filters.read(url, Message.of(filter.message(4).bytes(2)));
        if (guard == null) {
            return false;
        }
        if (guards.stream().anyMatch(other -> other.getClass() == guard.getClass())) {
            findings.unsupported("http filter '" + filter.string(1) + "' (" + url + "), a second of its kind");
        } else {
            guards.add(guard);
        }
        return true;
    }
}
