package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Value;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Directory;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("counts the threads of its clients")
@Timeout(180)
final class ControlClientTest {
    @TempDir
    Path state;

    private final List<Running> clients = new CopyOnWriteArrayList<>();
    /** On its port nobody listens, and nobody else will. */
    private final Socket dead = new Socket();

    @AfterEach
    void close() throws IOException {
        clients.forEach(Running::close);
        dead.close();
    }

    private Running client(int port) {
        return client(Target.parse("127.0.0.1:" + port), state);
    }

    private Running client(Target target, @Nullable Path directory) {
        var client = new Running(Servers.of(Server.plaintext(target)), Profile.WEFT, directory);
        clients.add(client);
        return client;
    }

    private int deadPort() throws IOException {
        dead.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return dead.getLocalPort();
    }

    @Test
    void aColdNameIsSubscribedToAndAnsweredWhenItsSnapshotIsPublished() throws Exception {
        try (var server = new ScriptedServer()) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order", "user"));
            server.service("order", 8081);
            var client = client(server.port());

            assertSame(Answer.READY, client.ask("order"));

            var snapshot = client.last();
            assertEquals(
                    new Directory.Entry(Xds.host("order"), Set.of()),
                    snapshot.directory().names().get("order"));
            assertEquals(1, snapshot.hosts().size());
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            assertTrue(client.client.status().connected());
            assertEquals("scripted", client.client.status().controlPlane());
        }
    }

    @Test
    void theControlPlaneIsAbsentAtStartAndEverythingHealsWhenItComes() throws Exception {
        int port = deadPort();
        var client = client(port);
        Until.holds("directory failed", () -> client.last().directory().state() == Directory.State.FAILED);
        assertSame(Answer.READY, client.ask("order"));
        dead.close();
        try (var server = new ScriptedServer(port)) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            client.soon("directory known", () -> client.last().directory().state() == Directory.State.KNOWN);
            assertSame(Answer.READY, client.ask("order"));
            assertEquals(1, client.last().hosts().size());
        }
    }

    @Test
    void aClientThatStartsWhileTheControlPlaneIsDownUsesWhatTheLastRunHad() throws Exception {
        int port;
        try (var server = new ScriptedServer()) {
            port = server.port();
            server.put(Xds.DIRECTORY, "default", Xds.directory("order", "user"));
            server.service("order", 8081);
            var first = client(port);
            assertSame(Answer.READY, first.ask("order"));
            first.close();
        }
        var file = state.resolve("last-known-good");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));

        var client = client(port);

        assertSame(Answer.READY, client.ask("order"));
        assertEquals(Directory.State.KNOWN, client.last().directory().state());
        assertEquals(1, client.last().hosts().size());
        var cold = assertInstanceOf(Answer.Failed.class, client.askInVain("user"));
        assertTrue(cold.why().contains("no control plane"), cold.why());
    }

    @Test
    void namesOfTheLastRunAreSubscribedToBeforeAnyoneAsks() throws Exception {
        try (var server = new ScriptedServer()) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            var first = client(server.port());
            assertSame(Answer.READY, first.ask("order"));
            first.close();
            server.service("order", 8082);

            var client = client(server.port());

            client.soon("new endpoint", () -> client.ports(Xds.cluster("order")).equals(List.of(8082)));
        }
    }

    @Test
    void aDamagedFileIsIgnoredWithOneLine() throws Exception {
        Files.write(state.resolve("last-known-good"), new byte[] {1, 2, 3});
        var client = client(deadPort());
        Until.holds("directory failed", () -> client.last().directory().state() == Directory.State.FAILED);
        assertEquals(
                1, client.log.stream().filter(line -> line.contains("damaged")).count());
    }

    @Test
    void aStreamThatEndsIsReopenedAndNothingIsLostMeanwhile() throws Exception {
        try (var server = new ScriptedServer()) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            var client = client(server.port());
            client.client.register("shop", 8080, "http", Map.of("version", "v1"));
            client.client.health(ControlClient.Health.UP, "");
            assertSame(Answer.READY, client.ask("order"));
            var published = client.last();

            server.cutStreams();

            client.soon(
                    "second stream",
                    () -> server.requests(r -> r.getTypeUrl().equals(Xds.HEALTH))
                                    .size()
                            == 2);
            var firsts = server.requests(DeltaDiscoveryRequest::hasNode);
            assertEquals(2, firsts.size(), "one node for each stream");
            assertEquals(
                    "sidecar~127.0.0.1~shop-42.default~default.svc.cluster.local",
                    firsts.get(1).getNode().getId());
            var all = server.requests();
            var again = all.subList(all.lastIndexOf(firsts.get(1)), all.size());
            assertTrue(again.stream()
                    .anyMatch(r -> r.getTypeUrl().equals(Xds.REGISTRATION)
                            && r.getResourceNamesSubscribe(0).equals("shop:8080/http?version=v1")));
            assertTrue(again.stream()
                    .anyMatch(r -> r.getTypeUrl().equals(Xds.LDS)
                            && r.getInitialResourceVersionsMap().containsKey(Xds.host("order"))));
            assertSame(published, client.last());
        }
    }

    @Test
    void streamsThatEndOverAndOverLoseNoUpdateAndLeaveNoThreads() throws Exception {
        try (var server = new ScriptedServer()) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            var client = client(server.port());
            assertSame(Answer.READY, client.ask("order"));
            for (int round = 1; round <= 4; round++) {
                server.cutStreams();
                server.service("order", 8081 + round);
                int expected = 8081 + round;
                client.soon("update", () -> client.ports(Xds.cluster("order")).equals(List.of(expected)));
                assertTrue(client.snapshots.stream()
                        .skip(2)
                        .noneMatch(s -> s.hosts().isEmpty()));
            }
            Until.holds("no more than the queue, the network and what blocks", () -> threads() <= 6);
        }
    }

    @Test
    @Tag("long")
    void connectionsThatEndByAgeEverySecondLoseNothingAndLeaveNothingBehind() throws Exception {
        try (var server = new ScriptedServer(Duration.ofSeconds(1))) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            var client = client(server.port());
            assertSame(Answer.READY, client.ask("order"));
            long used = 0;
            for (int round = 1; round <= 15; round++) {
                int nodes = server.requests(DeltaDiscoveryRequest::hasNode).size();
                client.soon(
                        "next stream",
                        () -> server.requests(DeltaDiscoveryRequest::hasNode).size() > nodes);
                int expected = 8081 + round;
                server.service("order", expected);
                client.soon("update", () -> client.ports(Xds.cluster("order")).equals(List.of(expected)));
                assertTrue(server.streams() <= 1, server.streams() + " streams");
                assertTrue(client.snapshots.stream()
                        .skip(2)
                        .noneMatch(s -> s.hosts().isEmpty()));
                used = round == 5 ? used() : used;
            }
            long more = used() - used;
            assertTrue(more < 4 << 20, "the heap has grown by " + more + " bytes in ten streams");
            Until.holds("no more than the queue, the network and what blocks", () -> threads() <= 6);
        }
    }

    private static long used() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("weft-control"))
                .count();
    }

    @Test
    void aResponseAboveTheLimitIsOneErrorAndTheLastGoodOneStays() throws Exception {
        try (var server = new ScriptedServer()) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            var client = client(server.port());
            assertSame(Answer.READY, client.ask("order"));
            server.put(
                    Xds.CDS,
                    Xds.cluster("order"),
                    Xds.eds(Xds.cluster("order")).toBuilder()
                            .setMetadata(Xds.metadata(
                                    "filling",
                                    "x",
                                    Value.newBuilder()
                                            .setStringValue("x".repeat(33 << 20))
                                            .build()))
                            .build());
            long from = client.nanos();
            client.soon(
                    "some more streams",
                    () -> server.requests(DeltaDiscoveryRequest::hasNode).size() >= 3);
            assertTrue(client.nanos() - from > 2_000_000_000L, "waits longer each time");
            assertEquals(
                    1,
                    client.log.stream()
                            .filter(line -> line.contains("is larger than 32 MiB"))
                            .count(),
                    client.log.toString());
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
            server.service("order", 8082);
            client.soon("healed", () -> client.ports(Xds.cluster("order")).equals(List.of(8082)));
        }
    }

    @Test
    void theControlPlaneThatNeverAnswersCostsFiveSecondsAndThenNamesPass() throws Exception {
        try (var server = new ScriptedServer()) {
            server.silent();
            var client = client(server.port());
            client.soon("directory failed", () -> client.last().directory().state() == Directory.State.FAILED);
            assertSame(Answer.READY, client.ask("order"));
        }
    }

    @Test
    void aServerThatIsNoControlPlaneIsNoHarm() throws Exception {
        try (var garbage = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var talker = new Thread(() -> {
                while (!garbage.isClosed()) {
                    try (var socket = garbage.accept()) {
                        socket.getOutputStream().write("HTTP/1.1 400 What?\r\n\r\n".getBytes());
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            talker.setDaemon(true);
            talker.start();
            var client = client(garbage.getLocalPort());
            Until.holds("directory failed", () -> client.last().directory().state() == Directory.State.FAILED);
            assertSame(Answer.READY, client.ask("order"));
        }
    }

    @Test
    void aResponseOfATypeThatWasNeverAskedForIsAcknowledgedAndTheStreamLives() throws Exception {
        try (var server = new ScriptedServer()) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            var client = client(server.port());
            assertSame(Answer.READY, client.ask("order"));

            server.sendRaw(DeltaDiscoveryResponse.newBuilder()
                    .setTypeUrl("type.googleapis.com/some.Other")
                    .setNonce("other")
                    .build());

            Until.holds(
                    "ack",
                    () -> !server.requests(r -> r.getResponseNonce().equals("other"))
                            .isEmpty());
            assertEquals(1, server.streams());
        }
    }

    @Test
    void aUnixSocketIsAsGoodAsAPort() throws Exception {
        var socket = state.resolve("xds");
        try (var server = new ScriptedServer(socket)) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            server.service("order", 8081);
            var client = client(Target.parse("unix://" + socket), null);
            assertSame(Answer.READY, client.ask("order"));
        }
    }

    @Test
    void closingEndsTheStreamAndTheThreads() throws Exception {
        try (var server = new ScriptedServer()) {
            server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
            var client = client(server.port());
            Until.holds("connected", () -> client.client.status().connected());

            client.close();

            Until.holds("stream ended", () -> server.streams() == 0);
            Until.holds(
                    "threads ended",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("weft-control")));
        }
    }
}
