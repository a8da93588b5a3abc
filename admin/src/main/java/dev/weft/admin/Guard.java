package dev.weft.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what. Looking is for everybody on this machine; changing takes the token where there is one, which only
 * the process's own user can read, or that user's own unix socket. A page in somebody's browser may do neither: its
 * requests name a foreign host (DNS rebinding) or bear an Origin.
 */
public final class Guard {
    private final byte @Nullable [] token;

    /** @param token what requests that change something must bear; null where everybody on this machine may change */
    public Guard(@Nullable String token) {
        this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Why a request is refused, or null.
     *
     * @param local over a unix socket, where no browser can come
     * @param sameUser and its peer is the process's own user
     */
    public @Nullable AdminAnswer refuse(AdminRequest request, boolean local, boolean sameUser) {
        if (!local && !isLoopback(request.header("host"))) {
            return AdminAnswer.refused(421, "The Host header must name this machine's loopback");
        }
        boolean look = request.method().equals("GET") || request.method().equals("HEAD");
        if (look) {
            return null;
        }
        if (!request.method().equals("POST")) {
            return AdminAnswer.refused(405, "GET shows, POST changes");
        }
        if (request.header("origin") != null) {
            return AdminAnswer.refused(403, "Not for web pages");
        }
        if (!sameUser && !bearsToken(request.header("authorization"))) {
            return AdminAnswer.refused(401, "Needs the token of PID.json in the runtime directory");
        }
        return null;
    }

    private boolean bearsToken(@Nullable String authorization) {
        if (token == null) {
            return true;
        }
        String scheme = "bearer ";
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(scheme)) {
            return false;
        }
        byte[] given = authorization.substring(scheme.length()).trim().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, token);
    }

    private static boolean isLoopback(@Nullable String host) {
        if (host == null) {
            return false;
        }
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']');
        String name = (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.equals("[::1]")) {
            return true;
        }
        if (!name.startsWith("127.")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '.' && !Character.isDigit(name.charAt(i))) {
                return false; // 127.0.0.1.example.org
            }
        }
        return true;
    }
}
