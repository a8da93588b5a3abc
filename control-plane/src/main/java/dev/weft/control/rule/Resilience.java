package dev.weft.control.rule;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is done when calls to a host fail, in words of our own because Istio has none: stop calling for
 * a while, let only so many be under way or go on in a time, answer something else, leave out who can't be connected to; and failures that
 * are made on purpose.
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

    /** The service that it has count calls. */
    Optional<VirtualService.Destination> asked() {
        return Optional.ofNullable(policy.get(RateLimitService.class)).map(RateLimitService::destination);
    }

    /** What a rule may say. */
    public sealed interface Part {}

    /** A part that is of a host as a whole, and can't be said of single routes. */
    public sealed interface HostPart extends Part {}

    /** What one rule says, or several together: of each kind of part at most one. */
    public record Policy(Map<Class<? extends Part>, Part> parts) {
        public static final Policy NONE = new Policy(Map.of());

        public Policy {
            parts = Map.copyOf(parts);
        }

        public static Policy of(List<Part> parts) {
            Map<Class<? extends Part>, Part> byKind = new HashMap<>();
            parts.forEach(part -> byKind.put(part.getClass(), part));
            return new Policy(byKind);
        }

        /** Null where nobody speaks of it. */
        public <P extends Part> @Nullable P get(Class<P> kind) {
            return kind.cast(parts.get(kind));
        }

        /** What is said of the host as a whole. */
        public Policy ofHost() {
            return of(parts.values().stream().filter(HostPart.class::isInstance).toList());
        }

        /** This policy, with what it lacks taken from another. */
        public Policy over(Policy base) {
            Map<Class<? extends Part>, Part> all = new HashMap<>(base.parts);
            all.putAll(parts);
            return new Policy(all);
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
            @Nullable Integer halfOpenCalls)
            implements Part {}

    /**
     * How many calls may be under way.
     *
     * @param maxWaiting beyond those; null for none
     * @param maxWait null for as long as the call has time
     */
    public record Bulkhead(
            int maxCalls,
            @Nullable Integer maxWaiting,
            @Nullable Duration maxWait) implements Part {}

    /**
     * How many calls of one process go on; the others are answered.
     *
     * @param calls in each {@code per}
     * @param burst at once, after a while without calls
     */
    public record RateLimit(int calls, Duration per, int burst) implements Part {}

    /**
     * Calls that fail as if the peer had reset their connection.
     *
     * @param percent of the calls
     * @param headers that a call must have, each with its value
     */
    public record Reset(int percent, Map<String, String> headers) implements Part {
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
            @Nullable Duration base, @Nullable Duration max) implements HostPart {}

    /** What the application gets instead of a failure. */
    public record Fallback(int status, String body, Map<String, String> headers) implements Part {
        public Fallback {
            headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        }
    }

    /**
     * How many of a host's instances a process uses.
     *
     * @param instances that it keeps to; each process to others
     */
    public record Subsetting(int instances) implements HostPart {}

    /**
     * How latency is remembered where it decides who is chosen.
     *
     * @param decay after which an old one counts for a third
     */
    public record PeakEwma(Duration decay) implements HostPart {}

    /**
     * How the load that instances report is heeded where it decides who is chosen; null where the rule is silent.
     *
     * @param blackout how long an instance must have reported before it is believed
     * @param expiration how long a report counts
     * @param update how often the weights are computed anew
     * @param errorPenalty how much a share of errors adds to the utilization
     * @param utilization metrics of which the largest counts where the application says no utilization
     */
    public record ReportedLoad(
            @Nullable Duration blackout,
            @Nullable Duration expiration,
            @Nullable Duration update,
            @Nullable Double errorPenalty,
            List<String> utilization)
            implements HostPart {
        public ReportedLoad {
            utilization = List.copyOf(utilization);
        }
    }

    /**
     * The calls of a session meet one instance, which answers name and requests bring along.
     *
     * @param header in which they do; empty for in a cookie
     * @param cookie null for in a header
     * @param isStrict a call fails whose instance may not be used, instead of meeting another
     */
    public record Session(String header, @Nullable Cookie cookie, boolean isStrict) implements Part {}

    /**
     * A cookie that answers set.
     *
     * @param ttl how long it is kept; null for as long as whoever keeps it runs
     * @param path of the requests that it is for; empty for all
     */
    public record Cookie(String name, @Nullable Duration ttl, String path) {}

    /**
     * A limit on the calls under way that follows their latency. Shares are percentages.
     *
     * @param percentile of the latencies that is looked at
     * @param update how often the limit is found anew
     * @param minRtt how the latency without load is known
     * @param buffer what is added to that latency, of it
     * @param status of the answer to a call that is too many
     */
    public record AdaptiveConcurrency(
            int percentile, int maxCalls, int minCalls, Duration update, MinRtt minRtt, int buffer, int status)
            implements Part {}

    /**
     * How the latency without load is known.
     *
     * @param fixed it is given; null for measured from time to time
     * @param interval from one measurement to the next
     * @param calls that are measured
     * @param jitter by how much of the interval it is longer at most, percent
     */
    public record MinRtt(@Nullable Duration fixed, Duration interval, int calls, int jitter) {
        public static final MinRtt MEASURED = new MinRtt(null, Duration.ofSeconds(60), 50, 15);
    }

    /**
     * A share of the calls that is refused grows as fewer of them succeed. Shares are percentages.
     *
     * @param success statuses that count as a success
     * @param window over which they are counted
     * @param aggression 1 or more: how fast it grows
     * @param threshold of successes, below which calls are refused
     * @param minRate calls in a second below which none is refused
     * @param maxRejection the largest share
     */
    public record AdmissionControl(
            List<Statuses> success, Duration window, double aggression, int threshold, int minRate, int maxRejection)
            implements Part {
        public AdmissionControl {
            success = List.copyOf(success);
        }
    }

    /** Statuses from the first to the last. */
    public record Statuses(int from, int to) {
        boolean overlaps(Statuses other) {
            return from <= other.to && other.from <= to;
        }
    }

    /**
     * Attempts beside each other.
     *
     * @param initialRequests how many begin at once; 1 for one after the other
     * @param onPerTryTimeout another begins when one is too slow, which goes on
     */
    public record Hedge(int initialRequests, boolean onPerTryTimeout) implements Part {}

    /**
     * Answers that are no answers: the call is made again.
     *
     * @param headers one of which such an answer has, with its value; an empty one stands for any
     */
    public record RetriableHeaders(Map<String, String> headers) implements Part {
        public RetriableHeaders {
            headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        }
    }

    /**
     * The service that counts calls of many processes.
     *
     * @param domain in which it counts them
     * @param timeout how long it may take to answer
     * @param isDenying calls are refused of which it says nothing
     * @param status of the answer to a call that is too many
     * @param statusOnError of the answer to a call of which it says nothing
     */
    public record RateLimitService(
            VirtualService.Destination destination,
            String domain,
            Duration timeout,
            boolean isDenying,
            int status,
            int statusOnError)
            implements HostPart {}

    /**
     * What that service is told of a call.
     *
     * @param descriptors of each, if the call has all that it needs, the service may know a limit
     */
    public record GlobalRateLimit(List<List<Entry>> descriptors) implements Part {
        public GlobalRateLimit {
            descriptors = descriptors.stream().map(List::copyOf).toList();
        }
    }

    /**
     * A part of a descriptor.
     *
     * @param key empty for that of the cluster
     * @param text the value, or the name of the header or parameter whose value counts
     * @param isOptional a call without it has the rest of the descriptor
     */
    public record Entry(Source source, String key, String text, boolean isOptional) {
        /** Where the value comes from. */
        public enum Source {
            VALUE,
            HEADER,
            QUERY,
            CLUSTER
        }
    }
}
