package dev.weft.engine.snapshot;

/**
 * What is sent as the host ({@code Host}, {@code :authority}) instead of the application's own (Envoy: {@code
 * host_rewrite_specifier}). Where calls go, and what rules are held against, is the application's host in any case.
 */
public sealed interface HostRewrite {
    /** Whether this can be sent as a host: visible characters of ASCII, one at least. */
    static boolean sendable(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) <= ' ' || host.charAt(i) > '~') {
                return false;
            }
        }
        return !host.isEmpty();
    }

    /** The same for all calls (Envoy: {@code host_rewrite_literal}). */
    record Literal(String host) implements HostRewrite {
        public Literal {
            if (!sendable(host)) {
                throw new IllegalArgumentException("host_rewrite_literal: '" + host + "' can't be sent as a host");
            }
        }
    }

    /**
     * What the application's request says in a header; one without it keeps its host (Envoy: {@code
     * host_rewrite_header}).
     *
     * @param name lower case
     */
    record FromHeader(String name) implements HostRewrite {
        public FromHeader {
            Bounds.named("host_rewrite_header", name);
        }
    }

    /** What a substitution makes of the application's path, without its query (Envoy: {@code host_rewrite_path_regex}). */
    record FromPath(Substitution substitution) implements HostRewrite {}

    /** The name of the endpoint, of each attempt its own; without a name the host stays (Envoy: {@code auto_host_rewrite}). */
    record OfEndpoint() implements HostRewrite {}
}
