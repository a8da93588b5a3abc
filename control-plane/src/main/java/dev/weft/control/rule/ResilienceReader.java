package dev.weft.control.rule;

import dev.weft.control.rule.Resilience.Breaker;
import dev.weft.control.rule.Resilience.Bulkhead;
import dev.weft.control.rule.Resilience.ConnectBackoff;
import dev.weft.control.rule.Resilience.Fallback;
import dev.weft.control.rule.Resilience.Policy;
import dev.weft.control.rule.Resilience.RateLimit;
import dev.weft.control.rule.Resilience.Reset;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a {@code Resilience}. What it lets pass, every agent takes. */
final class ResilienceReader {
    static final String KIND = "Resilience";

    private static final List<String> PARTS =
            List.of("breaker", "bulkhead", "rateLimit", "fallback", "fault", "connectBackoff");
    private static final int MOST_CALLS = 100_000;
    private static final Duration ONE_MILLI = Duration.ofMillis(1);
    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(10);
    private static final int DEFAULT_MINIMUM = 20;
    private static final Duration DEFAULT_PER = Duration.ofSeconds(1);

    /** Envoy takes no shorter fill_interval. */
    private static final Duration SHORTEST_PER = Duration.ofMillis(50);

    private static final Duration DEFAULT_BACKOFF = Duration.ofSeconds(1);

    /** RFC 9110, 5.6.2 and 5.5. */
    private static final Pattern HEADER_NAME = Pattern.compile("[0-9A-Za-z!#$%&'*+.^_`|~-]+");

    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t -~]*");

    private final Header header;
    private final RouteReader names;

    ResilienceReader(Header header, HostNames names) {
        this.header = header;
        this.names = new RouteReader(names, header.namespace());
    }

    Resilience read(Fields spec) {
        String host = names.host(spec, true);
        List<String> routes = spec.texts("routes");
        if (HostPattern.isOfSeveral(host) && !routes.isEmpty()) {
            spec.wrong("routes", "are of one host: '" + host + "' stands for several");
        }
        if (spec.isEmptyList("routes")) {
            spec.wrong("routes", "must not be empty");
        }
        Policy policy =
                new Policy(breaker(spec), bulkhead(spec), rateLimit(spec), fallback(spec), fault(spec), backoff(spec));
        Exports exports = Exports.read(spec, header.namespace());
        spec.end();
        if (PARTS.stream().noneMatch(spec::has)) {
            spec.wrong("says nothing: breaker, bulkhead, rateLimit, fallback, fault or connectBackoff is missing");
        }
        return new Resilience(header.origin(), header.name(), header.namespace(), host, exports, routes, policy);
    }

    private static @Nullable Breaker breaker(Fields spec) {
        Fields breaker = spec.object("breaker");
        if (breaker == null) {
            return null;
        }
        Duration window = breaker.duration("window", SHORTEST_WINDOW);
        Integer windowCalls = breaker.integer("windowCalls", 1, MOST_CALLS);
        Integer minimum = breaker.integer("minimumCalls", 1, MOST_CALLS);
        if (breaker.has("window") && breaker.has("windowCalls")) {
            breaker.wrong("windowCalls", "can't stand beside window");
        } else if (windowCalls != null && windowCalls < (minimum == null ? DEFAULT_MINIMUM : minimum)) {
            breaker.wrong(
                    "windowCalls",
                    "is below minimumCalls, " + (minimum == null ? DEFAULT_MINIMUM : minimum)
                            + ": it would never open");
        }
        Breaker read = new Breaker(
                breaker.integer("failureRatio", 1, 100),
                breaker.integer("slowCallRatio", 1, 100),
                breaker.duration("slowCall", ONE_MILLI),
                window,
                windowCalls,
                minimum,
                breaker.duration("open", ONE_MILLI),
                breaker.integer("halfOpenCalls", 1, MOST_CALLS));
        breaker.end();
        return read;
    }

    private static @Nullable Bulkhead bulkhead(Fields spec) {
        Fields bulkhead = spec.object("bulkhead");
        if (bulkhead == null) {
            return null;
        }
        Integer maxCalls = bulkhead.integer("maxCalls", 1, Integer.MAX_VALUE);
        if (!bulkhead.has("maxCalls")) {
            bulkhead.wrong("maxCalls", "is missing");
        }
        Integer maxWaiting = bulkhead.integer("maxWaiting", 0, Integer.MAX_VALUE);
        Duration maxWait = bulkhead.duration("maxWait", ONE_MILLI);
        if (maxWait != null && (maxWaiting == null || maxWaiting == 0)) {
            bulkhead.noEffect("without maxWaiting nobody waits", "maxWait");
        }
        bulkhead.end();
        return maxCalls == null ? null : new Bulkhead(maxCalls, maxWaiting, maxWait);
    }

    private static @Nullable RateLimit rateLimit(Fields spec) {
        Fields limit = spec.object("rateLimit");
        if (limit == null) {
            return null;
        }
        Integer calls = limit.integer("calls", 1, Integer.MAX_VALUE);
        if (!limit.has("calls")) {
            limit.wrong("calls", "is missing");
        }
        Duration per = limit.duration("per", SHORTEST_PER);
        Integer burst = limit.integer("burst", 1, Integer.MAX_VALUE);
        limit.end();
        return calls == null
                ? null
                : new RateLimit(calls, per == null ? DEFAULT_PER : per, burst == null ? calls : burst);
    }

    private static @Nullable Fallback fallback(Fields spec) {
        Fields fallback = spec.object("fallback");
        if (fallback == null) {
            return null;
        }
        Integer status = fallback.integer("status", 200, 599);
        String body = fallback.text("body", "");
        Fields given = fallback.object("headers");
        Map<String, String> headers = given == null ? Map.of() : headers(given);
        fallback.end();
        return new Fallback(status == null ? 200 : status, body, headers);
    }

    private static @Nullable Reset fault(Fields spec) {
        Fields fault = spec.object("fault");
        if (fault == null) {
            return null;
        }
        Integer percent = fault.integer("reset", 0, 100);
        if (!fault.has("reset")) {
            fault.wrong("reset", "is missing");
        }
        Fields given = fault.object("headers");
        Map<String, String> headers = given == null ? Map.of() : headers(given);
        fault.end();
        return percent == null ? null : new Reset(percent, headers);
    }

    private static @Nullable ConnectBackoff backoff(Fields spec) {
        Fields backoff = spec.object("connectBackoff");
        if (backoff == null) {
            return null;
        }
        if (spec.has("routes")) {
            spec.wrong("connectBackoff", "is for the whole host, and can't stand beside routes");
        }
        Duration base = backoff.duration("base", Duration.ZERO);
        Duration max = backoff.duration("max", ONE_MILLI);
        Duration first = base == null ? DEFAULT_BACKOFF : base;
        if (max != null && max.compareTo(first) < 0) {
            backoff.wrong("max", "is below base, " + Durations.show(first));
        }
        backoff.end();
        return new ConnectBackoff(base, max);
    }

    private static Map<String, String> headers(Fields given) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : given.names()) {
            String value = given.text(name, "");
            if (!HEADER_NAME.matcher(name).matches()) {
                given.wrong(name, "is not the name of a header");
            } else if (!HEADER_VALUE.matcher(value).matches()) {
                given.wrong(name, "has characters that can't be sent");
            }
            headers.put(name, value);
        }
        return headers;
    }
}
