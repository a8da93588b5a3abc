package dev.weft.control.translate;

import com.google.protobuf.BoolValue;
import dev.weft.control.rule.DestinationRule.Hash;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.GlobalRateLimit;
import dev.weft.control.rule.TextMatch;
import dev.weft.control.rule.VirtualService;
import dev.weft.control.rule.VirtualService.DirectResponse;
import dev.weft.control.rule.VirtualService.Forward;
import dev.weft.control.rule.VirtualService.HeaderChanges;
import dev.weft.control.rule.VirtualService.Headers;
import dev.weft.control.rule.VirtualService.HttpMatch;
import dev.weft.control.rule.VirtualService.HttpRoute;
import dev.weft.control.rule.VirtualService.Mirror;
import dev.weft.control.rule.VirtualService.Redirect;
import dev.weft.control.rule.VirtualService.Retries;
import dev.weft.control.rule.VirtualService.Rewrite;
import dev.weft.control.rule.VirtualService.WeightedDestination;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** RDS: the routes of one host. */
final class RouteWriter {
    /** Of a host for which no rule has any. */
    static final String DEFAULT = "default";

    private static final RouteMatch ANY = RouteMatch.newBuilder().setPrefix("/").build();
    private final int port;
    private final HostRules rules;

    /** @param port that is called; 0 for any that no route names */
    private RouteWriter(int port, HostRules rules) {
        this.port = port;
        this.rules = rules;
    }

    /**
     * @param listener port of the host's that is called; 0 for any
     * @param domains every name of the host
     * @param rules for the host; where they have no routes, all calls go to the host itself
     */
    static RouteConfiguration of(String host, int listener, List<String> domains, HostRules rules) {
        RouteConfiguration.Builder table = RouteConfiguration.newBuilder().setName(ClusterName.routes(host, listener));
        for (int port : rules.calledPorts(listener)) {
            VirtualHost.Builder virtualHost = VirtualHost.newBuilder();
            if (port == listener) {
                virtualHost.setName(host).addAllDomains(domains);
            } else {
                virtualHost.setName(host + ":" + port);
                domains.forEach(domain -> virtualHost.addDomains(domain + ":" + port));
            }
            new RouteWriter(port, rules).write(listener, host, virtualHost);
            table.addVirtualHosts(virtualHost);
        }
        return table.build();
    }

    private void write(int listener, String host, VirtualHost.Builder virtualHost) {
        rules.routes().forEach(route -> routes(route).forEach(virtualHost::addRoutes));
        if (rules.isOpen() && virtualHost.getRoutesCount() == 0) {
            ClusterId whole = new ClusterId(listener, "");
            RouteAction.Builder action = RouteAction.newBuilder()
                    .setCluster(whole.name(host))
                    .setTimeout(Wire.duration(java.time.Duration.ZERO));
            write(null, rules.resilience(DEFAULT), action);
            Hash hash = rules.target(host).hash(whole);
            if (hash != null) {
                action.addHashPolicy(BalancerWriter.policy(hash));
            }
            Route.Builder route =
                    Route.newBuilder().setName(DEFAULT).setMatch(ANY).setRoute(action);
            write(false, DEFAULT, route);
            virtualHost.addRoutes(route);
        }
    }

    private void write(boolean retryNonIdempotent, String name, Route.Builder route) {
        Resilience.Policy policy = rules.resilience(name);
        Metadata metadata = ResilienceWriter.of(retryNonIdempotent, policy);
        if (metadata != null) {
            route.setMetadata(metadata);
        }
        PolicyFilter.ALL.forEach(filter -> filter.write(policy, route));
    }

    /** Envoy knows no alternatives in a match: each becomes a route of its own. */
    private List<Route> routes(HttpRoute rule) {
        List<Route> routes = new ArrayList<>();
        if (rule.matches().isEmpty()) {
            routes.add(route(rule, rule.name(), ANY));
        }
        for (HttpMatch match : rule.matches()) {
            if (match.isFor(port)) {
                String name = match.name().isEmpty() ? rule.name() : rule.name() + "." + match.name();
                routes.add(route(rule, name, match(match)));
            }
        }
        return routes;
    }

    private Route route(HttpRoute rule, String name, RouteMatch match) {
        Route.Builder route = Route.newBuilder().setName(name).setMatch(match);
        if (rule.fault() != null) {
            route.putTypedPerFilterConfig(FaultWriter.NAME, FaultWriter.of(rule.fault()));
        }
        if (rule.action() instanceof DirectResponse direct) {
            DirectResponseAction.Builder response =
                    DirectResponseAction.newBuilder().setStatus(direct.status());
            if (!direct.body().isEmpty()) {
                response.setBody(DataSource.newBuilder().setInlineString(direct.body()));
            }
            return route.setDirectResponse(response).build();
        }
        if (rule.action() instanceof Redirect redirect) {
            return route.setRedirect(redirect(redirect)).build();
        }
        Forward forward = (Forward) rule.action();
        changes(forward.headers().request()).forEach(route::addRequestHeadersToAdd);
        route.addAllRequestHeadersToRemove(forward.headers().request().remove());
        changes(forward.headers().response()).forEach(route::addResponseHeadersToAdd);
        route.addAllResponseHeadersToRemove(forward.headers().response().remove());
        write(forward.retryNonIdempotent(), rule.name(), route);
        return route.setRoute(action(forward, rules.resilience(rule.name()))).build();
    }

    private static RedirectAction redirect(Redirect redirect) {
        RedirectAction.Builder action = RedirectAction.newBuilder()
                .setHostRedirect(redirect.authority())
                .setPortRedirect(redirect.port())
                .setResponseCode(
                        switch (redirect.status()) {
                            case 302 -> RedirectResponseCode.FOUND;
                            case 303 -> RedirectResponseCode.SEE_OTHER;
                            case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
                            case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
                            default -> RedirectResponseCode.MOVED_PERMANENTLY;
                        });
        if (!redirect.uri().isEmpty()) {
            action.setPathRedirect(redirect.uri());
        }
        Rewrite rewrite = redirect.rewrite();
        if (rewrite != null && rewrite.match() != null) {
            action.setRegexRewrite(regex(rewrite, rewrite.match()));
        } else if (rewrite != null) {
            action.setPrefixRewrite(rewrite.uri());
        }
        if (!redirect.scheme().isEmpty()) {
            action.setSchemeRedirect(redirect.scheme());
        }
        return action.build();
    }

    private static RouteMatch match(HttpMatch match) {
        RouteMatch.Builder builder = RouteMatch.newBuilder();
        TextMatch uri = match.uri();
        if (uri instanceof TextMatch.Exact exact) {
            builder.setPath(exact.text());
        } else if (uri instanceof TextMatch.Regex regex) {
            builder.setSafeRegex(Wire.regex(regex.pattern()));
        } else if (uri instanceof TextMatch.Segments segments) {
            builder.setPathSeparatedPrefix(segments.text());
        } else {
            builder.setPrefix(uri instanceof TextMatch.Prefix prefix ? prefix.text() : "/");
        }
        if (match.ignoreCase()) {
            builder.setCaseSensitive(BoolValue.of(false));
        }
        match.query()
                .forEach((name, value) -> builder.addQueryParameters(
                        QueryParameterMatcher.newBuilder().setName(name).setStringMatch(Wire.text(value))));
        match.headers().forEach(header -> {
            HeaderMatcher.Builder matcher =
                    HeaderMatcher.newBuilder().setName(header.name()).setInvertMatch(header.invert());
            if (header.value() == null) {
                matcher.setPresentMatch(true);
            } else {
                matcher.setStringMatch(Wire.text(header.value()));
                // A header that is absent has not the value that must not be; as istiod writes it.
                matcher.setTreatMissingHeaderAsEmpty(header.invert());
            }
            builder.addHeaders(matcher);
        });
        return builder.build();
    }

    /** When a call is made again, what beside it, and what is told of it to who counts it. */
    private static void write(@Nullable Retries retries, Resilience.Policy own, RouteAction.Builder action) {
        RetryWriter.of(retries, own).ifPresent(action::setRetryPolicy);
        RetryWriter.hedge(own).ifPresent(action::setHedgePolicy);
        GlobalRateLimit limit = own.get(GlobalRateLimit.class);
        if (limit != null) {
            action.addAllRateLimits(QuotaWriter.of(limit));
        }
    }

    private RouteAction action(Forward forward, Resilience.Policy own) {
        RouteAction.Builder action = RouteAction.newBuilder()
                .setTimeout(Wire.duration(forward.timeout() == null ? java.time.Duration.ZERO : forward.timeout()));
        List<WeightedDestination> destinations = forward.destinations();
        if (destinations.size() == 1 && destinations.get(0).headers().equals(Headers.NONE)) {
            action.setCluster(name(destinations.get(0).destination()));
        } else {
            WeightedCluster.Builder weighted = WeightedCluster.newBuilder();
            destinations.forEach(destination -> {
                WeightedCluster.ClusterWeight.Builder cluster = WeightedCluster.ClusterWeight.newBuilder()
                        .setName(name(destination.destination()))
                        .setWeight(Wire.number(destination.weight()))
                        .addAllRequestHeadersToRemove(
                                destination.headers().request().remove())
                        .addAllResponseHeadersToRemove(
                                destination.headers().response().remove());
                changes(destination.headers().request()).forEach(cluster::addRequestHeadersToAdd);
                changes(destination.headers().response()).forEach(cluster::addResponseHeadersToAdd);
                weighted.addClusters(cluster);
            });
            action.setWeightedClusters(weighted);
        }
        Set<Hash> hashes = new LinkedHashSet<>();
        for (WeightedDestination destination : destinations) {
            VirtualService.Destination to = destination.destination();
            Hash hash = rules.target(to.host()).hash(cluster(to));
            if (hash != null && hashes.add(hash)) {
                action.addHashPolicy(BalancerWriter.policy(hash));
            }
        }
        forward.mirrors().forEach(mirror -> action.addRequestMirrorPolicies(mirror(mirror)));
        write(forward.retries(), own, action);
        Rewrite rewrite = forward.rewrite();
        if (rewrite != null && rewrite.match() != null) {
            action.setRegexRewrite(regex(rewrite, rewrite.match()));
        } else if (rewrite != null) {
            action.setPrefixRewrite(rewrite.uri());
        }
        if (!forward.host().isEmpty()) {
            action.setHostRewriteLiteral(forward.host());
        }
        return action.build();
    }

    private static RegexMatchAndSubstitute regex(Rewrite rewrite, String pattern) {
        return RegexMatchAndSubstitute.newBuilder()
                .setPattern(Wire.regex(pattern))
                .setSubstitution(rewrite.substitution())
                .build();
    }

    private RequestMirrorPolicy mirror(Mirror mirror) {
        return RequestMirrorPolicy.newBuilder()
                .setCluster(name(mirror.destination()))
                .setRuntimeFraction(RuntimeFractionalPercent.newBuilder()
                        .setDefaultValue(FractionalPercent.newBuilder()
                                .setNumerator(mirror.perMillion())
                                .setDenominator(DenominatorType.MILLION)))
                .build();
    }

    private ClusterId cluster(VirtualService.Destination destination) {
        return ClusterId.of(destination, port, rules.target(destination.host()).ports());
    }

    private String name(VirtualService.Destination destination) {
        return cluster(destination).name(destination.host());
    }

    private static List<HeaderValueOption> changes(HeaderChanges headers) {
        List<HeaderValueOption> options = new ArrayList<>();
        headers.set()
                .entrySet()
                .forEach(set -> options.add(option(set, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)));
        headers.add().entrySet().forEach(add -> options.add(option(add, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)));
        return options;
    }

    private static HeaderValueOption option(Map.Entry<String, String> header, HeaderAppendAction action) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(header.getKey()).setValue(header.getValue()))
                .setAppendAction(action)
                .build();
    }
}
