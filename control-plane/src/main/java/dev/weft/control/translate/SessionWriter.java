package dev.weft.control.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.control.rule.Resilience.Cookie;
import dev.weft.control.rule.Resilience.Session;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;

/** Sessions that stay with one instance. */
final class SessionWriter {
    private SessionWriter() {}

    static StatefulSessionPerRoute of(Session session) {
        Cookie cookie = session.cookie();
        TypedExtensionConfig state = cookie == null
                ? state(
                        "header",
                        HeaderBasedSessionState.newBuilder()
                                .setName(session.header())
                                .build())
                : state(
                        "cookie",
                        CookieBasedSessionState.newBuilder()
                                .setCookie(cookie(cookie))
                                .build());
        return StatefulSessionPerRoute.newBuilder()
                .setStatefulSession(
                        StatefulSession.newBuilder().setSessionState(state).setStrict(session.isStrict()))
                .build();
    }

    private static TypedExtensionConfig state(String kind, Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName("envoy.http.stateful_session." + kind)
                .setTypedConfig(Any.pack(config))
                .build();
    }

    private static io.envoyproxy.envoy.type.http.v3.Cookie.Builder cookie(Cookie cookie) {
        io.envoyproxy.envoy.type.http.v3.Cookie.Builder builder = io.envoyproxy.envoy.type.http.v3.Cookie.newBuilder()
                .setName(cookie.name())
                .setPath(cookie.path());
        if (cookie.ttl() != null) {
            builder.setTtl(Wire.duration(cookie.ttl()));
        }
        return builder;
    }
}
