package dev.weft.client.resource;

import static dev.weft.client.resource.Read.accepted;
import static dev.weft.client.resource.Read.reading;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import dev.weft.client.Xds;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HashPolicy;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.type.v3.HashPolicy.SourceIp;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners for connections as such. */
class TcpProxyReaderTest {
    private static final long SECOND = 1_000_000_000L;

    private static TcpProxy.Builder to(String cluster) {
        return TcpProxy.newBuilder().setStatPrefix("s").setCluster(cluster);
    }

    private static Listener.Builder listener(TcpProxy tcp) {
        return Listener.newBuilder()
                .setName("db:5432")
                .setApiListener(ApiListener.newBuilder().setApiListener(Xds.any(tcp)));
    }

    private static Resource.Listener read(Listener listener) {
        return (Resource.Listener) accepted(ResourceType.LISTENER, listener);
    }

    private static dev.weft.engine.snapshot.TcpProxy read(TcpProxy tcp) {
        return java.util.Objects.requireNonNull(read(listener(tcp).build()).tcp());
    }

    private static Action.Forward forward(dev.weft.engine.snapshot.TcpProxy tcp) {
        return (Action.Forward) tcp.route().action();
    }

    @Test
    void aListenerOfTcpHasClustersAndNoRoutes() {
        Resource.Listener read = read(listener(to("a").build()).build());
        assertNull(read.routes());
        assertNotNull(read.inline());
        assertEquals(Set.of("a"), read.inline().clusters());
        assertEquals(List.of(), read.inline().hosts().get(0).routes());
        dev.weft.engine.snapshot.TcpProxy tcp = read(to("a").build());
        assertEquals(3600 * SECOND, tcp.idleNanos());
        assertEquals(false, tcp.tls());
        assertNull(forward(tcp).retry());
        assertEquals(Long.MAX_VALUE, forward(tcp).timeoutNanos());
    }

    @Test
    void weightsAttemptsIdleTimeAndHashAreThoseOfTheResource() {
        dev.weft.engine.snapshot.TcpProxy tcp = read(TcpProxy.newBuilder()
                .setWeightedClusters(WeightedCluster.newBuilder()
                        .addClusters(ClusterWeight.newBuilder().setName("a").setWeight(9))
                        .addClusters(ClusterWeight.newBuilder().setName("b").setWeight(1)))
                .setMaxConnectAttempts(UInt32Value.of(3))
                .setIdleTimeout(Duration.newBuilder().setSeconds(5))
                .addHashPolicy(
                        io.envoyproxy.envoy.type.v3.HashPolicy.newBuilder().setSourceIp(SourceIp.newBuilder()))
                .build());
        assertEquals(
                Map.of("a", 9, "b", 1),
                forward(tcp).clusters().stream()
                        .collect(Collectors.toMap(Action.WeightedCluster::cluster, Action.WeightedCluster::weight)));
        assertEquals(2, java.util.Objects.requireNonNull(forward(tcp).retry()).maxRetries());
        assertEquals(5 * SECOND, tcp.idleNanos());
        assertEquals(List.of(new HashPolicy.SourceAddress(false)), forward(tcp).hash());
        assertEquals(
                Long.MAX_VALUE,
                read(to("a").setIdleTimeout(Duration.getDefaultInstance()).build())
                        .idleNanos());
    }

    @Test
    void aClustersOwnLabelsGoBeforeThoseOfAllOfThem() {
        dev.weft.engine.snapshot.TcpProxy tcp = read(TcpProxy.newBuilder()
                .setMetadataMatch(labels("version", "v1", "zone", "east"))
                .setWeightedClusters(WeightedCluster.newBuilder()
                        .addClusters(ClusterWeight.newBuilder()
                                .setName("a")
                                .setWeight(1)
                                .setMetadataMatch(labels("version", "v2"))))
                .build());
        assertEquals(
                Map.of("version", "v2", "zone", "east"),
                forward(tcp).clusters().get(0).labels());
    }

    private static Metadata labels(String... pairs) {
        Struct.Builder all = Struct.newBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            all.putFields(
                    pairs[i], Value.newBuilder().setStringValue(pairs[i + 1]).build());
        }
        return Metadata.newBuilder().putFilterMetadata("envoy.lb", all.build()).build();
    }

    @Test
    void whatIsNoHttpGoesToTheDefaultFilterChain() {
        Listener http = Xds.listener("any", "r");
        Any tcp = Xds.any(to("a").build());
        Resource.Listener read = read(http.toBuilder()
                .setDefaultFilterChain(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder().setName("t").setTypedConfig(tcp)))
                .addListenerFilters(ListenerFilter.newBuilder()
                        .setName("i")
                        .setTypedConfig(Xds.any(TlsInspector.getDefaultInstance())))
                .build());
        assertEquals("r", read.routes());
        assertNotNull(read.tcp());
        assertEquals(Set.of("a"), Resource.Listener.clusters(read.tcp()));
        assertTrue(read.tcp().tls());
    }

    static Stream<Arguments> refused() {
        Any tcp = Xds.any(to("a").build());
        Filter filter = Filter.newBuilder().setName("t").setTypedConfig(tcp).build();
        return Stream.of(
                Arguments.of("TcpProxy: names no cluster", listener(TcpProxy.getDefaultInstance())),
                Arguments.of("TcpProxy: a cluster without name", listener(to("").build())),
                Arguments.of(
                        "TcpProxy.weighted_clusters: weight 0 is out of range",
                        listener(TcpProxy.newBuilder()
                                .setWeightedClusters(WeightedCluster.newBuilder()
                                        .addClusters(ClusterWeight.newBuilder().setName("a")))
                                .build())),
                Arguments.of(
                        "TcpProxy.max_connect_attempts: 0 is out of range",
                        listener(
                                to("a").setMaxConnectAttempts(UInt32Value.of(0)).build())),
                Arguments.of(
                        "TcpProxy.idle_timeout: negative duration",
                        listener(to("a").setIdleTimeout(Duration.newBuilder().setSeconds(-1))
                                .build())),
                Arguments.of(
                        "TcpProxy.tunneling_config: not supported here",
                        listener(to("a").setTunnelingConfig(
                                        TunnelingConfig.newBuilder().setHostname("h"))
                                .build())),
                Arguments.of(
                        "default_filter_chain: 'type.googleapis.com/"
                                + TcpProxy.getDescriptor().getFullName() + "' is not the one TcpProxy it may hold",
                        Xds.listener("any", "r").toBuilder()
                                .setDefaultFilterChain(FilterChain.newBuilder()
                                        .addFilters(filter)
                                        .addFilters(filter))));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String why, Listener.Builder listener) {
        Reading reading = reading(ResourceType.LISTENER, listener.build());
        assertEquals(
                List.of(why),
                assertInstanceOf(Reading.Refused.class, reading, reading.toString())
                        .reasons());
    }
}
