package dev.weft.engine.route;

import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HostRewrite;
import org.jspecify.annotations.Nullable;

/** What becomes of the host of a request. */
public final class Hosts {
    private Hosts() {}

    /** The host to send to this endpoint; null for the application's own, also where the rule's could not be sent. */
    public static @Nullable String apply(HostRewrite rewrite, Request request, Endpoint endpoint) {
        String host = host(rewrite, request, endpoint);
        return host == null || !HostRewrite.sendable(host) ? null : host;
    }

    /**
     * The application's own host as a peer is told it beside another one; null where the request says it already
     * (Envoy: {@code append_xfh_idempotent}).
     */
    public static @Nullable String forwarded(Request request) {
        String told = request.header("host");
        String own = told == null ? written(request) : told;
        String before = request.joined("x-forwarded-host");
        String last = before == null
                ? ""
                : before.substring(before.lastIndexOf(',') + 1).strip();
        return last.equals(own) ? null : own;
    }

    /** As clients write it: a port that everybody knows is left out. */
    private static String written(Request request) {
        boolean usual = request.port() == (request.secure() ? 443 : 80);
        return usual ? request.host() : request.host() + ":" + request.port();
    }

    private static @Nullable String host(HostRewrite rewrite, Request request, Endpoint endpoint) {
        if (rewrite instanceof HostRewrite.Literal literal) {
            return literal.host();
        }
        if (rewrite instanceof HostRewrite.FromHeader from) {
            return request.header(from.name());
        }
        if (rewrite instanceof HostRewrite.FromPath from) {
            String target = request.path();
            return from.substitution().apply(target.substring(0, Paths.end(target, false)));
        }
        return endpoint.hostname();
    }
}
