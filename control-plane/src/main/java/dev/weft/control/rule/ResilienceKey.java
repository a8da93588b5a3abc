package dev.weft.control.rule;

import dev.weft.control.rule.Resilience.AdaptiveConcurrency;
import dev.weft.control.rule.Resilience.AdmissionControl;
import dev.weft.control.rule.Resilience.Breaker;
import dev.weft.control.rule.Resilience.Bulkhead;
import dev.weft.control.rule.Resilience.ConnectBackoff;
import dev.weft.control.rule.Resilience.Cookie;
import dev.weft.control.rule.Resilience.Fallback;
import dev.weft.control.rule.Resilience.GlobalRateLimit;
import dev.weft.control.rule.Resilience.Hedge;
import dev.weft.control.rule.Resilience.HostPart;
import dev.weft.control.rule.Resilience.Part;
import dev.weft.control.rule.Resilience.PeakEwma;
import dev.weft.control.rule.Resilience.RateLimit;
import dev.weft.control.rule.Resilience.RateLimitService;
import dev.weft.control.rule.Resilience.ReportedLoad;
import dev.weft.control.rule.Resilience.Reset;
import dev.weft.control.rule.Resilience.RetriableHeaders;
import dev.weft.control.rule.Resilience.Session;
import dev.weft.control.rule.Resilience.Subsetting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a {@code Resilience}: the word for it, what it is, and how it is read.
 *
 * @param reader null for what is wrong, which it has said
 */
record ResilienceKey(String word, Class<? extends Part> kind, BiFunction<Fields, RouteReader, @Nullable Part> reader) {
    /** In the order in which they are named. */
    static final List<ResilienceKey> ALL = List.of(
            key("breaker", Breaker.class, ResilienceKey::breaker),
            key("bulkhead", Bulkhead.class, ResilienceKey::bulkhead),
            key("rateLimit", RateLimit.class, ResilienceKey::rateLimit),
            key("rateLimitService", RateLimitService.class, QuotaKeys::service),
            key("globalRateLimit", GlobalRateLimit.class, QuotaKeys::limit),
            key("admissionControl", AdmissionControl.class, ConcurrencyKeys::admission),
            key("adaptiveConcurrency", AdaptiveConcurrency.class, ConcurrencyKeys::adaptive),
            key("hedge", Hedge.class, ConcurrencyKeys::hedge),
            key("retriableHeaders", RetriableHeaders.class, ResilienceKey::retriable),
            key("session", Session.class, ResilienceKey::session),
            key("fallback", Fallback.class, ResilienceKey::fallback),
            key("fault", Reset.class, ResilienceKey::fault),
            key("connectBackoff", ConnectBackoff.class, ResilienceKey::backoff),
            key("subsetting", Subsetting.class, BalancingKeys::subsetting),
            key("peakEwma", PeakEwma.class, BalancingKeys::peakEwma),
            key("reportedLoad", ReportedLoad.class, BalancingKeys::reportedLoad));

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

    /** RFC 6265, 4.1.1. */
    private static final Pattern COOKIE_PATH = Pattern.compile("[ -:<-~]*");

    private static <P extends Part> ResilienceKey key(
            String word, Class<P> kind, Function<Fields, @Nullable P> reader) {
        return new ResilienceKey(word, kind, (fields, names) -> reader.apply(fields));
    }

    private static <P extends Part> ResilienceKey key(
            String word, Class<P> kind, BiFunction<Fields, RouteReader, @Nullable P> reader) {
        return new ResilienceKey(word, kind, reader::apply);
    }

    /**
     * Null where it is absent or wrong.
     *
     * @param names reads names of hosts
     */
    @Nullable
    Part read(Fields spec, RouteReader names) {
        Fields fields = spec.object(word);
        if (fields == null) {
            return null;
        }
        if (HostPart.class.isAssignableFrom(kind) && spec.has("routes")) {
            spec.wrong(word, "is for the whole host, and can't stand beside routes");
        }
        Part part = reader.apply(fields, names);
        fields.end();
        return part;
    }

    private static Breaker breaker(Fields breaker) {
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
        return new Breaker(
                breaker.integer("failureRatio", 1, 100),
                breaker.integer("slowCallRatio", 1, 100),
                breaker.duration("slowCall", ONE_MILLI),
                window,
                windowCalls,
                minimum,
                breaker.duration("open", ONE_MILLI),
                breaker.integer("halfOpenCalls", 1, MOST_CALLS));
    }

    private static @Nullable Bulkhead bulkhead(Fields bulkhead) {
        Integer maxCalls = bulkhead.integer("maxCalls", 1, Integer.MAX_VALUE);
        if (!bulkhead.has("maxCalls")) {
            bulkhead.wrong("maxCalls", "is missing");
        }
        Integer maxWaiting = bulkhead.integer("maxWaiting", 0, Integer.MAX_VALUE);
        Duration maxWait = bulkhead.duration("maxWait", ONE_MILLI);
        if (maxWait != null && (maxWaiting == null || maxWaiting == 0)) {
            bulkhead.noEffect("without maxWaiting nobody waits", "maxWait");
        }
        return maxCalls == null ? null : new Bulkhead(maxCalls, maxWaiting, maxWait);
    }

    private static @Nullable RateLimit rateLimit(Fields limit) {
        Integer calls = limit.integer("calls", 1, Integer.MAX_VALUE);
        if (!limit.has("calls")) {
            limit.wrong("calls", "is missing");
        }
        Duration per = limit.duration("per", SHORTEST_PER);
        Integer burst = limit.integer("burst", 1, Integer.MAX_VALUE);
        return calls == null
                ? null
                : new RateLimit(calls, per == null ? DEFAULT_PER : per, burst == null ? calls : burst);
    }

    private static @Nullable Session session(Fields session) {
        String header = session.text("header", "");
        Fields fields = session.object("cookie");
        Cookie cookie = fields == null ? null : cookie(fields);
        Boolean strict = session.bool("strict");
        if (header.isEmpty() == (cookie == null)) {
            session.wrong("must have one of cookie and header");
            return null;
        }
        if (!header.isEmpty()) {
            named(session, "header", header, "is not the name of a header");
        }
        return new Session(header, cookie, Boolean.TRUE.equals(strict));
    }

    private static Cookie cookie(Fields cookie) {
        String name = cookie.required("name");
        if (!name.isEmpty()) {
            named(cookie, "name", name, "is not the name of a cookie");
        }
        Duration ttl = cookie.duration("ttl", Duration.ofSeconds(1));
        if (ttl != null && ttl.getNano() != 0) {
            cookie.wrong("ttl", "must be whole seconds"); // as cookies have it: RFC 6265, 4.1.2.2
        }
        String path = cookie.text("path", "");
        if (!COOKIE_PATH.matcher(path).matches()) {
            cookie.wrong("path", "has characters that a cookie can't have");
        }
        cookie.end();
        return new Cookie(name, ttl, path);
    }

    private static void named(Fields fields, String field, String name, String otherwise) {
        if (!HEADER_NAME.matcher(name).matches()) {
            fields.wrong(field, otherwise);
        }
    }

    private static RetriableHeaders retriable(Fields given) {
        if (given.names().isEmpty()) {
            given.wrong("must not be empty");
        }
        return new RetriableHeaders(headers(given));
    }

    private static Fallback fallback(Fields fallback) {
        Integer status = fallback.integer("status", 200, 599);
        String body = fallback.text("body", "");
        Fields given = fallback.object("headers");
        Map<String, String> headers = given == null ? Map.of() : headers(given);
        return new Fallback(status == null ? 200 : status, body, headers);
    }

    private static @Nullable Reset fault(Fields fault) {
        Integer percent = fault.integer("reset", 0, 100);
        if (!fault.has("reset")) {
            fault.wrong("reset", "is missing");
        }
        Fields given = fault.object("headers");
        Map<String, String> headers = given == null ? Map.of() : headers(given);
        return percent == null ? null : new Reset(percent, headers);
    }

    private static ConnectBackoff backoff(Fields backoff) {
        Duration base = backoff.duration("base", Duration.ZERO);
        Duration max = backoff.duration("max", ONE_MILLI);
        Duration first = base == null ? DEFAULT_BACKOFF : base;
        if (max != null && max.compareTo(first) < 0) {
            backoff.wrong("max", "is below base, " + Durations.show(first));
        }
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
