package dev.weft.engine.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the calls of a session with one endpoint (Envoy: {@code envoy.filters.http.stateful_session}): the request
 * says which, and the answer says it where the request did not, or where it was another one.
 *
 * @param key where requests and answers say it; null switches it off
 * @param strict whether a call fails whose endpoint may not be used; otherwise another one is chosen
 */
public record StatefulSession(String scope, @Nullable Key key, boolean strict) implements Guard {
    @Override
    public boolean idle() {
        return key == null;
    }

    /** Where a session is written. Its value is the address of the endpoint in Base64, as Envoy writes it. */
    public sealed interface Key {
        /** @param name lower case */
        record Header(String name) implements Key {
            public Header {
                named("name", name);
            }
        }

        /**
         * @param ttlSeconds how long whoever keeps cookies keeps it; 0 for as long as it runs
         * @param path of the requests that it is for; empty for all
         */
        record Cookie(String name, long ttlSeconds, String path) implements Key {
            public Cookie {
                named("cookie.name", name);
                if (ttlSeconds < 0) {
                    throw new IllegalArgumentException("cookie.ttl: " + ttlSeconds + " s is negative");
                }
                for (int i = 0; i < path.length(); i++) {
                    if (path.charAt(i) < ' ' || path.charAt(i) > '~' || path.charAt(i) == ';') {
                        throw new IllegalArgumentException("cookie.path: has characters that a cookie can't have");
                    }
                }
            }
        }

        private static void named(String field, String name) {
            boolean token = !name.isEmpty();
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                token &= c > ' ' && c < 0x7F && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0; // RFC 9110, 5.6.2
            }
            if (!token) {
                throw new IllegalArgumentException(field + ": '" + name + "' is not a name");
            }
        }
    }
}
