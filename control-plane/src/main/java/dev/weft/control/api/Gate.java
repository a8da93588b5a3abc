package dev.weft.control.api;

import dev.weft.control.http.Request;
import dev.weft.control.http.Response;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what. Changing takes the token, and so does reading from another machine; whoever is on this one may look.
 * What says nothing of anybody is open to all.
 */
final class Gate {
    private static final String SCHEME = "bearer ";

    private final Access access;
    private final byte[] token;

    Gate(Access access) {
        this.access = access;
        this.token = access.token().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Why a request isn't let in; null when it is.
     *
     * @param operation what it asks for; null for nothing that there is
     */
    @Nullable
    Response refusal(Request request, @Nullable Operation operation) {
        boolean isByAnyName = access.isNetworked() && operation != null && operation.reader() == Operation.Reader.PROBE;
        if (!isByAnyName && !isOurs(request.header("host"))) {
            return Response.problem(
                    421,
                    "this server answers to its IP address, localhost, and the names of its certificate and --rest-host");
        }
        boolean isChange = operation != null && operation.isChange();
        if (isChange) {
            String site = request.header("sec-fetch-site");
            if (request.header("origin") != null || (site != null && !site.equals("none"))) {
                return Response.problem(403, "a page in a browser can't change anything here");
            }
        }
        boolean isOpen = operation != null && operation.reader() != Operation.Reader.PEOPLE;
        return !isChange && (isOpen || access.isHere().test(request.peer())) ? null : withoutToken(request, isChange);
    }

    private @Nullable Response withoutToken(Request request, boolean isChange) {
        String given = request.header("authorization");
        byte[] offered = given != null && given.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        return MessageDigest.isEqual(offered, token)
                ? null
                : Response.problem(
                                401,
                                given == null
                                        ? (isChange ? "changing" : "reading from another machine")
                                                + " takes the token: Authorization: Bearer TOKEN"
                                        : "this is not the token of this control plane")
                        .with("WWW-Authenticate", "Bearer");
    }

    /**
     * A web page of somewhere else can make a browser send requests here under a name whose address it
     * has changed (DNS rebinding). It can't make it send an IP address as Host, nor a name that isn't its own.
     */
    private boolean isOurs(@Nullable String host) {
        if (host == null) {
            return false;
        }
        boolean isBracketed = host.startsWith("[") && host.indexOf(']') > 0;
        int colon = isBracketed ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
        String name = isBracketed ? host.substring(1, host.indexOf(']')) : colon < 0 ? host : host.substring(0, colon);
        return isBracketed
                ? NetUtil.isValidIpV6Address(name)
                : name.equalsIgnoreCase("localhost") || NetUtil.isValidIpV4Address(name) || isNamed(name);
    }

    private boolean isNamed(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        int dot = name.indexOf('.');
        String rest = dot > 0 ? "*" + name.substring(dot) : "";
        return access.names().get().stream().anyMatch(known -> known.equals(name) || known.equals(rest))
                && !name.isEmpty();
    }
}
