package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Guard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configurations of HTTP filters that are guards here, of a whole chain and of single routes. */
final class HttpFilters {
    static final String FILTERS = "type.googleapis.com/envoy.extensions.filters.http.";

    private static final String ROUTE = "type.googleapis.com/envoy.config.route.v3.FilterConfig";
    private static final String FAULT = "fault.v3.HTTPFault";
    private static final String LOCAL_RATE_LIMIT = "local_ratelimit.v3.LocalRateLimit";
    private static final String ADMISSION_CONTROL = "admission_control.v3.AdmissionControl";
    private static final String ADAPTIVE_CONCURRENCY = "adaptive_concurrency.v3.AdaptiveConcurrency";
    private static final String QUOTA = "ratelimit.v3.RateLimit";
    private static final String SESSION = "stateful_session.v3.StatefulSession";
    private static final String SESSION_OF_ROUTE = "stateful_session.v3.StatefulSessionPerRoute";

    private final String where;
    private final String scope;
    private final Findings findings;

    /** @param scope what the guards are configured for; what says the same counts together */
    HttpFilters(String where, String scope, Findings findings) {
        this.where = where;
        this.scope = scope;
        this.findings = findings;
    }

    /** The guard that a filter of this type is; null when it is none. */
    @Nullable
    Guard read(String url, Message config) {
        return switch (type(url)) {
            case FAULT -> new FaultReader(where, findings).read(config, scope);
            case LOCAL_RATE_LIMIT -> new LocalRateLimitReader(where, findings).read(config, scope);
            case ADMISSION_CONTROL -> new AdmissionControlReader(where, findings).read(config, scope);
            case ADAPTIVE_CONCURRENCY -> new AdaptiveConcurrencyReader(where, findings).read(config, scope);
            case QUOTA -> new QuotaReader(where, findings).read(config, scope);
            case SESSION -> new SessionReader(where, findings).read(config, scope);
            case SESSION_OF_ROUTE -> new SessionReader(where, findings).ofRoute(config, scope);
            default -> null;
        };
    }

    /** The guard that a filter of this type is while it is switched off; null when it is none. */
    @Nullable
    Guard off(String url) {
        return switch (type(url)) {
            case FAULT -> FaultReader.idle(scope);
            case LOCAL_RATE_LIMIT -> LocalRateLimitReader.idle(scope);
            case ADMISSION_CONTROL -> AdmissionControlReader.idle(scope);
            case ADAPTIVE_CONCURRENCY -> AdaptiveConcurrencyReader.idle(scope);
            case QUOTA -> QuotaReader.idle(scope);
            case SESSION, SESSION_OF_ROUTE -> SessionReader.idle(scope);
            default -> null;
        };
    }

    private static String type(String url) {
        return url.startsWith(FILTERS) ? url.substring(FILTERS.length()) : "";
    }

    /** {@code typed_per_filter_config}: what is required and not known is refused. */
    List<Guard> perFilter(Message owner, int field) {
        List<Guard> guards = new ArrayList<>();
        for (Message entry : owner.messages(field)) {
            var any = entry.message(2);
            boolean optional = false;
            boolean off = false;
            if (any.string(1).equals(ROUTE)) {
                var config = Message.of(any.bytes(2));
                off = config.flag(3);
                optional = config.flag(2) || off;
                any = config.message(1);
            }
            String url = any.string(1);
            // A route can switch a quota off, but has none of its own.
            boolean ofChain = !off && type(url).equals(QUOTA);
            var guard = off ? off(url) : ofChain ? null : read(url, Message.of(any.bytes(2)));
            if (guard != null) {
                guards.add(guard);
            } else {
                unknown(entry.string(1), url, optional);
            }
        }
        return guards;
    }

    /** As {@link #perFilter} where guards can't stand: what is known is named as not done. */
    void none(Message owner, int field) {
        for (Message entry : owner.messages(field)) {
            String url = entry.message(2).string(1);
            unknown(entry.string(1), url, off(url) != null || url.equals(ROUTE));
        }
    }

    private void unknown(String name, String url, boolean optional) {
        if (optional || url.startsWith(FILTERS + "cors.")) {
            findings.unsupported("filter '" + name + "' (" + url + ")");
        } else {
            findings.refuse(where + ".typed_per_filter_config", "'" + name + "' (" + url + ") is not known here");
        }
    }

    /** Whether a guard stands beside the filter of its kind, and not instead of it. */
    private static boolean beside(Guard guard) {
        return guard instanceof Fault fault && fault.own();
    }

    /** The guards of two levels: of each kind the inner one where there is one. */
    static List<Guard> over(List<Guard> outer, List<Guard> inner) {
        if (outer.isEmpty()) {
            return inner;
        }
        List<Guard> all = new ArrayList<>(inner);
        for (Guard guard : outer) {
            if (inner.stream().noneMatch(own -> own.getClass() == guard.getClass() && !beside(own))) {
                all.add(guard);
            }
        }
        return all;
    }
}
