package dev.weft.testkit.xds;

import com.google.gson.Gson;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.client.warm.Standalone;
import dev.weft.control.translate.LateTypes;
import dev.weft.engine.snapshot.Home;
import dev.weft.protocol.v1.ServiceNames;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.envoyproxy.envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.envoyproxy.envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resources in protobuf JSON, with the names of fields as the {@code .proto} files have them. */
public final class XdsJson {
    private static final String TYPES = "type.googleapis.com/";
    private static final TypeRegistry REGISTRY = TypeRegistry.newBuilder()
            .add(List.of(
                    Listener.getDescriptor(),
                    RouteConfiguration.getDescriptor(),
                    Cluster.getDescriptor(),
                    ClusterLoadAssignment.getDescriptor(),
                    ServiceNames.getDescriptor(),
                    HttpConnectionManager.getDescriptor(),
                    TcpProxy.getDescriptor(),
                    TlsInspector.getDescriptor(),
                    Router.getDescriptor(),
                    Cors.getDescriptor(),
                    HTTPFault.getDescriptor(),
                    LocalRateLimit.getDescriptor(),
                    AdmissionControl.getDescriptor(),
                    AdaptiveConcurrency.getDescriptor(),
                    RateLimit.getDescriptor(),
                    StatefulSession.getDescriptor(),
                    StatefulSessionPerRoute.getDescriptor(),
                    CookieBasedSessionState.getDescriptor(),
                    HeaderBasedSessionState.getDescriptor(),
                    RBAC.getDescriptor(),
                    FilterConfig.getDescriptor(),
                    UriTemplateMatchConfig.getDescriptor(),
                    UriTemplateRewriteConfig.getDescriptor(),
                    OmitCanaryHostsPredicate.getDescriptor(),
                    PreviousHostsPredicate.getDescriptor(),
                    PreviousPrioritiesConfig.getDescriptor(),
                    UpstreamTlsContext.getDescriptor(),
                    HttpProtocolOptions.getDescriptor(),
                    RawBuffer.getDescriptor(),
                    RoundRobin.getDescriptor(),
                    LeastRequest.getDescriptor(),
                    Random.getDescriptor(),
                    RingHash.getDescriptor(),
                    Maglev.getDescriptor(),
                    PickFirst.getDescriptor(),
                    ClientSideWeightedRoundRobin.getDescriptor(),
                    WrrLocality.getDescriptor(),
                    Subset.getDescriptor()))
            .add(LateTypes.all())
            .build();

    private XdsJson() {}

    /**
     * Reads one message.
     *
     * @param json maps, lists, texts, numbers and booleans, such as YAML is read into
     * @throws IllegalArgumentException when it does not fit the message; names the field
     */
    public static <B extends Message.Builder> B read(Object json, B into) {
        try {
            JsonFormat.parser().usingTypeRegistry(REGISTRY).merge(new Gson().toJson(json), into);
            return into;
        } catch (InvalidProtocolBufferException e) {
            String type = into.getDescriptorForType().getName();
            throw new IllegalArgumentException(type + ": " + e.getMessage(), e);
        }
    }

    /** What an {@code Any} holds, or null when its type is not known here. */
    public static @Nullable DynamicMessage unpack(Any any) throws InvalidProtocolBufferException {
        Descriptor type = REGISTRY.getDescriptorForTypeUrl(any.getTypeUrl());
        return type == null ? null : DynamicMessage.parseFrom(type, any.getValue());
    }

    /**
     * Reads resources as an agent does.
     *
     * @param resources listeners, route configurations, clusters, assignments and lists of names
     */
    public static Standalone configuration(
            String version, CertificateSource certificates, List<? extends Message> resources) {
        return configuration(version, null, certificates, resources);
    }

    /**
     * Reads resources as an agent does that knows where it is.
     *
     * @param home null where its zone makes no difference
     * @param resources listeners, route configurations, clusters, assignments and lists of names
     */
    public static Standalone configuration(
            String version, @Nullable Home home, CertificateSource certificates, List<? extends Message> resources) {
        List<Standalone.Given> given = new ArrayList<>();
        for (Message resource : resources) {
            var any = Any.newBuilder()
                    .setTypeUrl(TYPES + resource.getDescriptorForType().getFullName())
                    .setValue(resource.toByteString())
                    .build();
            given.add(new Standalone.Given(typeOf(any.getTypeUrl()), nameOf(resource), any.toByteArray()));
        }
        return Standalone.of(version, home, new ResourceReader(certificates), given);
    }

    private static ResourceType typeOf(String url) {
        ResourceType type = ResourceType.of(url);
        if (type == null) {
            throw new IllegalArgumentException(url + " is no resource");
        }
        return type;
    }

    private static String nameOf(Message resource) {
        if (resource.getDescriptorForType().equals(ServiceNames.getDescriptor())) {
            return "";
        }
        // The name is the first field of each of them.
        return (String) resource.getField(resource.getDescriptorForType().findFieldByNumber(1));
    }
}
