package dev.weft.client.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import com.google.re2j.Pattern;
import dev.weft.client.Xds;
import dev.weft.client.resource.Resource.Assignment;
import dev.weft.client.resource.Resource.ClusterSpec;
import dev.weft.client.resource.Resource.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.HashPolicy;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.PathRewrite;
import dev.weft.engine.snapshot.PathTemplate;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Substitution;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.NonForwardingAction;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.envoyproxy.envoy.type.v3.Percent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the published messages mean in the engine's words, field by field. */
final class TranslationTest {
    private static final long SECOND = 1_000_000_000L;

    private static Reading read(ResourceType type, String name, Message message) {
        return new ResourceReader(CertificateSource.NONE)
                .read(type, name, Xds.any(message).toByteArray());
    }

    private static Resource accepted(ResourceType type, Message message) {
        var reading = read(type, "c", message);
        return assertInstanceOf(Reading.Accepted.class, reading, reading.toString())
                .resource();
    }

    private static String refused(ResourceType type, Message message) {
        var reading = read(type, "c", message);
        return String.join(
                "\n",
                assertInstanceOf(Reading.Refused.class, reading, reading.toString())
                        .reasons());
    }

    private static Message table(Consumer<io.envoyproxy.envoy.config.route.v3.Route.Builder> change) {
        var table = Xds.routes("order", "c").toBuilder();
        change.accept(table.getVirtualHostsBuilder(0).getRoutesBuilder(0));
        return table.build();
    }

    private static Route route(Consumer<io.envoyproxy.envoy.config.route.v3.Route.Builder> change) {
        var read = (RouteTable) accepted(ResourceType.ROUTES, table(change));
        return read.hosts().get(0).routes().get(0);
    }

    private static Action.Forward forward(Consumer<RouteAction.Builder> change) {
        return (Action.Forward)
                route(route -> change.accept(route.getRouteBuilder())).action();
    }

    private static HeaderMatch header(Consumer<HeaderMatcher.Builder> change) {
        var matcher = HeaderMatcher.newBuilder().setName("X-Team");
        change.accept(matcher);
        return route(route -> route.getMatchBuilder().addHeaders(matcher))
                .match()
                .headers()
                .get(0);
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    @Test
    void pathConditions() {
        assertEquals(new PathMatch.Prefix("/a"), path(match -> match.setPrefix("/a")));
        assertEquals(new PathMatch.Exact("/a"), path(match -> match.setPath("/a")));
        assertEquals(new PathMatch.SeparatedPrefix("/a"), path(match -> match.setPathSeparatedPrefix("/a")));
        var regex = assertInstanceOf(
                PathMatch.Regex.class,
                path(match -> match.setSafeRegex(RegexMatcher.newBuilder().setRegex("/a/.*"))));
        assertTrue(regex.regex().matches("/a/b", 0, 4));
    }

    private static PathMatch path(Consumer<RouteMatch.Builder> change) {
        return route(route -> change.accept(route.getMatchBuilder())).match().path();
    }

    @Test
    void headerConditions() {
        assertEquals(
                new HeaderMatch("x-team", new StringMatch.Exact("a", true), false),
                header(h -> h.setStringMatch(
                        StringMatcher.newBuilder().setExact("a").setIgnoreCase(true))));
        assertEquals(
                new HeaderMatch("x-team", new StringMatch.Prefix("a", false), true),
                header(h -> h.setStringMatch(StringMatcher.newBuilder().setPrefix("a"))
                        .setInvertMatch(true)));
        assertEquals(
                new StringMatch.Suffix("a", false),
                header(h -> h.setStringMatch(StringMatcher.newBuilder().setSuffix("a")))
                        .value());
        assertEquals(
                new StringMatch.Contains("a", false),
                header(h -> h.setStringMatch(StringMatcher.newBuilder().setContains("a")))
                        .value());
        assertInstanceOf(
                StringMatch.Regex.class,
                header(h -> h.setStringMatch(StringMatcher.newBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder().setRegex("a+"))))
                        .value());
        assertEquals(new HeaderMatch("x-team", null, false), header(h -> h.setPresentMatch(true)));
        assertEquals(new HeaderMatch("x-team", null, true), header(h -> h.setPresentMatch(false)));
    }

    @Test
    @SuppressWarnings("deprecation")
    void headerConditionsInTheirOldForms() {
        assertEquals(
                new StringMatch.Exact("a", false),
                header(h -> h.setExactMatch("a")).value());
        assertEquals(
                new StringMatch.Prefix("a", false),
                header(h -> h.setPrefixMatch("a")).value());
        assertEquals(
                new StringMatch.Suffix("a", false),
                header(h -> h.setSuffixMatch("a")).value());
        assertEquals(
                new StringMatch.Contains("a", false),
                header(h -> h.setContainsMatch("a")).value());
    }

    @Test
    void weightedClustersTimeoutAndMirrors() {
        var forward = forward(action -> action.setWeightedClusters(WeightedCluster.newBuilder()
                        .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                .setName("v1")
                                .setWeight(UInt32Value.of(90)))
                        .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                .setName("v2")
                                .setWeight(UInt32Value.of(10))
                                .addRequestHeadersToRemove("X-Old")))
                .setTimeout(seconds(3))
                .addRequestMirrorPolicies(RouteAction.RequestMirrorPolicy.newBuilder()
                        .setCluster("shadow")
                        .setRuntimeFraction(RuntimeFractionalPercent.newBuilder()
                                .setDefaultValue(FractionalPercent.newBuilder()
                                        .setNumerator(25)
                                        .setDenominator(FractionalPercent.DenominatorType.HUNDRED)))));
        assertEquals(90, forward.clusters().get(0).weight());
        assertEquals(List.of("x-old"), forward.clusters().get(1).edits().remove());
        assertEquals(3 * SECOND, forward.timeoutNanos());
        assertEquals(List.of(new Action.Mirror("shadow", 250_000)), forward.mirrors());
    }

    @Test
    void aTimeoutOfZeroAndNoTimeoutBothMeanNone() {
        assertEquals(Long.MAX_VALUE, forward(RouteAction.Builder::clearTimeout).timeoutNanos());
        assertEquals(
                Long.MAX_VALUE, forward(action -> action.setTimeout(seconds(0))).timeoutNanos());
    }

    @Test
    void retries() {
        var policy = io.envoyproxy.envoy.config.route.v3.RetryPolicy.newBuilder()
                .setRetryOn("connect-failure, reset,retriable-status-codes,unavailable")
                .setNumRetries(UInt32Value.of(3))
                .setPerTryTimeout(seconds(2))
                .addRetriableStatusCodes(503)
                .addRetriableStatusCodes(429)
                .setRetryBackOff(io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryBackOff.newBuilder()
                        .setBaseInterval(seconds(1))
                        .setMaxInterval(seconds(4)));
        var expected = new RetryPolicy(
                Set.of(
                        Condition.CONNECT_FAILURE,
                        Condition.RESET,
                        Condition.RETRIABLE_STATUS_CODES,
                        Condition.UNAVAILABLE),
                Set.of(503, 429),
                3,
                2 * SECOND,
                SECOND,
                4 * SECOND,
                false);
        assertEquals(expected, forward(action -> action.setRetryPolicy(policy)).retry());
        var written = route(route -> {
            route.setMetadata(Xds.metadata(
                    "weft",
                    "retry_non_idempotent",
                    Value.newBuilder().setBoolValue(true).build()));
            route.getRouteBuilder().setRetryPolicy(policy);
        });
        var retry = ((Action.Forward) written.action()).retry();
        assertTrue(retry != null && retry.nonIdempotent());
    }

    @Test
    void retriesOfEveryWord() {
        for (Condition condition : Condition.values()) {
            var retry = forward(action -> action.getRetryPolicyBuilder().setRetryOn(condition.word()))
                    .retry();
            assertTrue(retry != null && retry.on().equals(Set.of(condition)), condition.word());
        }
    }

    @Test
    void retriesSwitchedOffAndTheirDefaults() {
        assertNull(forward(action ->
                        action.getRetryPolicyBuilder().setRetryOn("5xx").setNumRetries(UInt32Value.of(0)))
                .retry());
        assertNull(forward(action -> action.getRetryPolicyBuilder().setNumRetries(UInt32Value.of(3)))
                .retry());
        var defaults = forward(action -> action.getRetryPolicyBuilder().setRetryOn("5xx"))
                .retry();
        assertEquals(
                new RetryPolicy(
                        Set.of(Condition.SERVER_ERROR), Set.of(), 1, Long.MAX_VALUE, 25_000_000, 250_000_000, false),
                defaults);
    }

    @Test
    void hedgingOnPerTryTimeout() {
        var forward = forward(action -> {
            action.getRetryPolicyBuilder()
                    .setRetryOn("5xx")
                    .setNumRetries(UInt32Value.of(2))
                    .setPerTryTimeout(seconds(1));
            action.getHedgePolicyBuilder().setHedgeOnPerTryTimeout(true);
        });
        assertEquals(new HedgePolicy(3, SECOND), forward.hedge());
    }

    @Test
    void headerEditsOfARouteAndOfWhatIsAroundIt() {
        var table = Xds.routes("order", "c").toBuilder();
        table.addRequestHeadersToRemove("x-table");
        table.getVirtualHostsBuilder(0)
                .addRequestHeadersToAdd(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder().setKey("X-Host").setValue("h"))
                        .setAppendAction(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
        table.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .addRequestHeadersToAdd(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder().setKey("X-Route").setValue("r")));
        var read = (RouteTable) accepted(ResourceType.ROUTES, table.build());
        var forward = (Action.Forward) read.hosts().get(0).routes().get(0).action();
        var ofTable = new HeaderEdits(List.of("x-table"), List.of(), List.of());
        var ofHost = new HeaderEdits(List.of(), List.of(new HeaderEdits.Entry("x-host", "h")), List.of(), ofTable);
        assertEquals(
                new HeaderEdits(List.of(), List.of(), List.of(new HeaderEdits.Entry("x-route", "r")), ofHost),
                forward.edits());
    }

    private static RegexMatchAndSubstitute substitution(String regex, String text) {
        return RegexMatchAndSubstitute.newBuilder()
                .setPattern(RegexMatcher.newBuilder().setRegex(regex))
                .setSubstitution(text)
                .build();
    }

    private static TypedExtensionConfig extension(Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName("x")
                .setTypedConfig(Xds.any(config))
                .build();
    }

    private static RuntimeFractionalPercent percent(int numerator) {
        return RuntimeFractionalPercent.newBuilder()
                .setDefaultValue(FractionalPercent.newBuilder().setNumerator(numerator))
                .build();
    }

    @Test
    void pathConditionsWithoutCase() {
        var whatever = BoolValue.of(false);
        assertEquals(
                new PathMatch.Prefix("/a", true), path(m -> m.setPrefix("/a").setCaseSensitive(whatever)));
        assertEquals(new PathMatch.Exact("/a", true), path(m -> m.setPath("/a").setCaseSensitive(whatever)));
        assertEquals(
                new PathMatch.SeparatedPrefix("/a", true),
                path(m -> m.setPathSeparatedPrefix("/a").setCaseSensitive(whatever)));
    }

    @Test
    void conditionsBesideThePath() {
        var match = route(r -> r.getMatchBuilder()
                        .addQueryParameters(QueryParameterMatcher.newBuilder()
                                .setName("v")
                                .setStringMatch(StringMatcher.newBuilder().setExact("1")))
                        .addQueryParameters(QueryParameterMatcher.newBuilder()
                                .setName("debug")
                                .setPresentMatch(false))
                        .addHeaders(HeaderMatcher.newBuilder()
                                .setName("x-size")
                                .setRangeMatch(
                                        Int64Range.newBuilder().setStart(-1).setEnd(5))
                                .setTreatMissingHeaderAsEmpty(true)
                                .setInvertMatch(true))
                        .setGrpc(RouteMatch.GrpcRouteMatchOptions.getDefaultInstance())
                        .setRuntimeFraction(percent(30)))
                .match();
        assertEquals(
                List.of(
                        new Match.QueryMatch("v", new StringMatch.Exact("1", false), false),
                        new Match.QueryMatch("debug", null, true)),
                match.query());
        assertEquals(List.of(new HeaderMatch("x-size", new StringMatch.Range(-1, 5), true, true)), match.headers());
        assertTrue(match.grpc());
        assertEquals(300_000, match.perMillion());
    }

    @Test
    void pathsOfARequestMayBeTemplatesAndRewritten() {
        var template = PathTemplate.parse("/a/{x}/**");
        var forward = route(r -> {
            r.getMatchBuilder()
                    .setPathMatchPolicy(extension(UriTemplateMatchConfig.newBuilder()
                            .setPathTemplate("/a/{x}/**")
                            .build()));
            r.getRouteBuilder()
                    .setPathRewritePolicy(extension(UriTemplateRewriteConfig.newBuilder()
                            .setPathTemplateRewrite("/b/{x}")
                            .build()));
        });
        assertEquals(new PathMatch.Template(template), forward.match().path());
        assertEquals(PathRewrite.Template.of(template, "/b/{x}"), ((Action.Forward) forward.action()).rewrite());
        assertEquals(
                new PathRewrite.Prefix("/b"),
                forward(action -> action.setPrefixRewrite("/b")).rewrite());
        assertEquals(
                new PathRewrite.Regex(new Substitution(Pattern.compile("/v([0-9])"), "/\\1")),
                forward(action -> action.setRegexRewrite(substitution("/v([0-9])", "/\\1")))
                        .rewrite());
    }

    @Test
    void redirects() {
        var route = route(r -> {
            r.getRedirectBuilder()
                    .setHttpsRedirect(true)
                    .setHostRedirect("other")
                    .setPortRedirect(8443)
                    .setPrefixRewrite("/b")
                    .setStripQuery(true)
                    .setResponseCode(RedirectAction.RedirectResponseCode.PERMANENT_REDIRECT);
            r.addResponseHeadersToAdd(HeaderValueOption.newBuilder()
                    .setHeader(HeaderValue.newBuilder().setKey("X-Off").setValue("100%%")));
        });
        assertEquals(
                new Action.Redirected(
                        new Redirect("https", "other", 8443, null, new PathRewrite.Prefix("/b"), true, 308),
                        List.of(new HeaderEdits.Entry("x-off", "100%"))),
                route.action());
        var plain = (Action.Redirected)
                route(r -> r.getRedirectBuilder().setPathRedirect("/b")).action();
        assertEquals(new Redirect(null, null, 0, "/b", null, false, 301), plain.redirect());
    }

    @Test
    void hashPolicies() {
        var forward = forward(action -> action.addHashPolicy(RouteAction.HashPolicy.newBuilder()
                        .setHeader(RouteAction.HashPolicy.Header.newBuilder()
                                .setHeaderName("X-User")
                                .setRegexRewrite(substitution("a", "b")))
                        .setTerminal(true))
                .addHashPolicy(RouteAction.HashPolicy.newBuilder()
                        .setCookie(RouteAction.HashPolicy.Cookie.newBuilder().setName("c")))
                .addHashPolicy(RouteAction.HashPolicy.newBuilder()
                        .setQueryParameter(RouteAction.HashPolicy.QueryParameter.newBuilder()
                                .setName("q")))
                .addHashPolicy(RouteAction.HashPolicy.newBuilder()
                        .setConnectionProperties(RouteAction.HashPolicy.ConnectionProperties.newBuilder()
                                .setSourceIp(true)))
                .addHashPolicy(RouteAction.HashPolicy.newBuilder()
                        .setFilterState(
                                RouteAction.HashPolicy.FilterState.newBuilder().setKey("io.grpc.channel_id"))));
        assertEquals(
                List.of(
                        new HashPolicy.Header("x-user", new Substitution(Pattern.compile("a"), "b"), true),
                        new HashPolicy.Cookie("c", false),
                        new HashPolicy.Query("q", false),
                        new HashPolicy.SourceAddress(false),
                        new HashPolicy.Source(false)),
                forward.hash());
    }

    @Test
    void aSplitMayGoByAHeader() {
        var forward = forward(action -> action.getWeightedClustersBuilder()
                .addClusters(weight("a", 1))
                .addClusters(weight("b", 1))
                .setHeaderName("X-Random"));
        assertEquals(new Action.Split.Header("x-random"), forward.split());
    }

    @Test
    void theShorterOfTimeoutAndStreamDurationCounts() {
        var forward = forward(action -> {
            action.setTimeout(seconds(9));
            action.getMaxStreamDurationBuilder().setMaxStreamDuration(seconds(3));
        });
        assertEquals(3 * SECOND, forward.timeoutNanos());
    }

    @Test
    void aNameMayStandWithAndWithoutItsTrailingDot() {
        var table = Xds.routes("order", "c").toBuilder();
        table.getVirtualHostsBuilder(0).addDomains("order.");
        table.setIgnorePathParametersInPathMatching(true);
        var host = ((RouteTable) accepted(ResourceType.ROUTES, table.build()))
                .hosts()
                .get(0);
        assertEquals("order", host.domains().get(0));
        assertEquals(
                List.of(), host.domains().stream().filter(d -> d.endsWith(".")).toList());
        assertTrue(host.ignorePathParameters());
    }

    @Test
    void directResponse() {
        var route = route(r -> r.setDirectResponse(DirectResponseAction.newBuilder()
                .setStatus(418)
                .setBody(DataSource.newBuilder().setInlineString("tea"))));
        assertEquals(new Action.DirectResponse(418, "tea"), route.action());
    }

    @Test
    void clusterWithPolicies() {
        var spec = (ClusterSpec) accepted(
                ResourceType.CLUSTER,
                Xds.eds("c").toBuilder()
                        .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN)
                        .setConnectTimeout(seconds(5))
                        .setCommonLbConfig(Cluster.CommonLbConfig.newBuilder()
                                .setHealthyPanicThreshold(Percent.newBuilder().setValue(30)))
                        .setOutlierDetection(OutlierDetection.newBuilder()
                                .setConsecutive5Xx(UInt32Value.of(7))
                                .setInterval(seconds(1))
                                .setBaseEjectionTime(seconds(20))
                                .setMaxEjectionPercent(UInt32Value.of(50))
                                .setEnforcingSuccessRate(UInt32Value.of(0)))
                        .setCircuitBreakers(CircuitBreakers.newBuilder()
                                .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                                        .setRetryBudget(CircuitBreakers.Thresholds.RetryBudget.newBuilder()
                                                .setBudgetPercent(
                                                        Percent.newBuilder().setValue(25.5))
                                                .setMinRetryConcurrency(UInt32Value.of(9)))))
                        .build());
        assertEquals(dev.weft.engine.snapshot.Balancer.ROUND_ROBIN, spec.balancer());
        assertEquals(5 * SECOND, spec.connectTimeoutNanos());
        assertEquals(30, spec.panicThreshold());
        assertEquals(new OutlierPolicy(7, SECOND, 20 * SECOND, 300 * SECOND, 50), spec.outlier());
        assertEquals(new RetryBudget(25.5, 9), spec.budget());
        assertEquals("c", spec.assignment());
    }

    @Test
    void endpoints() {
        var assignment = ClusterLoadAssignment.newBuilder()
                .setClusterName("c")
                .addEndpoints(LocalityLbEndpoints.newBuilder()
                        .setLocality(io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
                                .setRegion("r")
                                .setZone("z"))
                        .addLbEndpoints(Xds.endpoint("10.0.0.1", 80).toBuilder()
                                .setHealthStatus(HealthStatus.DRAINING)
                                .setLoadBalancingWeight(UInt32Value.of(4))
                                .setMetadata(Xds.metadata(
                                        "envoy.lb",
                                        "version",
                                        Value.newBuilder().setStringValue("v2").build())))
                        .addLbEndpoints(Xds.endpoint("::1", 81)))
                .build();
        var read = ((Assignment) accepted(ResourceType.ENDPOINTS, assignment)).endpoints();
        var first = read.get(0);
        assertEquals("10.0.0.1", first.address().getAddress().getHostAddress());
        assertEquals(Health.DRAINING, first.health());
        assertEquals(4, first.weight());
        assertEquals(new Locality("r", "z", ""), first.locality());
        assertEquals(Map.of("version", "v2"), first.labels());
        assertEquals(81, read.get(1).address().getPort());
    }

    @Test
    void whatIsUnderstoodButNotDoneIsReportedByName() {
        var cluster = Xds.eds("c").toBuilder()
                .setLbSubsetConfig(Cluster.LbSubsetConfig.newBuilder().setPanicModeAny(true))
                .addHealthChecks(io.envoyproxy.envoy.config.core.v3.HealthCheck.getDefaultInstance())
                .build();
        assertEquals(
                Set.of("Cluster.health_checks", "Cluster.LbSubsetConfig.panic_mode_any"),
                ((Reading.Accepted) read(ResourceType.CLUSTER, "c", cluster)).unsupported());
        var routes = table(route -> route.getRouteBuilder()
                .setRetryPolicy(io.envoyproxy.envoy.config.route.v3.RetryPolicy.newBuilder()
                        .setRetryOn("5xx,http3-post-connect-failure"))
                .addHashPolicy(RouteAction.HashPolicy.newBuilder().setTerminal(true)));
        assertEquals(
                Set.of("RetryPolicy.retry_on 'http3-post-connect-failure'", "RouteAction.hash_policy"),
                ((Reading.Accepted) read(ResourceType.ROUTES, "c", routes)).unsupported());
    }

    @Test
    void whatAnActionSaysAndNobodyHeedsIsReportedByName() {
        var routes = table(route -> route.getRouteBuilder()
                .setPriority(RoutingPriority.HIGH)
                .setClusterNotFoundResponseCode(RouteAction.ClusterNotFoundResponseCode.NOT_FOUND)
                .setWeightedClusters(
                        WeightedCluster.newBuilder().addClusters(weight("a", 1)).setRuntimeKeyPrefix("k")));
        assertEquals(
                Set.of(
                        "RouteAction.priority",
                        "RouteAction.cluster_not_found_response_code other than 503",
                        "WeightedCluster.runtime_key_prefix"),
                ((Reading.Accepted) read(ResourceType.ROUTES, "c", routes)).unsupported());
    }

    @Test
    void endpointsWithoutALocalityAreOfTheOneThatHasNoName() {
        var assignment = (Assignment) accepted(ResourceType.ENDPOINTS, Xds.endpoints("c", 80));
        assertEquals(new Locality("", "", ""), assignment.endpoints().get(0).locality());
    }

    static UpstreamTlsContext tls() {
        var instance = CertificateProviderPluginInstance.newBuilder()
                .setInstanceName("default")
                .build();
        return UpstreamTlsContext.newBuilder()
                .setSni("order")
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .setTlsCertificateProviderInstance(instance)
                        .setValidationContext(
                                CertificateValidationContext.newBuilder().setCaCertificateProviderInstance(instance)))
                .build();
    }

    static Cluster withTls(Message context) {
        return Xds.eds("c").toBuilder()
                .setTransportSocket(TransportSocket.newBuilder()
                        .setName("envoy.transport_sockets.tls")
                        .setTypedConfig(Xds.any(context)))
                .build();
    }

    private static Listener listener(Message... filters) {
        var manager = HttpConnectionManager.newBuilder()
                .setRds(io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds.newBuilder()
                        .setConfigSource(Xds.eds("c").getEdsClusterConfig().getEdsConfig())
                        .setRouteConfigName("r"));
        for (Message filter : filters) {
            manager.addHttpFilters(HttpFilter.newBuilder().setName("f").setTypedConfig(Xds.any(filter)));
        }
        return Xds.listener("l", manager.addHttpFilters(Xds.router()).build());
    }

    @Test
    void filtersThatDoNothingByThemselvesAreAccepted() {
        assertEquals(
                new Resource.Listener("r", null, List.of(FaultReader.idle("listener 'l'"))),
                accepted(ResourceType.LISTENER, listener(HTTPFault.getDefaultInstance())));
    }

    static Stream<Arguments> absurd() {
        var cluster = Xds.eds("c");
        var validation = tls().getCommonTlsContext().getValidationContext();
        return Stream.of(
                Arguments.of(
                        "timeout: negative",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder().setTimeout(seconds(-1)))),
                Arguments.of(
                        "timeout: duration out of range",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder().setTimeout(seconds(Long.MAX_VALUE / 2)))),
                Arguments.of(
                        "weights add up to 0",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder().setWeightedClusters(WeightedCluster.getDefaultInstance()))),
                Arguments.of(
                        "weights add up to 8589934590",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder()
                                .setWeightedClusters(WeightedCluster.newBuilder()
                                        .addClusters(weight("a", -1))
                                        .addClusters(weight("b", -1))))),
                Arguments.of(
                        "does not compile",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder().setRegex("(")))),
                Arguments.of(
                        "'Order' stands twice",
                        ResourceType.ROUTES,
                        Xds.routes("order", "c").toBuilder()
                                .addVirtualHosts(VirtualHost.newBuilder()
                                        .setName("other")
                                        .addDomains("Order"))
                                .build()),
                Arguments.of(
                        "no action",
                        ResourceType.ROUTES,
                        table(r -> r.setNonForwardingAction(NonForwardingAction.getDefaultInstance()))),
                Arguments.of(
                        "repeats too much",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .setSafeRegex(
                                        RegexMatcher.newBuilder().setRegex("(" + "a".repeat(1_000_000) + "){1000}")))),
                Arguments.of(
                        "weighted_clusters",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder()
                                .getWeightedClustersBuilder()
                                .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                        .setWeight(UInt32Value.of(1)))
                                .addClusters(WeightedCluster.ClusterWeight.newBuilder()
                                        .setName("b")
                                        .setWeight(UInt32Value.of(0))))),
                Arguments.of(
                        "query_parameters: a parameter without name",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder().addQueryParameters(QueryParameterMatcher.getDefaultInstance()))),
                Arguments.of(
                        "host_rewrite_literal: 'not a host' can't be sent as a host",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder().setHostRewriteLiteral("not a host"))),
                Arguments.of(
                        "in more than one way",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder().setPrefixRewrite("/x").setRegexRewrite(substitution("a", "b")))),
                Arguments.of(
                        "prefix_rewrite: 'x' does not begin",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder().setPrefixRewrite("x"))),
                Arguments.of(
                        "regex_rewrite: substitution",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder().setRegexRewrite(substitution("a", "\\1")))),
                Arguments.of(
                        "path_rewrite_policy: needs a path_match_policy",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder()
                                .setPathRewritePolicy(extension(UriTemplateRewriteConfig.newBuilder()
                                        .setPathTemplateRewrite("/x")
                                        .build())))),
                Arguments.of(
                        "path_match_policy: path_template '/{a}/{a}'",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .setPathMatchPolicy(extension(UriTemplateMatchConfig.newBuilder()
                                        .setPathTemplate("/{a}/{a}")
                                        .build())))),
                Arguments.of(
                        "nested counts multiplied",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder().setRegex("((a{100}){100}){100}")))),
                Arguments.of(
                        "nested too deeply",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder()
                                        .setRegex("(".repeat(20_000) + "a" + ")".repeat(20_000))))),
                Arguments.of(
                        "steps, more than 5000",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .setSafeRegex(RegexMatcher.newBuilder().setRegex("(abcdefghijkl){900}")))),
                Arguments.of(
                        "range_match: 5 is not below 5",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .addHeaders(HeaderMatcher.newBuilder()
                                        .setName("x")
                                        .setRangeMatch(Int64Range.newBuilder()
                                                .setStart(5)
                                                .setEnd(5))))),
                Arguments.of(
                        "match.runtime_fraction: above the whole",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder().setRuntimeFraction(percent(101)))),
                Arguments.of(
                        "match.runtime_fraction: above the whole, or of an unknown one",
                        ResourceType.ROUTES,
                        table(r -> r.getMatchBuilder()
                                .getRuntimeFractionBuilder()
                                .getDefaultValueBuilder()
                                .setNumerator(50)
                                .setDenominatorValue(3))),
                Arguments.of(
                        "redirect.port: -1",
                        ResourceType.ROUTES,
                        table(r -> r.getRedirectBuilder().setPortRedirect(70_000))),
                Arguments.of(
                        "redirect.response_code: 9",
                        ResourceType.ROUTES,
                        table(r -> r.getRedirectBuilder().setResponseCodeValue(9))),
                Arguments.of(
                        "hash_policy.header.header_name: is empty",
                        ResourceType.ROUTES,
                        table(r -> r.getRouteBuilder()
                                .addHashPolicy(RouteAction.HashPolicy.newBuilder()
                                        .setHeader(RouteAction.HashPolicy.Header.getDefaultInstance())))),
                Arguments.of("direct_response.body: is longer than 3 bytes", ResourceType.ROUTES, longBody()),
                Arguments.of("'order:x' has no port", ResourceType.ROUTES, Xds.routes("order:x", "c")),
                Arguments.of(
                        "'order.' stands twice",
                        ResourceType.ROUTES,
                        Xds.routes("order", "c").toBuilder()
                                .addVirtualHosts(VirtualHost.newBuilder()
                                        .setName("other")
                                        .addDomains("order."))
                                .build()),
                Arguments.of(
                        "typed_per_filter_config",
                        ResourceType.ROUTES,
                        table(r -> r.putTypedPerFilterConfig("rbac", Xds.any(RBAC.getDefaultInstance())))),
                Arguments.of("is required and not known", ResourceType.LISTENER, listener(RBAC.getDefaultInstance())),
                Arguments.of(
                        "router must be the last",
                        ResourceType.LISTENER,
                        Xds.listener(
                                "l",
                                HttpConnectionManager.getDefaultInstance().toBuilder()
                                        .addHttpFilters(Xds.router())
                                        .addHttpFilters(HttpFilter.newBuilder()
                                                .setTypedConfig(Xds.any(HTTPFault.getDefaultInstance())))
                                        .build())),
                Arguments.of("api_listener", ResourceType.LISTENER, Listener.getDefaultInstance()),
                Arguments.of(
                        "type: missing",
                        ResourceType.CLUSTER,
                        Cluster.newBuilder().setName("c").build()),
                Arguments.of(
                        "only EDS and STATIC",
                        ResourceType.CLUSTER,
                        cluster.toBuilder()
                                .setType(Cluster.DiscoveryType.STRICT_DNS)
                                .build()),
                Arguments.of(
                        "type: only EDS and STATIC",
                        ResourceType.CLUSTER,
                        cluster.toBuilder()
                                .setClusterType(Cluster.CustomClusterType.newBuilder()
                                        .setName("envoy.clusters.aggregate")
                                        .setTypedConfig(Xds.any(ClusterConfig.newBuilder()
                                                .addClusters("c")
                                                .build())))
                                .build()),
                Arguments.of(
                        "outlier_detection.interval: negative duration",
                        ResourceType.CLUSTER,
                        cluster.toBuilder()
                                .setOutlierDetection(
                                        OutlierDetection.newBuilder().setInterval(seconds(-1)))
                                .build()),
                Arguments.of(
                        "outlier_detection.max_ejection_time_jitter: negative duration",
                        ResourceType.CLUSTER,
                        cluster.toBuilder()
                                .setOutlierDetection(
                                        OutlierDetection.newBuilder().setMaxEjectionTimeJitter(seconds(-1)))
                                .build()),
                Arguments.of(
                        "slow_start_window: negative duration",
                        ResourceType.CLUSTER,
                        cluster.toBuilder()
                                .setLeastRequestLbConfig(Cluster.LeastRequestLbConfig.newBuilder()
                                        .setSlowStartConfig(Cluster.SlowStartConfig.newBuilder()
                                                .setSlowStartWindow(seconds(-1))))
                                .build()),
                Arguments.of(
                        "connect_timeout: negative duration",
                        ResourceType.CLUSTER,
                        cluster.toBuilder().setConnectTimeout(seconds(-1)).build()),
                Arguments.of(
                        "timeout: negative duration",
                        ResourceType.LISTENER,
                        Xds.listener(
                                "l",
                                HttpConnectionManager.newBuilder()
                                        .setRouteConfig((RouteConfiguration)
                                                table(r -> r.getRouteBuilder().setTimeout(seconds(-1))))
                                        .addHttpFilters(Xds.router())
                                        .build())),
                Arguments.of(
                        "eds_config: must be ads or self",
                        ResourceType.CLUSTER,
                        cluster.toBuilder().clearEdsClusterConfig().build()),
                Arguments.of(
                        "name: is 'other'",
                        ResourceType.CLUSTER,
                        cluster.toBuilder().setName("other").build()),
                Arguments.of(
                        "connect_timeout: must be above 0",
                        ResourceType.CLUSTER,
                        cluster.toBuilder().setConnectTimeout(seconds(0)).build()),
                Arguments.of(
                        "lb_policy: 6 is not known",
                        ResourceType.CLUSTER,
                        cluster.toBuilder()
                                .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
                                .build()),
                Arguments.of(
                        "max_ejection_percent",
                        ResourceType.CLUSTER,
                        cluster.toBuilder()
                                .setOutlierDetection(
                                        OutlierDetection.newBuilder().setMaxEjectionPercent(UInt32Value.of(101)))
                                .build()),
                Arguments.of("is not known here", ResourceType.CLUSTER, withTls(HTTPFault.getDefaultInstance())),
                Arguments.of(
                        "verify_certificate_hash is not supported",
                        ResourceType.CLUSTER,
                        withTls(tls().toBuilder()
                                .setCommonTlsContext(tls().getCommonTlsContext().toBuilder()
                                        .setValidationContext(
                                                validation.toBuilder().addVerifyCertificateHash("00")))
                                .build())),
                Arguments.of(
                        "names no authorities", ResourceType.CLUSTER, withTls(UpstreamTlsContext.getDefaultInstance())),
                Arguments.of(
                        "is not an IP address",
                        ResourceType.ENDPOINTS,
                        ClusterLoadAssignment.newBuilder()
                                .addEndpoints(LocalityLbEndpoints.newBuilder()
                                        .addLbEndpoints(Xds.endpoint("example.org", 80)))
                                .build()),
                Arguments.of(
                        "have a gap",
                        ResourceType.ENDPOINTS,
                        ClusterLoadAssignment.newBuilder()
                                .addEndpoints(LocalityLbEndpoints.newBuilder().setPriority(1))
                                .build()),
                Arguments.of(
                        "weight 0",
                        ResourceType.ENDPOINTS,
                        ClusterLoadAssignment.newBuilder()
                                .addEndpoints(LocalityLbEndpoints.newBuilder()
                                        .addLbEndpoints(Xds.endpoint("10.0.0.1", 80).toBuilder()
                                                .setLoadBalancingWeight(UInt32Value.of(0))))
                                .build()));
    }

    private static Message longBody() {
        var table = Xds.routes("order", "c").toBuilder().setMaxDirectResponseBodySizeBytes(UInt32Value.of(3));
        table.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .getDirectResponseBuilder()
                .setStatus(200)
                .getBodyBuilder()
                .setInlineString("four");
        return table.build();
    }

    private static WeightedCluster.ClusterWeight weight(String name, int weight) {
        return WeightedCluster.ClusterWeight.newBuilder()
                .setName(name)
                .setWeight(UInt32Value.of(weight))
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("absurd")
    void absurdOrUnknownRequirementsAreRefusedAndNamed(String reason, ResourceType type, Message message) {
        String reasons = refused(type, message);
        assertTrue(reasons.contains(reason), reasons);
    }
}
