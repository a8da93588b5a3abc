package dev.weft.control.rule;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is done when calls to a host fail, in words of our own because Istio has none: stop calling for
 * a while, let only so many be under way or go on in a time, answer something else, leave out who can't be connected to; and failures that
 * are made on purpose. Each part is null where the rule is silent.
 *
 * @param host full name, or a {@link HostPattern}: what rules for the host itself don't say
 * @param routes names of the routes that it is for; empty for all of the host
 */
public record Resilience(
        Origin origin, String name, String namespace, String host, Exports exports, List<String> routes, Policy policy)
        implements Rule {
    public Resilience {
        routes = List.copyOf(routes);
    }

    /** Whether it is for a route of this name. */
    public boolean isFor(String route) {
        return routes.isEmpty() || routes.contains(route);
    }

    /** Each part is null where nobody speaks of it. */
    public record Policy(
            @Nullable Breaker breaker,
            @Nullable Bulkhead bulkhead,
            @Nullable RateLimit rateLimit,
            @Nullable Fallback fallback,
            @Nullable Reset fault,
            @Nullable ConnectBackoff connectBackoff) {
        public static final Policy NONE = new Policy(null, null, null, null, null, null);

        /** This policy, with what it lacks taken from another. */
        public Policy over(Policy base) {
            return new Policy(
                    breaker != null ? breaker : base.breaker,
                    bulkhead != null ? bulkhead : base.bulkhead,
                    rateLimit != null ? rateLimit : base.rateLimit,
                    fallback != null ? fallback : base.fallback,
                    fault != null ? fault : base.fault,
                    connectBackoff != null ? connectBackoff : base.connectBackoff);
        }
    }

    /**
     * Null where the rule is silent.
     *
     * @param failureRatio percent of the calls
     * @param slowCallRatio percent of the calls
     * @param window of time; null beside {@code windowCalls}
     */
    public record Breaker(
            @Nullable Integer failureRatio,
            @Nullable Integer slowCallRatio,
            @Nullable Duration slowCall,
            @Nullable Duration window,
            @Nullable Integer windowCalls,
            @Nullable Integer minimumCalls,
            @Nullable Duration open,
            @Nullable Integer halfOpenCalls) {}

    /**
     * How many calls may be under way.
     *
     * @param maxWaiting beyond those; null for none
     * @param maxWait null for as long as the call has time
     */
    public record Bulkhead(
            int maxCalls,
            @Nullable Integer maxWaiting,
            @Nullable Duration maxWait) {}

    /**
     * How many calls of one process go on; the others are answered.
     *
     * @param calls in each {@code per}
     * @param burst at once, after a while without calls
     */
    public record RateLimit(int calls, Duration per, int burst) {}

    /**
     * Calls that fail as if the peer had reset their connection.
     *
     * @param percent of the calls
     * @param headers that a call must have, each with its value
     */
    public record Reset(int percent, Map<String, String> headers) {
        public Reset {
            headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        }
    }

    /**
     * How long an instance is left out that can't be connected to; null where the rule is silent.
     *
     * @param base after the first failure; 0 for not at all
     * @param max the longest
     */
    public record ConnectBackoff(
            @Nullable Duration base, @Nullable Duration max) {}

    /** What the application gets instead of a failure. */
    public record Fallback(int status, String body, Map<String, String> headers) {
        public Fallback {
            headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        }
    }
}
