package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.StatefulSession;
import dev.weft.engine.snapshot.StatefulSession.Key;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code StatefulSession}, of a chain and of a route. */
final class SessionReader {
    private static final String STATES = "type.googleapis.com/envoy.extensions.http.stateful_session.";
    private static final long SECOND = 1_000_000_000L;

    private final String where;
    private final Findings findings;

    SessionReader(String where, Findings findings) {
        this.where = where + ".stateful_session";
        this.findings = findings;
    }

    static StatefulSession idle(String scope) {
        return new StatefulSession(scope, null, false);
    }

    /** {@code StatefulSessionPerRoute}. */
    StatefulSession ofRoute(Message route, String scope) {
        boolean off = route.flag(1);
        if (!off && !route.has(2)) {
            findings.refuse(where, "says neither disabled nor stateful_session");
        }
        return off ? idle(scope) : read(route.message(2), scope);
    }

    /** Without a state it does nothing until a route has one. */
    StatefulSession read(Message session, String scope) {
        var key = session.has(1) ? key(session.message(1).message(2)) : null;
        boolean strict = session.flag(2);
        findings.unread(session, "StatefulSession");
        return new StatefulSession(scope, key, strict);
    }

    private @Nullable Key key(Message any) {
        String url = any.string(1);
        var state = Message.of(any.bytes(2));
        try {
            if (url.equals(STATES + "cookie.v3.CookieBasedSessionState")) {
                return cookie(state.message(1));
            }
            if (url.equals(STATES + "header.v3.HeaderBasedSessionState")) {
                return new Key.Header(state.string(1).toLowerCase(Locale.ROOT));
            }
            findings.refuse(where + ".session_state", "'" + url + "' is not known here");
        } catch (IllegalArgumentException e) {
            findings.refuse(where + ".session_state", String.valueOf(e.getMessage()));
        }
        return null;
    }

    private Key cookie(Message cookie) {
        long ttl = Durations.nanos(cookie, 2, 0, where + ".session_state.cookie.ttl", findings) / SECOND;
        var read = new Key.Cookie(cookie.string(1), ttl, cookie.string(3));
        findings.unread(cookie, "Cookie");
        return read;
    }
}
