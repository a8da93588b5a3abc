package dev.weft.client.warm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.client.Xds;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.Guard;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A filter that asks a service is in force once the service can be asked. */
final class QuotaWarmingTest {
    private static final String ORDER = Xds.cluster("order");
    private static final String HOST = Xds.host("order");

    private final Conversation c = new Conversation();

    private static Listener asking(String service) throws Exception {
        var filter = RateLimit.newBuilder()
                .setDomain("shop")
                .setFailureModeDeny(true)
                .setRateLimitService(RateLimitServiceConfig.newBuilder()
                        .setGrpcService(GrpcService.newBuilder()
                                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(service))));
        var plain = Xds.listener(HOST, ORDER).getApiListener().getApiListener();
        var manager = plain.unpack(HttpConnectionManager.class).toBuilder()
                .clearHttpFilters()
                .addHttpFilters(HttpFilter.newBuilder().setName("q").setTypedConfig(Xds.any(filter.build())))
                .addHttpFilters(Xds.router());
        return Xds.listener(HOST, manager.build());
    }

    /** Which services are asked before a call of the host goes on. */
    private List<String> asked() {
        return c.last().hosts().get(0).routes().get(0).guards().stream()
                .map(QuotaWarmingTest::service)
                .toList();
    }

    private static String service(Guard guard) {
        return guard instanceof GlobalRateLimit limit ? String.valueOf(limit.service()) : guard.toString();
    }

    @Test
    void callsGoOnAsBeforeUntilTheServiceIsThere() throws Exception {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.LDS, HOST, "2", asking("a"));
        assertEquals(List.of(), asked());
        c.give(Xds.CDS, "a", "1", Xds.eds("a"));
        assertEquals(List.of(), asked());
        c.give(Xds.EDS, "a", "1", Xds.endpoints("a", 90));
        assertEquals(List.of("a"), asked());
    }

    @Test
    void theServiceOfBeforeIsKeptUntilTheNextOneIsThere() throws Exception {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.LDS, HOST, "2", asking("a"));
        c.give(Xds.CDS, "a", "1", Xds.eds("a"));
        c.give(Xds.EDS, "a", "1", Xds.endpoints("a", 90));
        c.give(Xds.LDS, HOST, "3", asking("b"));
        assertEquals(List.of("a"), asked());
        assertNotNull(c.core.cluster("a"));
        c.give(Xds.CDS, "b", "1", Xds.eds("b"));
        c.give(Xds.EDS, "b", "1", Xds.endpoints("b", 91));
        assertEquals(List.of("b"), asked());
        assertNotNull(c.core.cluster("b"));
        assertNull(c.core.cluster("a"));
    }
}
