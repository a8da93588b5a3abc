package dev.weft.engine.route;

import dev.weft.engine.balance.Hashing;
import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.HashPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The hash that a route's policies make of a request, put together as Envoy does: the same hash, the same choice.
 * Worked out when it is first asked for. Not thread-safe.
 */
public final class RequestHash implements PickContext {
    private final List<HashPolicy> policies;
    private final Request request;
    private final long source;
    private boolean known;
    private boolean hashed;
    private long hash;

    /** Made only where a rule says what makes calls alike. */
    public static PickContext of(List<HashPolicy> policies, Request request, long source) {
        return policies.isEmpty() ? PickContext.NONE : new RequestHash(policies, request, source);
    }

    /**
     * @param source stands for the caller itself, {@link HashPolicy.Source}
     */
    RequestHash(List<HashPolicy> policies, Request request, long source) {
        this.policies = policies;
        this.request = request;
        this.source = source;
    }

    @Override
    public boolean hashed() {
        know();
        return hashed;
    }

    @Override
    public long hash() {
        know();
        return hash;
    }

    private void know() {
        if (known) {
            return;
        }
        known = true;
        for (HashPolicy policy : policies) {
            if (policy instanceof HashPolicy.Source
                    || policy instanceof HashPolicy.SourceAddress && request.source() == null) {
                mix(source);
            } else {
                String value = value(policy);
                if (value != null) {
                    mix(Hashing.xxHash64(value.getBytes(StandardCharsets.UTF_8), 0));
                }
            }
            if (hashed && policy.terminal()) {
                return;
            }
        }
    }

    private void mix(long part) {
        hash = Long.rotateLeft(hash, 1) ^ part;
        hashed = true;
    }

    private @Nullable String value(HashPolicy policy) {
        if (policy instanceof HashPolicy.Header header) {
            String value = Conditions.value(header.name(), request);
            return value == null || header.rewrite() == null
                    ? value
                    : header.rewrite().apply(value);
        }
        if (policy instanceof HashPolicy.Cookie cookie) {
            return Cookies.value(request.joined("cookie"), cookie.name());
        }
        if (policy instanceof HashPolicy.SourceAddress) {
            return request.source();
        }
        return policy instanceof HashPolicy.Query query ? Queries.first(request.path(), query.name()) : null;
    }

    @Override
    public String toString() {
        return hashed() ? String.format(Locale.ROOT, "%016x", hash) : "none";
    }
}
