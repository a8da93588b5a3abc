package dev.weft.engine.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * One part of the hash of a call, by which a balancer or a split keeps like calls together (Envoy:
 * {@code RouteAction.HashPolicy}). A part that a call lacks is left out.
 */
public sealed interface HashPolicy {
    /** Whether the parts that follow are left out when there is a hash already. */
    boolean terminal();

    /**
     * @param name lower case
     * @param rewrite applied to the value before; null for none
     */
    record Header(String name, @Nullable Substitution rewrite, boolean terminal) implements HashPolicy {
        public Header {
            Bounds.named("hash_policy.header.header_name", name);
        }
    }

    record Cookie(String name, boolean terminal) implements HashPolicy {
        public Cookie {
            Bounds.named("hash_policy.cookie.name", name);
        }
    }

    /** The first parameter of the query by this name, decoded. */
    record Query(String name, boolean terminal) implements HashPolicy {
        public Query {
            Bounds.named("hash_policy.query_parameter.name", name);
        }
    }

    /** The address that the call comes from (Envoy: {@code connection_properties.source_ip}); else the caller itself. */
    record SourceAddress(boolean terminal) implements HashPolicy {}

    /** The caller itself: all calls of a process are alike. */
    record Source(boolean terminal) implements HashPolicy {}
}
