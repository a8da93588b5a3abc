package dev.weft.control.translate;

import com.google.protobuf.Any;
import dev.weft.control.rule.Resilience.Entry;
import dev.weft.control.rule.Resilience.GlobalRateLimit;
import dev.weft.control.rule.Resilience.RateLimitService;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Action;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import java.util.ArrayList;
import java.util.List;

/** Limits that a service counts for many processes: the filter of a chain, and what routes say of their calls. */
final class QuotaWriter {
    private QuotaWriter() {}

    /** @param cluster of the service */
    static HttpFilter filter(RateLimitService service, String cluster) {
        var filter = io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.newBuilder()
                .setDomain(service.domain())
                .setTimeout(Wire.duration(service.timeout()))
                .setFailureModeDeny(service.isDenying())
                .setRateLimitedStatus(status(service.status()))
                .setStatusOnError(status(service.statusOnError()))
                .setRateLimitService(RateLimitServiceConfig.newBuilder()
                        .setTransportApiVersion(ApiVersion.V3)
                        .setGrpcService(GrpcService.newBuilder()
                                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(cluster))))
                .build();
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http.ratelimit")
                .setTypedConfig(Any.pack(filter))
                .build();
    }

    private static HttpStatus status(int status) {
        return HttpStatus.newBuilder().setCodeValue(status).build();
    }

    static List<RateLimit> of(GlobalRateLimit limit) {
        List<RateLimit> all = new ArrayList<>();
        limit.descriptors().forEach(entries -> {
            RateLimit.Builder one = RateLimit.newBuilder();
            entries.forEach(entry -> one.addActions(action(entry)));
            all.add(one.build());
        });
        return all;
    }

    private static Action action(Entry entry) {
        Action.Builder action = Action.newBuilder();
        switch (entry.source()) {
            case VALUE ->
                action.setGenericKey(Action.GenericKey.newBuilder()
                        .setDescriptorKey(entry.key())
                        .setDescriptorValue(entry.text()));
            case HEADER ->
                action.setRequestHeaders(Action.RequestHeaders.newBuilder()
                        .setHeaderName(entry.text())
                        .setDescriptorKey(entry.key())
                        .setSkipIfAbsent(entry.isOptional()));
            case QUERY ->
                action.setQueryParameters(Action.QueryParameters.newBuilder()
                        .setQueryParameterName(entry.text())
                        .setDescriptorKey(entry.key())
                        .setSkipIfAbsent(entry.isOptional()));
            case CLUSTER -> action.setDestinationCluster(Action.DestinationCluster.getDefaultInstance());
        }
        return action.build();
    }
}
