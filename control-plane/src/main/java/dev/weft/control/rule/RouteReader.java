package dev.weft.control.rule;

import com.google.re2j.PatternSyntaxException;
import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.rule.VirtualService.HeaderChanges;
import dev.weft.control.rule.VirtualService.HeaderMatch;
import dev.weft.control.rule.VirtualService.Headers;
import dev.weft.control.rule.VirtualService.HttpMatch;
import dev.weft.control.rule.VirtualService.Mirror;
import dev.weft.control.rule.VirtualService.Retries;
import dev.weft.control.rule.VirtualService.WeightedDestination;
import dev.weft.protocol.regex.Repetition;
import dev.weft.protocol.words.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the parts of an HTTP route of one {@code VirtualService}. */
final class RouteReader {
    private static final Duration ONE_MILLI = Duration.ofMillis(1);
    private static final int MILLION_PER_PERCENT = 10_000;

    /** Conditions of Envoy's {@code retry_on} that an agent understands. */
    private static final Set<String> CONDITIONS = Set.of(
            "5xx",
            "gateway-error",
            "reset",
            "reset-before-request",
            "connect-failure",
            "refused-stream",
            "retriable-4xx",
            "retriable-status-codes",
            "cancelled",
            "deadline-exceeded",
            "internal",
            "resource-exhausted",
            "unavailable",
            "envoy-ratelimited");

    private static final Set<String> CONDITIONS_NOT_YET = Set.of("retriable-headers", "http3-post-connect-failure");

    private static final Pattern SUBSET = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

    /** RFC 9110, section 5.6.2. */
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final HostNames names;
    private final String namespace;

    RouteReader(HostNames names, String namespace) {
        this.names = names;
        this.namespace = namespace;
    }

    HttpMatch match(Fields match) {
        @Nullable TextMatch uri = textMatch(match, "uri");
        List<HeaderMatch> headers = new ArrayList<>();
        for (String pseudo : List.of("method", "authority", "scheme")) {
            TextMatch value = textMatch(match, pseudo);
            if (value != null) {
                headers.add(new HeaderMatch(":" + pseudo, value, false));
            }
        }
        headerMatches(match, "headers", false, headers);
        headerMatches(match, "withoutHeaders", true, headers);
        Boolean ignoreCase = match.bool("ignoreUriCase");
        String name = match.text("name", "");
        Map<String, TextMatch> query = queryMatches(match);
        Integer port = match.integer("port", 1, 65_535);
        SourceMatch source = SourceMatch.read(match);
        match.noEffect("statistics are kept by cluster", "statPrefix");
        for (String gateway : match.texts("gateways")) {
            if (!gateway.equals("mesh")) {
                match.wrong("gateways", "'" + gateway + "': gateways other than mesh are not supported yet");
            }
        }
        match.end();
        return new HttpMatch(
                match.origin(),
                name,
                uri,
                ignoreCase != null && ignoreCase,
                headers,
                query,
                port == null ? 0 : port,
                source);
    }

    private Map<String, TextMatch> queryMatches(Fields match) {
        Map<String, TextMatch> query = new LinkedHashMap<>();
        Fields parameters = match.object("queryParams");
        if (parameters == null) {
            return query;
        }
        for (String name : List.copyOf(parameters.names())) {
            TextMatch value = textMatch(parameters, name);
            if (value != null) {
                query.put(name, value);
            }
        }
        parameters.end();
        return query;
    }

    private void headerMatches(Fields match, String field, boolean invert, List<HeaderMatch> into) {
        Fields headers = match.object(field);
        if (headers == null) {
            return;
        }
        for (String name : List.copyOf(headers.names())) {
            Fields condition = headers.object(name);
            if (!HEADER.matcher(name).matches()) {
                headers.wrong(name, "is not the name of a header");
            }
            if (condition == null) {
                if (!headers.has(name)) {
                    headers.wrong(name, "must be a mapping; {} asks only that the header is present");
                }
                continue;
            }
            boolean isPresence = condition.names().isEmpty();
            TextMatch value = isPresence ? null : textMatch(condition);
            if (isPresence || value != null) {
                into.add(new HeaderMatch(name.toLowerCase(Locale.ROOT), value, invert));
            }
        }
        headers.end();
    }

    private @Nullable TextMatch textMatch(Fields parent, String name) {
        Fields match = parent.object(name);
        return match == null ? null : textMatch(match);
    }

    private @Nullable TextMatch textMatch(Fields match) {
        String exact = match.text("exact");
        String prefix = match.text("prefix");
        String regex = match.text("regex");
        match.end();
        int given = (exact == null ? 0 : 1) + (prefix == null ? 0 : 1) + (regex == null ? 0 : 1);
        if (given != 1) {
            if (given > 1 || match.names().isEmpty()) {
                match.wrong("must have one of exact, prefix, regex");
            }
            return null;
        }
        if (exact != null) {
            return new TextMatch.Exact(exact);
        }
        if (prefix != null) {
            if (prefix.isEmpty()) {
                match.wrong("prefix", "must not be empty");
                return null;
            }
            return new TextMatch.Prefix(prefix);
        }
        String pattern = Objects.requireNonNull(regex, "one of the three is given");
        return compiled(match, "regex", pattern) == null ? null : new TextMatch.Regex(pattern);
    }

    /** Null where it is refused, which the field then says; what callers would refuse is refused here. */
    static com.google.re2j.@Nullable Pattern compiled(Fields owner, String field, String pattern) {
        if (Repetition.of(pattern) > Repetition.MOST) {
            owner.wrong(field, "repeats something more than " + Repetition.MOST + " times, nested counts multiplied");
            return null;
        }
        if ((long) Repetition.of(pattern) * pattern.length() > Repetition.MOST_WRITTEN) {
            owner.wrong(field, "of " + pattern.length() + " characters repeats too much of them");
            return null;
        }
        try {
            com.google.re2j.Pattern compiled = com.google.re2j.Pattern.compile(pattern);
            if (compiled.programSize() > Repetition.MOST_STEPS) {
                owner.wrong(field, "becomes " + compiled.programSize() + " steps, more than " + Repetition.MOST_STEPS);
                return null;
            }
            return compiled;
        } catch (PatternSyntaxException e) {
            owner.wrong(field, "is not a regular expression (RE2): " + e.getMessage());
            return null;
        } catch (StackOverflowError e) {
            owner.wrong(field, "of " + pattern.length() + " characters is nested too deeply");
            return null;
        }
    }

    List<WeightedDestination> destinations(Fields route) {
        List<Fields> entries = route.objects("route");
        List<WeightedDestination> destinations = new ArrayList<>();
        long sum = 0;
        boolean isRead = true;
        for (Fields entry : entries) {
            Destination destination = destination(entry);
            Integer weight = entry.integer("weight", 0, 1_000_000);
            Headers headers = headers(entry);
            isRead &= weight != null || !entry.has("weight");
            entry.end();
            int share = entries.size() == 1 ? 1 : weight == null ? 0 : weight;
            sum += share;
            destinations.add(new WeightedDestination(destination, share, headers));
        }
        if (route.isEmptyList("route")) {
            route.wrong("route", "must not be empty");
        } else if (!entries.isEmpty() && isRead && sum == 0) {
            route.wrong("route", "needs weights: with several destinations their sum must be above 0");
        }
        return destinations.stream().filter(d -> d.weight() > 0).toList();
    }

    /** What stands in {@code destination}. */
    Destination destination(Fields parent) {
        Fields destination = parent.object("destination");
        if (destination == null) {
            parent.wrong("destination", "is missing");
            return new Destination(parent.origin(), "", "", 0);
        }
        return destinationOf(destination);
    }

    private Destination destinationOf(Fields destination) {
        String host = host(destination);
        String subset = subset(destination, "subset");
        int number = 0;
        Fields port = destination.object("port");
        if (port != null) {
            Integer given = port.integer("number", 1, 65_535);
            number = given == null ? 0 : given;
            port.end();
        }
        destination.end();
        return new Destination(destination.origin(), host, subset, number);
    }

    /** The name of a subset, which becomes a part of the name of a cluster; empty when there is none. */
    static String subset(Fields fields, String field) {
        String subset = fields.text(field, "");
        if (!subset.isEmpty() && !SUBSET.matcher(subset).matches()) {
            fields.wrong(field, "'" + subset + "' is not made of letters, digits, '-', '_' and '.'");
        }
        return subset;
    }

    /** The full name that stands in {@code host}. */
    String host(Fields fields) {
        return host(fields, false);
    }

    /** @param isPattern it may also stand for several, {@code *} or {@code *.SUFFIX} */
    String host(Fields fields, boolean isPattern) {
        String host = fields.required("host");
        if (isPattern && HostPattern.isRight(host)) {
            return host.toLowerCase(Locale.ROOT);
        }
        String wrong = host.isEmpty() ? null : HostNames.wrong(host);
        if (wrong != null) {
            fields.wrong("host", wrong);
        }
        return names.full(host, namespace);
    }

    List<Mirror> mirrors(Fields route) {
        List<Mirror> mirrors = new ArrayList<>();
        Fields single = route.object("mirror");
        if (single != null) {
            Integer old = route.integer("mirrorPercent", 0, 100);
            Integer share = route.has("mirrorPercentage") ? perMillion(route, "mirrorPercentage") : null;
            int perMillion = share != null ? share : old != null ? old * MILLION_PER_PERCENT : 1_000_000;
            mirrors.add(new Mirror(destinationOf(single), perMillion));
        } else if (route.has("mirrorPercent") || route.has("mirrorPercentage")) {
            route.wrong(
                    route.has("mirrorPercent") ? "mirrorPercent" : "mirrorPercentage", "has no effect without mirror");
        }
        for (Fields mirror : route.objects("mirrors")) {
            Integer share = mirror.has("percentage") ? perMillion(mirror, "percentage") : null;
            mirrors.add(new Mirror(destination(mirror), share == null ? 1_000_000 : share));
            mirror.end();
        }
        return mirrors.stream().filter(mirror -> mirror.perMillion() > 0).toList();
    }

    private static @Nullable Integer perMillion(Fields parent, String name) {
        Fields percent = parent.object(name);
        if (percent == null) {
            return null;
        }
        Double value = percent.number("value", 0, 100);
        percent.end();
        return value == null ? null : (int) Math.round(value * MILLION_PER_PERCENT);
    }

    @Nullable
    Retries retries(Fields route) {
        Fields retries = route.object("retries");
        if (retries == null) {
            return null;
        }
        Integer attempts = retries.integer("attempts", 0, 100);
        if (attempts == null && !retries.has("attempts")) {
            retries.wrong("attempts", "is missing");
        }
        Duration perTry = retries.duration("perTryTimeout", ONE_MILLI);
        Duration backoff = retries.duration("backoff", ONE_MILLI);
        Boolean ignorePrevious = retries.bool("retryIgnorePreviousHosts");
        String on = retries.text("retryOn");
        List<String> conditions = new ArrayList<>();
        List<Integer> codes = new ArrayList<>();
        if (on != null) {
            conditions(retries, on, conditions, codes);
        }
        retries.noEffect("another try goes to any zone", "retryRemoteLocalities");
        retries.end();
        return new Retries(
                attempts == null ? 0 : attempts,
                perTry,
                on == null ? null : conditions,
                codes,
                backoff,
                ignorePrevious == null || ignorePrevious);
    }

    /** Istio lets status codes stand among the conditions. */
    private static void conditions(Fields retries, String on, List<String> conditions, List<Integer> codes) {
        for (String word : on.split(",", -1)) {
            String condition = word.trim();
            if (condition.matches("[1-5][0-9][0-9]")) {
                codes.add(Integer.parseInt(condition));
            } else if (CONDITIONS.contains(condition)) {
                conditions.add(condition);
            } else if (CONDITIONS_NOT_YET.contains(condition)) {
                retries.wrong("retryOn", "'" + condition + "' is known to Istio but not supported yet");
            } else {
                String nearest = Nearest.to(condition, CONDITIONS);
                retries.wrong(
                        "retryOn",
                        "'" + condition + "' is not a condition"
                                + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
            }
        }
        if (!codes.isEmpty() && !conditions.contains("retriable-status-codes")) {
            conditions.add("retriable-status-codes");
        }
    }

    Headers headers(Fields parent) {
        Fields headers = parent.object("headers");
        if (headers == null) {
            return Headers.NONE;
        }
        Headers read = new Headers(changes(headers.object("request")), changes(headers.object("response")));
        headers.end();
        return read;
    }

    private static HeaderChanges changes(@Nullable Fields of) {
        if (of == null) {
            return HeaderChanges.NONE;
        }
        Map<String, String> set = changes(of, "set");
        Map<String, String> add = changes(of, "add");
        List<String> remove = of.texts("remove");
        of.end();
        return new HeaderChanges(set, add, remove);
    }

    private static Map<String, String> changes(Fields of, String name) {
        Map<String, String> changes = of.textMap(name);
        changes.forEach((header, value) -> {
            checkHeader(of, name, header, value);
            if (value.indexOf('%') >= 0) {
                of.wrong(name, "a value with '%' (Envoy's variables) is known to Istio but not supported yet");
            }
        });
        return changes;
    }

    /** Whether a header can be changed so; what is wrong is said at the field. */
    static void checkHeader(Fields owner, String field, String header, String value) {
        if (header.equalsIgnoreCase("host") || header.startsWith(":")) {
            owner.wrong(field, "changing '" + header + "' is known to Istio but not supported yet");
        } else if (!header.isEmpty() && !isHeader(header)) {
            owner.wrong(field, "'" + header + "' is not the name of a header");
        } else if (value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
            owner.wrong(field, "the value of '" + header + "' holds control characters");
        }
    }

    static boolean isHeader(String name) {
        return HEADER.matcher(name).matches();
    }
}
