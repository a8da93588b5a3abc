package dev.weft.client.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IdentityTest {
    @Test
    void theNodeIsWhatAControlPlaneReads() throws InvalidProtocolBufferException {
        var identity =
                new Identity("order", "shop", Map.of("version", "v2"), "eu", "a", NodeGiven.NOTHING, null, 42, "0.1");

        var node = Node.parseFrom(identity.node("10.0.0.7"));

        assertEquals("sidecar~10.0.0.7~order-42.shop~shop.svc.cluster.local", node.getId());
        assertEquals("order", node.getCluster());
        assertEquals("weft", node.getUserAgentName());
        assertEquals("0.1", node.getUserAgentVersion());
        assertEquals("eu", node.getLocality().getRegion());
        assertEquals("a", node.getLocality().getZone());
        assertEquals("shop", node.getMetadata().getFieldsOrThrow("NAMESPACE").getStringValue());
        assertEquals(
                "10.0.0.7", node.getMetadata().getFieldsOrThrow("INSTANCE_IPS").getStringValue());
        assertEquals(
                "order", node.getMetadata().getFieldsOrThrow("WORKLOAD_NAME").getStringValue());
        var labels = node.getMetadata().getFieldsOrThrow("LABELS").getStructValue();
        assertEquals("v2", labels.getFieldsOrThrow("version").getStringValue());
        assertEquals("order", labels.getFieldsOrThrow("app").getStringValue());
        assertEquals(
                List.of(
                        "envoy.lb.does_not_support_overprovisioning",
                        "envoy.lrs.supports_send_all_clusters",
                        "xds.config.resource-in-sotw"),
                List.copyOf(node.getClientFeaturesList()));
    }

    @Test
    void aConfiguredAddressWinsOverTheLocalOne() throws InvalidProtocolBufferException {
        var identity = new Identity("order", "shop", Map.of(), "", "", NodeGiven.NOTHING, "192.0.2.1", 1, "");
        var node = Node.parseFrom(identity.node("10.0.0.7"));
        assertEquals(
                "192.0.2.1", node.getMetadata().getFieldsOrThrow("INSTANCE_IPS").getStringValue());
    }
}
