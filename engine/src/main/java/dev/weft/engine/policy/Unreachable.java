package dev.weft.engine.policy;

import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Transport;

/** What a call gets that the rules lead nowhere, or nowhere it may go. */
public final class Unreachable {
    private Unreachable() {}

    /** @param virtualHost which has a route for others only */
    public static Refusal noRoute(Request request, String virtualHost) {
        return of(request, Refusal.Kind.NO_ROUTE, 404, "no route of " + virtualHost + " matches");
    }

    /** @param cluster that a route names and that isn't there */
    public static Refusal noCluster(Request request, String cluster) {
        return of(request, Refusal.Kind.NO_ENDPOINT, 503, "cluster " + cluster + " is not known");
    }

    /**
     * It must be secured, and that isn't to be had whatever state the mesh is in, or it is the mesh that would do it and it is
     * paused.
     */
    public static Refusal insecure(Request request, Transport wanted) {
        String why = wanted instanceof Transport.Unavailable missing
                ? "TLS is required and can't be had: " + missing.why()
                : "TLS is required, and the mesh is paused";
        return of(request, Refusal.Kind.TLS_REQUIRED, 503, why);
    }

    private static Refusal of(Request request, Refusal.Kind kind, int code, String why) {
        return Refusal.failure(kind, code, request.host() + ":" + request.port() + ": " + why);
    }
}
