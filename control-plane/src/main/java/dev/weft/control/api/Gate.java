package dev.weft.control.api;

import dev.weft.control.http.Request;
import dev.weft.control.http.Response;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may do what: looking is for everybody who reaches us, changing for whoever holds the token. */
final class Gate {
    private static final String SCHEME = "bearer ";

    private final byte[] token;

    Gate(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** Why a request isn't let in; null when it is. */
    @Nullable
    Response refusal(Request request, boolean isChange) {
        if (!isAddressedDirectly(request.header("host"))) {
            return Response.problem(421, "this server answers to its IP address and localhost only");
        }
        if (!isChange) {
            return null;
        }
        String site = request.header("sec-fetch-site");
        if (request.header("origin") != null || (site != null && !site.equals("none"))) {
            return Response.problem(403, "a page in a browser can't change anything here");
        }
        String given = request.header("authorization");
        byte[] offered = given != null && given.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        return MessageDigest.isEqual(offered, token)
                ? null
                : Response.problem(
                                401,
                                given == null
                                        ? "changing takes the token: Authorization: Bearer TOKEN"
                                        : "this is not the token of this control plane")
                        .with("WWW-Authenticate", "Bearer");
    }

    /**
     * A web page of somewhere else can make a browser send requests here under a name whose address it
     * has changed (DNS rebinding); it can't make it send an IP address as Host.
     */
    private static boolean isAddressedDirectly(@Nullable String host) {
        if (host == null) {
            return false;
        }
        boolean isBracketed = host.startsWith("[") && host.indexOf(']') > 0;
        int colon = isBracketed ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
        String name = isBracketed ? host.substring(1, host.indexOf(']')) : colon < 0 ? host : host.substring(0, colon);
        return name.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(name)
                || (isBracketed && NetUtil.isValidIpV6Address(name));
    }
}
