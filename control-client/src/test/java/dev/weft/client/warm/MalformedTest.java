package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static dev.weft.client.warm.Conversation.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import dev.weft.client.Xds;
import dev.weft.client.resource.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every resource of the malformed corpus, sent to a whole client in one response with a good one. */
final class MalformedTest {
    private static final String HOST = Xds.host("order");
    private static final String USER = Xds.cluster("user");

    private final Conversation c = new Conversation();

    /** What it is called where it is asked for. */
    private static String name(ResourceType type) {
        return type == ResourceType.LISTENER ? HOST : "c";
    }

    /** The neighbour, other than it was. */
    private static Message changed(ResourceType type) {
        return switch (type) {
            case LISTENER ->
                Xds.listener(Xds.host("user"), USER).toBuilder()
                        .setTrafficDirectionValue(2)
                        .build();
            case ROUTES -> Xds.routes("user", USER, USER);
            case CLUSTER ->
                Xds.eds(USER).toBuilder().setLbPolicy(Cluster.LbPolicy.RANDOM).build();
            default -> Xds.endpoints(USER, 91);
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "dev.weft.client.resource.TranslationTest#absurd",
        "dev.weft.client.resource.TlsReaderTest#unkeepable"
    })
    void isRefusedByNameWhileItsNeighbourAppliesAndTheLastGoodOneStays(
            String reason, ResourceType type, Message message) {
        c.open().directory("order", "user").warm("user", 90);
        c.ask("order");
        c.run();
        c.give(Xds.LDS, HOST, "1", Xds.listener(HOST, "c"));
        c.give(Xds.RDS, "c", "1", Xds.routes("order", "c"));
        c.give(Xds.CDS, "c", "1", Xds.eds("c")).give(Xds.EDS, "c", "1", Xds.endpoints("c", 80));
        c.pass(SECOND);
        var before = c.last();
        c.sent.clear();
        String neighbour = type == ResourceType.LISTENER ? Xds.host("user") : USER;

        c.receive(c.response(type.url())
                .addResources(resource(name(type), "2", message))
                .addResources(resource(neighbour, "2", changed(type))));

        assertEquals(List.of(80), c.ports("c"));
        assertEquals(
                before.hosts().stream()
                        .filter(h -> h.domains().contains("order"))
                        .toList(),
                c.last().hosts().stream()
                        .filter(h -> h.domains().contains("order"))
                        .toList());
        assertEquals("2", c.core.status().resources().get(type.name()).get(neighbour), "the neighbour");
        assertEquals("1", c.core.status().resources().get(type.name()).get(name(type)), "the last good one");
        String why = c.refused().get(name(type));
        assertTrue(why != null && why.contains(reason), why);
        c.pass(2 * SECOND);
        var nacks = c.take(type.url());
        assertEquals(1, nacks.size());
        String told = nacks.get(0).getErrorDetail().getMessage();
        assertTrue(told.startsWith("resource 0 '" + name(type) + "': ") && told.contains(reason), told);
        assertFalse(told.contains("'" + neighbour + "'"), told);
    }
}
