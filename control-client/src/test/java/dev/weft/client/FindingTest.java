package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Directory.State;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the control plane is, when that changes. */
@Timeout(180)
final class FindingTest {
    private final AtomicReference<@Nullable Server> found = new AtomicReference<>();
    private final Servers servers = () -> {
        var server = found.get();
        if (server == null) {
            throw new IOException("nothing is written there yet");
        }
        return List.of(server);
    };

    private static Server at(ScriptedServer server) {
        return Server.plaintext(new Target.Tcp("127.0.0.1", server.port()));
    }

    private static ScriptedServer serving(int port) throws IOException {
        var server = new ScriptedServer();
        server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
        server.service("order", port);
        return server;
    }

    @Test
    void aControlPlaneThatComesBackOnAnotherPortIsFoundAgain() throws Exception {
        try (var first = serving(8081)) {
            found.set(at(first));
            try (var client = new Running(servers, Profile.WEFT)) {
                assertSame(Answer.READY, client.ask("order"));
                first.close();
                try (var second = serving(8082)) {
                    found.set(at(second));
                    client.soon(
                            "it is heard",
                            () -> client.ports(Xds.cluster("order")).equals(List.of(8082)));
                }
            }
        }
    }

    @Test
    void oneThatIsNowhereYetIsLookedForUntilItIsSomewhere() throws Exception {
        try (var client = new Running(servers, Profile.WEFT)) {
            Until.holds("directory failed", () -> client.last().directory().state() == State.FAILED);
            assertTrue(client.said("nothing is written there yet"), client.log.toString());
            try (var server = serving(8081)) {
                found.set(at(server));
                client.soon("directory known", () -> client.last().directory().state() == State.KNOWN);
            }
        }
    }

    @Test
    void theNextOneServesWhileTheFirstIsAway() throws Exception {
        try (var dead = new Socket(); // nobody else listens there then
                var second = serving(8082)) {
            dead.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var first = Server.plaintext(new Target.Tcp("127.0.0.1", dead.getLocalPort()));
            try (var client = new Running(Servers.of(first, at(second)), Profile.WEFT)) {
                assertSame(Answer.READY, client.ask("order"));
                assertEquals(List.of(8082), client.ports(Xds.cluster("order")));
                assertTrue(client.said("trying the next one"), client.log.toString());
            }
        }
    }

    @Test
    void oneThatIsBusyForAMomentIsAskedAgainAndNotLeft() throws Exception {
        try (var first = serving(8081);
                var second = serving(8082)) {
            first.refuse(Status.RESOURCE_EXHAUSTED.withDescription("request rate limit exceeded"));
            try (var client = new Running(Servers.of(at(first), at(second)), Profile.WEFT)) {
                Until.holds("said", () -> client.said("the control plane is busy (RESOURCE_EXHAUSTED"));
                first.refuse(null);
                client.soon("directory known", () -> client.last().directory().state() == State.KNOWN);
                assertSame(Answer.READY, client.ask("order"));
                assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
                assertEquals(0, second.streams());
            }
        }
    }

    @Test
    void namesOfAnAuthorityAreAskedOfItsOwnServers() throws Exception {
        String elsewhere = "xdstp://elsewhere/envoy.config.cluster.v3.Cluster/order";
        try (var mesh = serving(8081);
                var other = new ScriptedServer()) {
            mesh.put(Xds.RDS, Xds.cluster("order"), Xds.routes("order", elsewhere));
            other.put(Xds.CDS, elsewhere, Xds.eds(elsewhere));
            other.put(Xds.EDS, elsewhere, Xds.endpoints(elsewhere, 8083));
            var settings = new Settings(
                    Servers.of(at(mesh)), Profile.WEFT, null, "", null, Map.of("elsewhere", List.of(at(other))));
            try (var client = new Running(settings)) {
                assertSame(Answer.READY, client.ask("order"));
                assertEquals(List.of(8083), client.ports(elsewhere));
                assertEquals(1, other.requests(DeltaDiscoveryRequest::hasNode).size());
                other.put(Xds.EDS, elsewhere, Xds.endpoints(elsewhere, 8084));
                Until.holds("changed", () -> client.ports(elsewhere).equals(List.of(8084)));
            }
            Until.holds("its stream ends", () -> other.streams() == 0);
        }
    }

    @Test
    void theNextOneServesWhileNobodyKnowsTheNameOfTheFirst() throws Exception {
        try (var second = serving(8082);
                var client = new Running(
                        Servers.of(Server.plaintext(new Target.Tcp("no-such-host.invalid", 1)), at(second)),
                        Profile.WEFT)) {
            assertSame(Answer.READY, client.ask("order"));
            assertEquals(List.of(8082), client.ports(Xds.cluster("order")));
        }
    }
}
