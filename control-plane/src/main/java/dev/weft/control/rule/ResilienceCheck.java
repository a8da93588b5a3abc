package dev.weft.control.rule;

import dev.weft.control.rule.DestinationRule.Balancer;
import dev.weft.control.rule.Resilience.GlobalRateLimit;
import dev.weft.control.rule.Resilience.Hedge;
import dev.weft.control.rule.Resilience.Part;
import dev.weft.control.rule.Resilience.PeakEwma;
import dev.weft.control.rule.Resilience.RateLimitService;
import dev.weft.control.rule.Resilience.ReportedLoad;
import dev.weft.control.rule.Resilience.RetriableHeaders;
import dev.weft.control.rule.VirtualService.Forward;
import dev.weft.control.rule.VirtualService.HttpRoute;
import dev.weft.control.rule.VirtualService.Retries;
import dev.weft.protocol.words.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at rules of {@link Resilience} for what does not fit to the routes of their hosts, or to each other. */
final class ResilienceCheck {
    /** The route of a host for which no rule has any. */
    private static final List<String> UNRULED = List.of("default");

    private static final String OFF = "whose retries are switched off";
    private static final String NO_LIMIT = "whose retries have no perTryTimeout";

    /** What says something of one way to choose an instance, and the way. */
    private static final Map<Class<? extends Part>, Balancer> OF_BALANCER =
            Map.of(PeakEwma.class, Balancer.PEAK_EWMA, ReportedLoad.class, Balancer.CLIENT_SIDE_WEIGHTED_ROUND_ROBIN);

    private ResilienceCheck() {}

    static void warnings(RuleSet rules, List<Finding> warnings) {
        Map<String, List<HttpRoute>> routes = rules.routesByHost();
        Map<String, Origin> first = new HashMap<>();
        for (Resilience rule : rules.of(Resilience.class)) {
            balancers(rules, rule, warnings);
            limits(rules, rule, warnings);
            List<HttpRoute> ofHost = routes.get(rule.host());
            hedges(rule, ofHost, warnings);
            List<String> names = ofHost == null
                    ? UNRULED
                    : ofHost.stream().map(HttpRoute::name).distinct().toList();
            for (String route : rule.routes()) {
                if (!names.contains(route)) {
                    warnings.add(new Finding(rule.origin(), "spec.routes", missing(rule.host(), route, names)));
                }
            }
            if (ofHost != null) {
                ofHost.stream()
                        .filter(route -> rule.routes().contains(route.name()) && !(route.action() instanceof Forward))
                        .forEach(route -> warnings.add(new Finding(
                                rule.origin(),
                                "spec.routes",
                                "has no effect on route '" + route.name() + "', which answers the call itself")));
            }
            parts(rule.policy())
                    .forEach(part -> names.stream()
                            .filter(rule::isFor)
                            .map(route -> first.putIfAbsent(rule.host() + " " + route + " " + part, rule.origin()))
                            .filter(before -> before != null && !before.equals(rule.origin()))
                            .distinct()
                            .forEach(before -> warnings.add(new Finding(
                                    rule.origin(),
                                    "spec." + part,
                                    "where both speak, the rule for " + rule.host() + " at " + before + " wins"))));
        }
    }

    private static void balancers(RuleSet rules, Resilience rule, List<Finding> warnings) {
        for (ResilienceKey key : ResilienceKey.ALL) {
            Balancer needed = OF_BALANCER.get(key.kind());
            if (needed != null
                    && rule.policy().get(key.kind()) != null
                    && rules.of(DestinationRule.class).stream()
                            .noneMatch(other -> other.has(needed) && areOfOne(other.host(), rule.host()))) {
                warnings.add(new Finding(
                        rule.origin(),
                        "spec." + key.word(),
                        "has no effect: no DestinationRule for " + rule.host() + " says loadBalancer.simple: "
                                + needed));
            }
        }
    }

    /** What leans on a limit for each try, or on retries at all, on routes that have none. */
    private static void hedges(Resilience rule, @Nullable List<HttpRoute> routes, List<Finding> warnings) {
        if (HostPattern.isOfSeveral(rule.host())) {
            return;
        }
        Hedge hedge = rule.policy().get(Hedge.class);
        boolean beside = hedge != null && hedge.onPerTryTimeout();
        boolean again = rule.policy().get(RetriableHeaders.class) != null;
        for (HttpRoute route : routes == null ? List.<HttpRoute>of() : routes) {
            if (rule.isFor(route.name()) && route.action() instanceof Forward forward) {
                Retries retries = forward.retries();
                boolean none = retries != null && retries.attempts() == 0;
                if (beside && (none || retries == null || retries.perTryTimeout() == null)) {
                    without(rule, "hedge.onPerTryTimeout", route.name(), none ? OFF : NO_LIMIT, warnings);
                }
                if (again && none) {
                    without(rule, "retriableHeaders", route.name(), OFF, warnings);
                }
            }
        }
        if (routes == null && beside) {
            UNRULED.stream()
                    .filter(rule::isFor)
                    .forEach(route -> without(rule, "hedge.onPerTryTimeout", route, NO_LIMIT, warnings));
        }
    }

    private static void without(Resilience rule, String part, String route, String why, List<Finding> warnings) {
        Finding found = new Finding(rule.origin(), "spec." + part, "has no effect on route '" + route + "', " + why);
        if (!warnings.contains(found)) { // routes may share a name
            warnings.add(found);
        }
    }

    /** What is told of calls where nobody counts them. */
    private static void limits(RuleSet rules, Resilience rule, List<Finding> warnings) {
        if (rule.policy().get(GlobalRateLimit.class) != null
                && rules.of(Resilience.class).stream()
                        .noneMatch(other -> other.asked().isPresent() && areOfOne(other.host(), rule.host()))) {
            warnings.add(new Finding(
                    rule.origin(),
                    "spec.globalRateLimit",
                    "has no effect: no Resilience for " + rule.host() + " names a rateLimitService"));
        }
        if (rule.policy().get(RateLimitService.class) != null
                && rules.of(Resilience.class).stream()
                        .noneMatch(other -> other.policy().get(GlobalRateLimit.class) != null
                                && areOfOne(other.host(), rule.host()))) {
            warnings.add(new Finding(
                    rule.origin(),
                    "spec.rateLimitService",
                    "has no effect: no Resilience for " + rule.host() + " says a globalRateLimit"));
        }
    }

    private static boolean areOfOne(String host, String other) {
        return HostPattern.takes(host, other) || HostPattern.takes(other, host);
    }

    private static String missing(String host, String route, List<String> names) {
        String nearest = Nearest.to(route, names);
        return "'" + route + "' is the name of no route of " + host
                + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
    }

    private static List<String> parts(Resilience.Policy policy) {
        return ResilienceKey.ALL.stream()
                .filter(key -> policy.get(key.kind()) != null)
                .map(ResilienceKey::word)
                .toList();
    }
}
