package dev.weft.client.resource;

import static dev.weft.client.resource.Read.accepted;
import static dev.weft.client.resource.Read.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import dev.weft.client.Xds;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.AdaptiveConcurrency.MinRtt;
import dev.weft.engine.snapshot.AdmissionControl.Statuses;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Fault.Abort;
import dev.weft.engine.snapshot.Fault.Delay;
import dev.weft.engine.snapshot.Fault.Share;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.LocalRateLimit.Answer;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Limited;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.RetryPolicy.ByHeaders;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.RetryPolicy.Reset;
import dev.weft.engine.snapshot.StatefulSession.Key;
import dev.weft.engine.snapshot.TokenBucket;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.RuntimePercent;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.envoyproxy.envoy.type.http.v3.Cookie;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.envoyproxy.envoy.type.v3.Percent;
import io.envoyproxy.envoy.type.v3.StatusCode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What HTTP filters mean in the engine's words, for a whole chain and for single routes. */
final class GuardsTest {
    private static final String ROUTE = "virtual host 'order.default.svc.cluster.local' route 'c'";
    private static final String SCOPE = ROUTE + " of route configuration '" + Xds.cluster("order") + "'";

    private static FractionalPercent percent(int numerator) {
        return FractionalPercent.newBuilder().setNumerator(numerator).build();
    }

    private static List<Guard> routeGuards(Consumer<RouteConfiguration.Builder> change) {
        var table = Xds.routes("order", "c").toBuilder();
        change.accept(table);
        var read = (Resource.RouteTable) accepted(ResourceType.ROUTES, table.build());
        return read.hosts().get(0).routes().get(0).guards();
    }

    private static RouteConfiguration perRoute(Message config) {
        var table = Xds.routes("order", "c").toBuilder();
        table.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .putTypedPerFilterConfig("f", config instanceof Any any ? any : Xds.any(config));
        return table.build();
    }

    private static Guard guard(Message config) {
        return routeGuards(table -> table.mergeFrom(perRoute(config)).removeVirtualHosts(0))
                .get(0);
    }

    private static List<Guard> chain(HttpFilter... filters) {
        var manager = HttpConnectionManager.newBuilder()
                .setRds(io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds.newBuilder()
                        .setConfigSource(Xds.eds("c").getEdsClusterConfig().getEdsConfig())
                        .setRouteConfigName("r"))
                .addAllHttpFilters(List.of(filters))
                .addHttpFilters(Xds.router());
        return ((Resource.Listener) accepted(ResourceType.LISTENER, Xds.listener("l", manager.build()))).guards();
    }

    private static HttpFilter filter(Message config) {
        return HttpFilter.newBuilder()
                .setName("f")
                .setTypedConfig(Xds.any(config))
                .build();
    }

    private static HTTPFault.Builder abort(int status) {
        return HTTPFault.newBuilder()
                .setAbort(FaultAbort.newBuilder().setHttpStatus(status).setPercentage(percent(100)));
    }

    private static Fault aborting(String scope, int status) {
        return new Fault(scope, null, new Abort(status, -1, new Share(100, 100)), "", List.of(), Integer.MAX_VALUE);
    }

    @Test
    void aFaultWithEverythingItCanSay() {
        var fault = HTTPFault.newBuilder()
                .setDelay(FaultDelay.newBuilder()
                        .setFixedDelay(Duration.newBuilder().setSeconds(2))
                        .setPercentage(percent(5).toBuilder().setDenominator(DenominatorType.TEN_THOUSAND)))
                .setAbort(FaultAbort.newBuilder()
                        .setGrpcStatus(14)
                        .setPercentage(percent(7).toBuilder().setDenominator(DenominatorType.MILLION)))
                .setUpstreamCluster("c")
                .addHeaders(HeaderMatcher.newBuilder().setName("X-Test").setPresentMatch(true))
                .setMaxActiveFaults(UInt32Value.of(3))
                .setDelayPercentRuntime("some.key");
        assertEquals(
                new Fault(
                        SCOPE,
                        new Delay(2_000_000_000L, new Share(5, 10_000)),
                        new Abort(0, 14, new Share(7, 1_000_000)),
                        "c",
                        List.of(new HeaderMatch("x-test", null, false)),
                        3),
                guard(fault.build()));
    }

    @Test
    void aFaultThatTheRequestAsksFor() {
        var fault = HTTPFault.newBuilder()
                .setDelay(FaultDelay.newBuilder()
                        .setHeaderDelay(FaultDelay.HeaderDelay.getDefaultInstance())
                        .setPercentage(percent(100)))
                .setAbort(FaultAbort.newBuilder()
                        .setHeaderAbort(FaultAbort.HeaderAbort.getDefaultInstance())
                        .setPercentage(percent(100)));
        var all = new Share(100, 100);
        assertEquals(
                new Fault(SCOPE, new Delay(0, all), new Abort(0, -1, all), "", List.of(), Integer.MAX_VALUE),
                guard(fault.build()));
    }

    @Test
    void aFaultForSomeNodesOnlyIsLeftOutWhole() {
        var reading = Read.reading(
                ResourceType.ROUTES, perRoute(abort(500).addDownstreamNodes("n").build()));
        assertTrue(((Reading.Accepted) reading).unsupported().contains("HTTPFault.downstream_nodes"));
        assertTrue(guard(abort(500).addDownstreamNodes("n").build()).idle());
    }

    @Test
    void faultsThatMakeNoSenseAreRefusedByTheirField() {
        String at = ROUTE + ".fault.";
        assertEquals(
                at + "abort.http_status: 99 is out of range",
                refused(perRoute(abort(99).build())));
        assertEquals(
                at + "abort: needs http_status, grpc_status or header_abort",
                refused(perRoute(
                        HTTPFault.newBuilder().setAbort(FaultAbort.newBuilder()).build())));
        assertEquals(
                at + "delay: needs fixed_delay or header_delay",
                refused(perRoute(
                        HTTPFault.newBuilder().setDelay(FaultDelay.newBuilder()).build())));
        assertEquals(
                at + "abort.percentage: above the whole, or of an unknown one",
                refused(perRoute(HTTPFault.newBuilder()
                        .setAbort(FaultAbort.newBuilder().setHttpStatus(500).setPercentage(percent(101)))
                        .build())));
        assertEquals(
                at + "abort.grpc_status: 17 is not a status of gRPC",
                refused(perRoute(HTTPFault.newBuilder()
                        .setAbort(FaultAbort.newBuilder().setGrpcStatus(17))
                        .build())));
    }

    @Test
    void theMostSpecificLevelCounts() {
        assertEquals(
                List.of(aborting("route configuration 'r'", 501)),
                routeGuards(table -> table.setName("r")
                        .putTypedPerFilterConfig("f", Xds.any(abort(501).build()))));
        Consumer<RouteConfiguration.Builder> host = table -> table.setName("r")
                .putTypedPerFilterConfig("f", Xds.any(abort(501).build()))
                .getVirtualHostsBuilder(0)
                .putTypedPerFilterConfig("f", Xds.any(abort(502).build()));
        assertEquals(
                List.of(aborting("virtual host 'order.default.svc.cluster.local' of route configuration 'r'", 502)),
                routeGuards(host));
        assertEquals(
                List.of(aborting(ROUTE + " of route configuration 'r'", 503)),
                routeGuards(host.andThen(table -> table.getVirtualHostsBuilder(0)
                        .getRoutesBuilder(0)
                        .putTypedPerFilterConfig("f", Xds.any(abort(503).build())))));
    }

    @Test
    void aRouteMaySwitchAFilterOff() {
        var off = FilterConfig.newBuilder()
                .setConfig(Xds.any(HTTPFault.getDefaultInstance()))
                .setDisabled(true);
        assertEquals(FaultReader.idle(SCOPE), guard(off.build()));
    }

    @Test
    void aChainHasOneGuardOfAKind() {
        assertEquals(
                List.of(aborting("listener 'l'", 500)),
                chain(filter(abort(500).build()), filter(abort(501).build())));
        assertEquals(
                List.of(FaultReader.idle("listener 'l'")),
                chain(filter(abort(500).build()).toBuilder().setDisabled(true).build()));
    }

    private static RuntimeFractionalPercent whole() {
        return RuntimeFractionalPercent.newBuilder()
                .setDefaultValue(percent(100))
                .build();
    }

    private static io.envoyproxy.envoy.type.v3.TokenBucket tokens(int most, int fill, long seconds) {
        return io.envoyproxy.envoy.type.v3.TokenBucket.newBuilder()
                .setMaxTokens(most)
                .setTokensPerFill(UInt32Value.of(fill))
                .setFillInterval(Duration.newBuilder().setSeconds(seconds))
                .build();
    }

    private static LocalRateLimit.Builder limiting() {
        return LocalRateLimit.newBuilder()
                .setStatPrefix("s")
                .setTokenBucket(tokens(10, 5, 1))
                .setFilterEnabled(whole())
                .setFilterEnforced(whole());
    }

    @Test
    void aRateLimitWithKindsOfCalls() {
        var kind = RateLimit.newBuilder()
                .addActions(RateLimit.Action.newBuilder()
                        .setGenericKey(RateLimit.Action.GenericKey.newBuilder().setDescriptorValue("team")))
                .addActions(RateLimit.Action.newBuilder()
                        .setRequestHeaders(RateLimit.Action.RequestHeaders.newBuilder()
                                .setHeaderName("X-Team")
                                .setDescriptorKey("team")
                                .setSkipIfAbsent(true)))
                .addActions(RateLimit.Action.newBuilder()
                        .setDestinationCluster(RateLimit.Action.DestinationCluster.getDefaultInstance()))
                .addActions(RateLimit.Action.newBuilder()
                        .setHeaderValueMatch(RateLimit.Action.HeaderValueMatch.newBuilder()
                                .setDescriptorValue("batch")
                                .setExpectMatch(BoolValue.of(false))
                                .addHeaders(HeaderMatcher.newBuilder()
                                        .setName("x-batch")
                                        .setPresentMatch(true))));
        var config = limiting()
                .setStatus(HttpStatus.newBuilder().setCode(StatusCode.ServiceUnavailable))
                .setRateLimitedAsResourceExhausted(true)
                .setAlwaysConsumeDefaultTokenBucket(BoolValue.of(false))
                .addResponseHeadersToAdd(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder().setKey("x-limited").setValue("yes")))
                .addDescriptors(LocalRateLimitDescriptor.newBuilder()
                        .addEntries(RateLimitDescriptor.Entry.newBuilder()
                                .setKey("team")
                                .setValue("red"))
                        .setTokenBucket(tokens(1, 1, 60)))
                .addRateLimits(kind);
        assertEquals(
                new dev.weft.engine.snapshot.LocalRateLimit(
                        SCOPE,
                        new TokenBucket(10, 5, 1_000_000_000L),
                        List.of(new Limited(List.of(new Entry("team", "red")), new TokenBucket(1, 1, 60_000_000_000L))),
                        List.of(List.of(
                                new Part.GenericKey("generic_key", "team"),
                                new Part.RequestHeader("x-team", "team", true),
                                new Part.DestinationCluster(),
                                new Part.HeaderValueMatch(
                                        "header_match",
                                        "batch",
                                        false,
                                        List.of(new HeaderMatch("x-batch", null, false))))),
                        false,
                        1_000_000,
                        1_000_000,
                        new Answer(503, 8, List.of(new HeaderEdits.Entry("x-limited", "yes")))),
                guard(config.build()));
    }

    @Test
    void aRateLimitCountsNobodyUntilItSaysWhom() {
        assertTrue(guard(limiting().clearFilterEnabled().build()).idle());
        assertTrue(guard(limiting().clearTokenBucket().build()).idle());
        var odd = limiting().setStatus(HttpStatus.newBuilder().setCode(StatusCode.OK));
        assertEquals(Answer.DEFAULT, ((dev.weft.engine.snapshot.LocalRateLimit) guard(odd.build())).answer());
    }

    @Test
    void aKindThatCannotBeToldIsReportedAndTheRestGoesOn() {
        var config = limiting()
                .addRateLimits(RateLimit.newBuilder()
                        .addActions(RateLimit.Action.newBuilder()
                                .setSourceCluster(RateLimit.Action.SourceCluster.getDefaultInstance())))
                .build();
        var reading = (Reading.Accepted) Read.reading(ResourceType.ROUTES, perRoute(config));
        assertTrue(reading.unsupported().contains("RateLimit.Action.source_cluster"), reading.toString());
        assertEquals(List.of(List.of()), ((dev.weft.engine.snapshot.LocalRateLimit) guard(config)).kinds());
    }

    @Test
    void rateLimitsThatMakeNoSenseAreRefusedByTheirField() {
        String at = ROUTE + ".local_rate_limit.";
        assertEquals(
                at + "token_bucket: max_tokens, tokens_per_fill and fill_interval must be above 0",
                refused(perRoute(limiting().setTokenBucket(tokens(0, 1, 1)).build())));
        assertEquals(
                at + "filter_enabled: above the whole, or of an unknown one",
                refused(perRoute(limiting()
                        .setFilterEnabled(whole().toBuilder().setDefaultValue(percent(101)))
                        .build())));
        var descriptor = LocalRateLimitDescriptor.newBuilder()
                .addEntries(RateLimitDescriptor.Entry.newBuilder().setKey("k").setValue("v"))
                .setTokenBucket(tokens(1, 1, 1));
        assertEquals(
                ROUTE + ".local_rate_limit: descriptors: the same stands there twice",
                refused(perRoute(limiting()
                        .addDescriptors(descriptor)
                        .addDescriptors(descriptor)
                        .build())));
    }

    private static List<Guard> timeouts(RouteAction.MaxStreamDuration.Builder duration) {
        return routeGuards(table -> table.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .getRouteBuilder()
                .setMaxStreamDuration(duration));
    }

    @Test
    void grpcsTimeLimitCountsWhereTheRouteNamesItsMost() {
        var none = Duration.getDefaultInstance();
        var second = Duration.newBuilder().setSeconds(1).build();
        assertEquals(
                List.of(new GrpcTimeout(ROUTE, Long.MAX_VALUE, 0)),
                timeouts(RouteAction.MaxStreamDuration.newBuilder().setGrpcTimeoutHeaderMax(none)));
        assertEquals(
                List.of(new GrpcTimeout(ROUTE, 1_000_000_000L, 1_000_000_000L)),
                timeouts(RouteAction.MaxStreamDuration.newBuilder()
                        .setGrpcTimeoutHeaderMax(second)
                        .setGrpcTimeoutHeaderOffset(second)));
        assertEquals(
                List.of(), timeouts(RouteAction.MaxStreamDuration.newBuilder().setMaxStreamDuration(second)));
    }

    @Test
    void theRouterMayRespectWhatIsExpected() {
        var router = Router.newBuilder().setRespectExpectedRqTimeout(true).build();
        var manager = HttpConnectionManager.newBuilder()
                .setRds(io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds.newBuilder()
                        .setConfigSource(Xds.eds("c").getEdsClusterConfig().getEdsConfig())
                        .setRouteConfigName("r"))
                .addHttpFilters(filter(router));
        var read = (Resource.Listener) accepted(ResourceType.LISTENER, Xds.listener("l", manager.build()));
        assertEquals(List.of(new ExpectedTimeout("listener 'l'", true)), read.guards());
    }

    private static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value object(Map<String, Value> members) {
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder().putAllFields(members))
                .build();
    }

    private static RouteConfiguration own(String kind, Map<String, Value> members) {
        var table = Xds.routes("order", "c").toBuilder();
        table.getVirtualHostsBuilder(0).getRoutesBuilder(0).setMetadata(Xds.metadata("weft", kind, object(members)));
        return table.build();
    }

    private static Guard ownGuard(String kind, Map<String, Value> members) {
        return ((Resource.RouteTable) accepted(ResourceType.ROUTES, own(kind, members)))
                .hosts()
                .get(0)
                .routes()
                .get(0)
                .guards()
                .get(0);
    }

    @Test
    void aBreakerInOurOwnWords() {
        long second = 1_000_000_000L;
        assertEquals(
                new Breaker(SCOPE, 50, 100, 60 * second, new Breaker.Window.Time(10 * second), 20, 5 * second, 10),
                ownGuard("breaker", Map.of()));
        assertEquals(
                new Breaker(SCOPE, 20, 30, second / 2, new Breaker.Window.Calls(100), 7, 90 * second, 3),
                ownGuard(
                        "breaker",
                        Map.of(
                                "failure_ratio", number(20),
                                "slow_call_ratio", number(30),
                                "slow_call", text("500ms"),
                                "window_calls", number(100),
                                "minimum_calls", number(7),
                                "open", text("1.5m"),
                                "half_open_calls", number(3))));
    }

    @Test
    void virtualHostsOfOneNameInTwoTablesCountApart() {
        var table = own("breaker", Map.of()).toBuilder();
        table.getVirtualHostsBuilder(0).setName("default").getRoutesBuilder(0).clearName();
        table.getVirtualHostsBuilder(0)
                .putTypedPerFilterConfig("f", Xds.any(limiting().build()));
        Set<List<Guard>> apart = new HashSet<>();
        for (String name : List.of("order", "payment")) {
            var read = (Resource.RouteTable)
                    accepted(ResourceType.ROUTES, table.clone().setName(name).build());
            apart.add(read.hosts().get(0).routes().get(0).guards());
        }
        table.clearName();
        for (String name : List.of("order", "payment")) {
            var manager = HttpConnectionManager.newBuilder()
                    .setRouteConfig(table.clone())
                    .addHttpFilters(Xds.router());
            var read = (Resource.Listener) accepted(ResourceType.LISTENER, Xds.listener(name, manager.build()));
            apart.add(read.inline().hosts().get(0).routes().get(0).guards());
        }
        assertEquals(4, apart.size());
        Set<Guard> all = new HashSet<>();
        apart.forEach(all::addAll);
        assertEquals(8, all.size(), "a breaker and a rate limit of each");
    }

    @Test
    void aBulkheadInOurOwnWords() {
        assertEquals(new Bulkhead(SCOPE, 10, 0, Long.MAX_VALUE), ownGuard("bulkhead", Map.of("max_calls", number(10))));
        assertEquals(
                new Bulkhead(SCOPE, 10, 5, 2_000_000_000L),
                ownGuard(
                        "bulkhead", Map.of("max_calls", number(10), "max_waiting", number(5), "max_wait", text("2s"))));
    }

    @Test
    void ourOwnWordsAreRefusedWhereTheyAreWrong() {
        String at = ROUTE + ".metadata.weft";
        assertEquals(
                at + ": failure_ratio: 101 is not from 1 to 100 percent",
                refused(own("breaker", Map.of("failure_ratio", number(101)))));
        assertEquals(
                at
                        + ".breaker.opens: is unknown; known are failure_ratio, half_open_calls, minimum_calls, open, slow_call,"
                        + " slow_call_ratio, window, window_calls",
                refused(own("breaker", Map.of("opens", text("1s")))));
        assertEquals(
                at + ".breaker.open: is not a duration such as 1.5s or 200ms",
                refused(own("breaker", Map.of("open", text("soon")))));
        assertEquals(
                at + ".breaker.minimum_calls: is not a whole number",
                refused(own("breaker", Map.of("minimum_calls", number(1.5)))));
        assertEquals(at + ": max_calls: 0 is not above 0", refused(own("bulkhead", Map.of())));
    }

    private static Percent share(double value) {
        return Percent.newBuilder().setValue(value).build();
    }

    @Test
    void admissionControl() {
        var criteria = AdmissionControl.SuccessCriteria.newBuilder()
                .setHttpCriteria(AdmissionControl.SuccessCriteria.HttpCriteria.newBuilder()
                        .addHttpSuccessStatus(
                                Int32Range.newBuilder().setStart(200).setEnd(300)));
        assertEquals(
                new dev.weft.engine.snapshot.AdmissionControl(SCOPE, true, List.of(), 30_000_000_000L, 1, 0.95, 0, 0.8),
                guard(AdmissionControl.getDefaultInstance()));
        assertEquals(
                new dev.weft.engine.snapshot.AdmissionControl(
                        SCOPE, false, List.of(new Statuses(200, 300)), 60_000_000_000L, 2, 0.5, 7, 0.25),
                guard(AdmissionControl.newBuilder()
                        .setEnabled(RuntimeFeatureFlag.newBuilder().setDefaultValue(BoolValue.of(false)))
                        .setSuccessCriteria(criteria)
                        .setSamplingWindow(Duration.newBuilder().setSeconds(60))
                        .setAggression(RuntimeDouble.newBuilder().setDefaultValue(2))
                        .setSrThreshold(RuntimePercent.newBuilder().setDefaultValue(share(50)))
                        .setRpsThreshold(RuntimeUInt32.newBuilder().setDefaultValue(7))
                        .setMaxRejectionProbability(RuntimePercent.newBuilder().setDefaultValue(share(25)))
                        .build()));
        assertEquals(
                ROUTE + ".admission_control: sr_threshold: 0.0 is not above 0 up to 1",
                refused(perRoute(AdmissionControl.newBuilder()
                        .setSrThreshold(RuntimePercent.newBuilder().setDefaultValue(share(0)))
                        .build())));
    }

    private static GradientControllerConfig.Builder gradient() {
        return GradientControllerConfig.newBuilder()
                .setConcurrencyLimitParams(GradientControllerConfig.ConcurrencyLimitCalculationParams.newBuilder()
                        .setConcurrencyUpdateInterval(Duration.newBuilder().setSeconds(1)))
                .setMinRttCalcParams(GradientControllerConfig.MinimumRTTCalculationParams.newBuilder()
                        .setInterval(Duration.newBuilder().setSeconds(60)));
    }

    private static AdaptiveConcurrency adaptive(GradientControllerConfig.Builder gradient) {
        return AdaptiveConcurrency.newBuilder()
                .setGradientControllerConfig(gradient)
                .build();
    }

    @Test
    void adaptiveConcurrency() {
        long second = 1_000_000_000L;
        assertEquals(
                new dev.weft.engine.snapshot.AdaptiveConcurrency(
                        SCOPE, true, 0.5, 1000, second, new MinRtt.Measured(60 * second, 0.15, 50), 3, 0.25, 503),
                guard(adaptive(gradient())));
        var all = gradient().setSampleAggregatePercentile(share(90));
        all.getConcurrencyLimitParamsBuilder().setMaxConcurrencyLimit(UInt32Value.of(40));
        all.getMinRttCalcParamsBuilder()
                .clearInterval()
                .setFixedValue(Duration.newBuilder().setSeconds(2))
                .setMinConcurrency(UInt32Value.of(5))
                .setBuffer(share(10));
        assertEquals(
                new dev.weft.engine.snapshot.AdaptiveConcurrency(
                        SCOPE, true, 0.9, 40, second, new MinRtt.Fixed(2 * second), 5, 0.1, 429),
                guard(adaptive(all).toBuilder()
                        .setConcurrencyLimitExceededStatus(
                                HttpStatus.newBuilder().setCode(StatusCode.TooManyRequests))
                        .build()));
        var none = gradient();
        none.getMinRttCalcParamsBuilder().clearInterval();
        assertEquals(
                ROUTE + ".adaptive_concurrency.min_rtt_calc_params: fixed_value: is not above 0",
                refused(perRoute(adaptive(none))));
        assertEquals(
                ROUTE + ".adaptive_concurrency: concurrency_update_interval 0 is out of range",
                refused(perRoute(adaptive(gradient()
                        .setConcurrencyLimitParams(
                                GradientControllerConfig.ConcurrencyLimitCalculationParams.getDefaultInstance())))));
    }

    private static Action.Forward forward(Consumer<RouteConfiguration.Builder> change) {
        var table = Xds.routes("order", "c").toBuilder();
        change.accept(table);
        var read = (Resource.RouteTable) accepted(ResourceType.ROUTES, table.build());
        return (Action.Forward) read.hosts().get(0).routes().get(0).action();
    }

    @Test
    void aFallbackInOurOwnWords() {
        var members =
                Map.of("status", number(203), "body", text("[]"), "headers", object(Map.of("x-from", text("cache"))));
        var table = own("fallback", members);
        var route = ((Resource.RouteTable) accepted(ResourceType.ROUTES, table))
                .hosts()
                .get(0)
                .routes()
                .get(0);
        assertEquals(
                new Fallback(203, "[]", List.of(new HeaderEdits.Entry("x-from", "cache"))),
                ((Action.Forward) route.action()).fallback());
        String at = ROUTE + ".metadata.weft";
        assertEquals(
                at + ": fallback.status: 99 is out of range", refused(own("fallback", Map.of("status", number(99)))));
        for (String name : List.of("", "bad name", "x:", "\u00fc")) {
            assertEquals(
                    at + ".fallback.headers: '" + name + "' is not the name of a header",
                    refused(own("fallback", Map.of("headers", object(Map.of(name, text("x")))))));
        }
        for (String value : List.of("a\nb", "\u00fc", "\u007f")) {
            assertEquals(
                    at + ".fallback.headers.x: has characters that can't be sent",
                    refused(own("fallback", Map.of("headers", object(Map.of("x", text(value)))))));
        }
        assertEquals(
                at + ".fallback.text: is unknown; known are body, cluster, headers, status",
                refused(own("fallback", Map.of("text", text("")))));
    }

    @Test
    void thePeerIsToldTheAttemptWhereTheVirtualHostSaysSo() {
        assertFalse(forward(table -> {}).attemptCount());
        assertTrue(forward(table -> table.getVirtualHostsBuilder(0).setIncludeRequestAttemptCount(true))
                .attemptCount());
    }

    @Test
    void retriesByHeaders() {
        var policy = RetryPolicy.newBuilder()
                .setRetryOn("retriable-headers,envoy-ratelimited")
                .addRetriableHeaders(
                        HeaderMatcher.newBuilder().setName("X-Again").setPresentMatch(true))
                .addRetriableRequestHeaders(
                        HeaderMatcher.newBuilder().setName("x-safe").setPresentMatch(true))
                .setRateLimitedRetryBackOff(RetryPolicy.RateLimitedRetryBackOff.newBuilder()
                        .addResetHeaders(RetryPolicy.ResetHeader.newBuilder().setName("Retry-After"))
                        .addResetHeaders(RetryPolicy.ResetHeader.newBuilder()
                                .setName("X-RateLimit-Reset")
                                .setFormat(RetryPolicy.ResetHeaderFormat.UNIX_TIMESTAMP)));
        var read = forward(table -> table.getVirtualHostsBuilder(0)
                        .getRoutesBuilder(0)
                        .getRouteBuilder()
                        .setRetryPolicy(policy))
                .retry();
        assertEquals(Set.of(Condition.RETRIABLE_HEADERS, Condition.ENVOY_RATELIMITED), read.on());
        assertEquals(
                new ByHeaders(
                        List.of(new HeaderMatch("x-again", null, false)),
                        List.of(new HeaderMatch("x-safe", null, false)),
                        List.of(new Reset("retry-after", false), new Reset("x-ratelimit-reset", true)),
                        300_000_000_000L),
                read.headers());
        assertEquals(
                ROUTE + ".retry_policy.rate_limited_retry_back_off.reset_headers: needs names",
                refused(Xds.routes("order", "c").toBuilder()
                        .setVirtualHosts(0, nameless())
                        .build()));
    }

    private static io.envoyproxy.envoy.config.route.v3.VirtualHost nameless() {
        var host = Xds.routes("order", "c").getVirtualHosts(0).toBuilder();
        host.getRoutesBuilder(0)
                .getRouteBuilder()
                .getRetryPolicyBuilder()
                .setRetryOn("5xx")
                .setRateLimitedRetryBackOff(RetryPolicy.RateLimitedRetryBackOff.getDefaultInstance());
        return host.build();
    }

    private static StatefulSession.Builder session(Message state) {
        return StatefulSession.newBuilder()
                .setSessionState(TypedExtensionConfig.newBuilder().setName("s").setTypedConfig(Xds.any(state)));
    }

    @Test
    void sessionsByCookieAndByHeader() {
        var cookie = CookieBasedSessionState.newBuilder()
                .setCookie(Cookie.newBuilder()
                        .setName("sticky")
                        .setTtl(Duration.newBuilder().setSeconds(60))
                        .setPath("/cart"))
                .build();
        assertEquals(
                List.of(new dev.weft.engine.snapshot.StatefulSession(
                        "listener 'l'", new Key.Cookie("sticky", 60, "/cart"), true)),
                chain(filter(session(cookie).setStrict(true).build())));
        var header = HeaderBasedSessionState.newBuilder().setName("X-Session").build();
        assertEquals(
                new dev.weft.engine.snapshot.StatefulSession(SCOPE, new Key.Header("x-session"), false),
                guard(StatefulSessionPerRoute.newBuilder()
                        .setStatefulSession(session(header))
                        .build()));
        assertTrue(guard(StatefulSessionPerRoute.newBuilder().setDisabled(true).build())
                .idle());
        assertTrue(chain(filter(StatefulSession.getDefaultInstance())).get(0).idle());
    }

    @Test
    void sessionsThatCanNotBeAreRefused() {
        var odd = session(HeaderBasedSessionState.newBuilder().setName("a b").build());
        assertTrue(Read.refused(perRoute(StatefulSessionPerRoute.newBuilder()
                        .setStatefulSession(odd)
                        .build()))
                .contains("stateful_session.session_state: name: 'a b' is not a name"));
        var unknown = session(Router.getDefaultInstance());
        assertTrue(Read.refused(perRoute(StatefulSessionPerRoute.newBuilder()
                        .setStatefulSession(unknown)
                        .build()))
                .contains("stateful_session.session_state: 'type.googleapis.com/envoy.extensions.filters.http.router"));
    }

    private static RateLimits limits(Consumer<RouteConfiguration.Builder> change) {
        var table = Xds.routes("order", "c").toBuilder();
        change.accept(table);
        var read = (Resource.RouteTable) accepted(ResourceType.ROUTES, table.build());
        return read.hosts().get(0).routes().get(0).limits();
    }

    private static RateLimit.Builder generic(String value) {
        return RateLimit.newBuilder()
                .addActions(RateLimit.Action.newBuilder()
                        .setGenericKey(RateLimit.Action.GenericKey.newBuilder().setDescriptorValue(value)));
    }

    @Test
    void routesAndHostsTellTheirCallsApart() {
        assertSame(RateLimits.NONE, limits(table -> {}));
        var read = limits(table -> {
            var host = table.getVirtualHostsBuilder(0).addRateLimits(generic("host"));
            host.getRoutesBuilder(0)
                    .getRouteBuilder()
                    .addRateLimits(generic("own").setStage(UInt32Value.of(2)))
                    .setIncludeVhRateLimits(BoolValue.of(true));
        });
        assertEquals(
                new RateLimits(
                        List.of(new RateLimits.Kind(2, List.of(new Part.GenericKey("generic_key", "own")))),
                        List.of(new RateLimits.Kind(0, List.of(new Part.GenericKey("generic_key", "host")))),
                        true),
                read);
        var odd = Xds.routes("order", "c").toBuilder();
        odd.getVirtualHostsBuilder(0).addRateLimits(generic("x").setStage(UInt32Value.of(11)));
        assertTrue(Read.refused(odd.build()).contains("rate_limits.stage: 11 is out of range"));
    }

    @Test
    void aRouteWhoseKindsCanNotBeToldHasSaidSomething() {
        var read = limits(table -> table.getVirtualHostsBuilder(0)
                .addRateLimits(generic("host"))
                .getRoutesBuilder(0)
                .getRouteBuilder()
                .addRateLimits(RateLimit.newBuilder()
                        .addActions(RateLimit.Action.newBuilder()
                                .setSourceCluster(RateLimit.Action.SourceCluster.getDefaultInstance()))));
        assertEquals(List.of(new RateLimits.Kind(0, List.of())), read.own());
        assertFalse(read.hostCounts(RateLimits.OfHost.OVERRIDE), "those of the host count for other routes");
    }

    @Test
    void aServiceThatCountsForAll() {
        var limit = io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.newBuilder()
                .setDomain("shop")
                .setStage(1)
                .setFailureModeDeny(true)
                .setTimeout(Duration.newBuilder().setNanos(5_000_000))
                .setRateLimitedStatus(HttpStatus.newBuilder().setCode(StatusCode.ServiceUnavailable))
                .setRateLimitService(RateLimitServiceConfig.newBuilder()
                        .setGrpcService(GrpcService.newBuilder()
                                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName("limits"))));
        assertEquals(
                List.of(new GlobalRateLimit(
                        "listener 'l'",
                        "limits",
                        "shop",
                        1,
                        RateLimits.OfHost.OVERRIDE,
                        5_000_000,
                        true,
                        500,
                        1_000_000,
                        1_000_000,
                        new Answer(503, -1, List.of()),
                        true)),
                chain(filter(limit.build())));
        assertTrue(Read.refused(perRoute(limit.build())).contains("is not known here"), "a route has none of its own");
        assertTrue(guard(FilterConfig.newBuilder()
                        .setDisabled(true)
                        .setConfig(Xds.any(limit.build()))
                        .build())
                .idle());
    }
}
