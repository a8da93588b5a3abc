package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code Listener} with an {@code api_listener}: the {@code HttpConnectionManager} inside, or the {@code TcpProxy} of a
 * port for connections as such. Beside the former, that of the default filter chain takes what is no HTTP.
 */
final class ListenerReader {
    private static final String HCM = "HttpConnectionManager";
    private static final String TLS_INSPECTOR =
            "type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector";
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
        boolean tls = inspectsTls(listener);
        if (url.equals(TcpProxyReader.URL)) {
            var tcp = new TcpProxyReader(findings).read(Message.of(any.bytes(2)), tls);
            findings.unread(listener, "Listener");
            return new Resource.Listener(null, table(listener.string(1), tcp), guards, tcp);
        }
        var chain = chain(listener.message(25), tls);
        if (!url.equals("type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3." + HCM)) {
            findings.refuse("api_listener", "is '" + url + "', not an " + HCM + " or a TcpProxy");
            return new Resource.Listener("", null, guards, null);
        }
        var read = manager(Message.of(any.bytes(2)), "listener '" + listener.string(1) + "'", chain);
        findings.unread(listener, "Listener");
        return read;
    }

    /** Whether it waits for the first message of TLS. Other filters of listeners are about accepting connections. */
    private boolean inspectsTls(Message listener) {
        boolean tls = false;
        for (Message filter : listener.messages(9)) {
            String url = filter.message(3).string(1);
            tls |= url.equals(TLS_INSPECTOR);
            if (!url.equals(TLS_INSPECTOR)) {
                findings.unsupported("listener filter '" + filter.string(1) + "' (" + url + ")");
            }
        }
        return tls;
    }

    private @Nullable TcpProxy chain(Message chain, boolean tls) {
        TcpProxy tcp = null;
        for (Message filter : chain.messages(3)) {
            var any = filter.message(4);
            if (any.string(1).equals(TcpProxyReader.URL) && tcp == null) {
                tcp = new TcpProxyReader(findings).read(Message.of(any.bytes(2)), tls);
            } else {
                findings.refuse("default_filter_chain", "'" + any.string(1) + "' is not the one TcpProxy it may hold");
            }
        }
        chain.ignore(7);
        findings.unread(chain, "FilterChain");
        return tcp;
    }

    /** What a listener without routes is followed by: its clusters. */
    private static Resource.RouteTable table(String name, @Nullable TcpProxy tcp) {
        var host = new VirtualHost(name, List.of("*"), List.of(), false, null);
        return new Resource.RouteTable(List.of(host), Resource.Listener.clusters(tcp));
    }

    private Resource manager(Message manager, String where, @Nullable TcpProxy tcp) {
        // What shapes a listening proxy means nothing to a caller's side. That paths are put in order before they are
        // matched would: a route that refuses /admin is then not asked for by //admin.
        manager.ignore(1, 2, 6, 8, 9, 10, 14, 15, 16, 17, 18, 19, 20, 21, 23, 29, 32, 34, 37, 43, 56);
        boolean isOrdered = manager.wrapped(30, 0) != 0;
        boolean isMerged = manager.flag(33);
        boolean isUnescaped = manager.number(45) > 1; // 1 leaves them as they are
        if (isOrdered || isMerged || isUnescaped) {
            findings.unsupported(HCM + "." + FieldNames.of(HCM, isOrdered ? 30 : isMerged ? 33 : 45));
        }
        findings.unread(manager.message(35), "HttpProtocolOptions");
        filters(manager, where);
        var rds = manager.message(3);
        String routes = rds.string(2);
        boolean inline = manager.has(4);
        if (inline) {
            var table = new RouteReader(findings).read(manager.message(4), "the routes of " + where);
            findings.unread(manager, HCM);
            return new Resource.Listener(null, table, guards, tcp);
        }
        if (routes.isEmpty()) {
            findings.refuse(HCM + ".rds.route_config_name", "missing");
        }
        Sources.check(rds.message(1), HCM + ".rds.config_source", findings);
        findings.unread(manager, HCM);
        return new Resource.Listener(routes, null, guards, tcp);
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
