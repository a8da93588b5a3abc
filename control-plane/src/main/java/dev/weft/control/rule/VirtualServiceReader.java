package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.DirectResponse;
import dev.weft.control.rule.VirtualService.Forward;
import dev.weft.control.rule.VirtualService.HttpAction;
import dev.weft.control.rule.VirtualService.HttpMatch;
import dev.weft.control.rule.VirtualService.HttpRoute;
import dev.weft.control.rule.VirtualService.Redirect;
import dev.weft.control.rule.VirtualService.TcpRoute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code spec} of a {@code VirtualService}. */
final class VirtualServiceReader {
    static final String RETRY_NON_IDEMPOTENT = "weft.dev/retry-non-idempotent";

    /** What says how a call is sent on. */
    private static final List<String> FORWARDING =
            List.of("timeout", "retries", "mirror", "mirrors", "mirrorPercent", "mirrorPercentage", "headers");

    private final Header header;
    private final HostNames names;
    private final RouteReader routes;

    VirtualServiceReader(Header header, HostNames names) {
        this.header = header;
        this.names = names;
        this.routes = new RouteReader(names, header.namespace());
    }

    VirtualService read(Fields spec) {
        List<String> hosts = names.hosts(spec, header.namespace());
        for (String gateway : spec.texts("gateways")) {
            if (!gateway.equals("mesh")) {
                spec.wrong("gateways", "'" + gateway + "': gateways other than mesh are not supported yet");
            }
        }
        Exports exports = Exports.read(spec, header.namespace());
        List<HttpRoute> http = new ArrayList<>();
        for (Fields route : spec.objects("http")) {
            http.add(route(route, http.size()));
        }
        TcpRouteReader connections = new TcpRouteReader(routes, names, header.namespace(), hosts);
        List<TcpRoute> tcp = new ArrayList<>(connections.tls(spec));
        tcp.addAll(connections.tcp(spec));
        if (http.isEmpty() && !spec.has("http") && !spec.has("tcp") && !spec.has("tls")) {
            spec.wrong("http", "is missing");
        } else if (spec.isEmptyList("http")) {
            spec.wrong("http", "must not be empty");
        }
        spec.end();
        return new VirtualService(header.origin(), header.name(), header.namespace(), hosts, exports, http, tcp);
    }

    private HttpRoute route(Fields route, int index) {
        String name = route.text("name", "");
        List<HttpMatch> matches = new ArrayList<>();
        for (Fields match : route.objects("match")) {
            matches.add(routes.match(match));
        }
        HttpAction action = action(route);
        List<String> idle = action instanceof Forward
                ? List.of()
                : FORWARDING.stream().filter(route::has).toList();
        Fault fault = FaultReader.read(route);
        route.notYet("delegate");
        route.noEffect("what browsers may do says the service itself", "corsPolicy");
        route.end();
        return new HttpRoute(
                route.origin(), name.isEmpty() ? header.name() + "/" + index : name, matches, action, fault, idle);
    }

    private HttpAction action(Fields route) {
        Fields direct = route.object("directResponse");
        Redirect redirect = RewriteReader.redirect(route);
        Duration timeout = route.duration("timeout", Duration.ZERO);
        RewriteReader.Rewritten rewritten = RewriteReader.rewrite(route);
        Forward forward = new Forward(
                routes.destinations(route),
                timeout == null || timeout.isZero() ? null : timeout,
                routes.retries(route),
                routes.mirrors(route),
                routes.headers(route),
                rewritten.path(),
                rewritten.host(),
                Boolean.parseBoolean(header.annotations().get(RETRY_NON_IDEMPOTENT)));
        if (redirect != null) {
            refuse(route, "redirect", List.of("route", "directResponse", "rewrite"));
            return redirect;
        }
        if (direct == null) {
            if (!route.has("route")
                    && !route.has("directResponse")
                    && !route.has("redirect")
                    && !route.has("delegate")) {
                route.wrong("route", "is missing");
            }
            return forward;
        }
        refuse(route, "directResponse", List.of("route", "rewrite"));
        Integer status = direct.integer("status", 200, 599);
        if (status == null && !direct.has("status")) {
            direct.wrong("status", "is missing");
        }
        Fields body = direct.object("body");
        String text = "";
        if (body != null) {
            text = body.text("string", "");
            body.notYet("bytes");
            body.end();
        }
        direct.end();
        return new DirectResponse(status == null ? 503 : status, text);
    }

    /** As Istio's own validation does; what else has no effect is only warned of. */
    private static void refuse(Fields route, String action, List<String> others) {
        for (String other : others) {
            if (route.has(other)) {
                route.wrong(action, "can't stand beside " + other);
            }
        }
    }
}
