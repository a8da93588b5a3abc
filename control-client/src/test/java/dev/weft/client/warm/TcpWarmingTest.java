package dev.weft.client.warm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.Xds;
import dev.weft.engine.snapshot.VirtualHost;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import org.junit.jupiter.api.Test;

/** Where connections go that are no HTTP is in force once somebody is there. */
final class TcpWarmingTest {
    private static final String ORDER = Xds.cluster("order");
    private static final String HOST = Xds.host("order");

    private final Conversation c = new Conversation();

    private static TcpProxy to(String cluster) {
        return TcpProxy.newBuilder().setStatPrefix("s").setCluster(cluster).build();
    }

    private static Listener both(String cluster) {
        return Xds.listener(HOST, ORDER).toBuilder()
                .setDefaultFilterChain(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder().setName("t").setTypedConfig(Xds.any(to(cluster)))))
                .build();
    }

    private static Listener opaque(String cluster) {
        return Listener.newBuilder()
                .setName(HOST)
                .setApiListener(ApiListener.newBuilder().setApiListener(Xds.any(to(cluster))))
                .build();
    }

    private VirtualHost host() {
        return c.last().hosts().get(0);
    }

    @Test
    void aServiceMayCeaseToSpeakHttp() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.LDS, HOST, "2", opaque("db"));
        assertTrue(!host().opaque(), "nobody knows the cluster yet");
        c.give(Xds.CDS, "db", "1", Xds.eds("db"));
        c.give(Xds.EDS, "db", "1", Xds.endpoints("db", 90));
        assertTrue(host().opaque());
        assertTrue(host().domains().contains("order"), host().domains().toString());
        assertNotNull(c.last().clusters().get("db"));
    }

    @Test
    void whatIsNoHttpIsServedBesideOnceItsClusterIsThere() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.LDS, HOST, "2", both("db"));
        assertEquals(null, host().tcp());
        c.give(Xds.CDS, "db", "1", Xds.eds("db"));
        c.give(Xds.EDS, "db", "1", Xds.endpoints("db", 90));
        assertNotNull(host().tcp());
        assertTrue(!host().opaque());
        assertNotNull(c.last().clusters().get("db"));
        assertNotNull(c.last().clusters().get(ORDER));
        c.give(Xds.LDS, HOST, "3", Xds.listener(HOST, ORDER));
        assertEquals(null, host().tcp());
    }
}
