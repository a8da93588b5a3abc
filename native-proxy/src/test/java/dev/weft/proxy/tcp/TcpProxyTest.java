package dev.weft.proxy.tcp;

import static dev.weft.proxy.tcp.Meshed.cluster;
import static dev.weft.proxy.tcp.Meshed.opaque;
import static dev.weft.proxy.tcp.Meshed.to;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.Ports;
import dev.weft.proxy.tcp.Meshed.Told;
import dev.weft.proxy.tls.Certified;
import dev.weft.proxy.tls.Speaker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's rules for connections, over real sockets. */
class TcpProxyTest {
    private static final long MILLI = 1_000_000;
    private static final int PATIENCE_MILLIS = 60_000;

    private final Meshed mesh = new Meshed();

    private InetSocketAddress nobody;

    @BeforeEach
    void start() throws IOException {
        nobody = Ports.nobody();
    }

    @AfterEach
    void end() {
        mesh.close();
        assertEquals(List.of(), mesh.bugs());
    }

    private static Backend.Play saying(String word) {
        return with -> with.say(word);
    }

    private static Backend.Play holding(String word) {
        return with -> {
            with.say(word);
            while (with.read() >= 0) {}
        };
    }

    /** What comes, if it is only a reset, and be it before the client is ready. */
    private static String all(InetSocketAddress from) throws IOException {
        try (Client client = new Client(from)) {
            return client.rest();
        } catch (SocketException reset) {
            return "<reset>";
        }
    }

    @Test
    void whatGoesInComesOutEndsIncluded() throws Exception {
        byte[] question = new byte[3_000_000];
        new Random(1).nextBytes(question);
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            mesh.publish(
                    List.of(opaque("db", to("db"))), cluster("db", (InetSocketAddress) server.getLocalSocketAddress()));
            CompletableFuture<Integer> heard = CompletableFuture.supplyAsync(() -> echo(server));
            InetSocketAddress address = mesh.listen("db", 5432);
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                client.setSoTimeout(PATIENCE_MILLIS);
                client.getOutputStream().write(question);
                client.shutdownOutput();
                assertArrayEquals(question, client.getInputStream().readAllBytes());
            }
            assertEquals(question.length, heard.get());
            assertEquals(new Told("db", 1, true, ""), mesh.told());
            assertEquals(question.length, mesh.traffic.received.sum());
            assertEquals(question.length, mesh.traffic.sent.sum());
            assertEquals(0, mesh.traffic.open());
        }
    }

    @Test
    void whatMovesIsToldInIstiosMetrics() throws Exception {
        String name = "outbound|5432||db.data.svc.cluster.local";
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            mesh.publish(
                    List.of(opaque("db", to(name))), cluster(name, (InetSocketAddress) server.getLocalSocketAddress()));
            CompletableFuture<Integer> heard = CompletableFuture.supplyAsync(() -> echo(server));
            InetSocketAddress address = mesh.listen("db", 5432);
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                client.setSoTimeout(PATIENCE_MILLIS);
                client.getOutputStream().write(new byte[1000]);
                client.shutdownOutput();
                assertEquals(1000, client.getInputStream().readAllBytes().length);
            }
            assertEquals(1000, heard.get());
            assertEquals(new Told("db", 1, true, ""), mesh.told());
        }
        for (String moved : List.of("received", "sent")) {
            String row = mesh.metrics("istio_tcp_" + moved + "_bytes_total").get(0);
            assertTrue(row.contains("{reporter=\"source\",source_workload=\"shop\","), row);
            assertTrue(row.contains("destination_service=\"db.data.svc.cluster.local\""), row);
            assertTrue(row.contains("destination_workload_namespace=\"data\""), row);
            assertTrue(row.contains("request_protocol=\"tcp\",response_flags=\"-\""), row);
            assertTrue(row.endsWith("} 1000"), row);
        }
        assertTrue(mesh.metrics("istio_tcp_connections_opened_total").get(0).endsWith("} 1"));
        assertTrue(mesh.metrics("istio_tcp_connections_closed_total").get(0).endsWith("} 1"));
    }

    @Test
    void aConnectionThatNobodyTakesIsOpenedAndClosed() throws Exception {
        mesh.publish(List.of(opaque("db", to("db"))), cluster("db", nobody));
        assertEquals("<reset>", all(mesh.listen("db", 5432)));
        mesh.told();
        for (String what : List.of("opened", "closed")) {
            String row =
                    mesh.metrics("istio_tcp_connections_" + what + "_total").get(0);
            assertTrue(row.contains("response_flags=\"UF"), row);
            assertTrue(row.endsWith("} 1"), row);
        }
    }

    private static int echo(ServerSocket server) {
        try (Socket there = server.accept()) {
            byte[] heard = there.getInputStream().readAllBytes();
            there.getOutputStream().write(heard);
            return heard.length;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void sharesOfARouteAndEndpointsOfAClusterTakeTurns() throws Exception {
        try (Backend one = new Backend(saying("1"));
                Backend two = new Backend(saying("2"));
                Backend three = new Backend(saying("3"))) {
            mesh.publish(
                    List.of(opaque("db", to("v1", "v2"))),
                    cluster("v1", one.address(), two.address()),
                    cluster("v2", three.address()));
            InetSocketAddress address = mesh.listen("db", 5432);
            Map<String, Integer> answers = new HashMap<>();
            for (int i = 0; i < 200; i++) {
                try (Client client = new Client(address)) {
                    answers.merge(client.rest(), 1, Integer::sum);
                }
            }
            assertEquals(
                    200, answers.values().stream().mapToInt(Integer::intValue).sum());
            assertTrue(Math.abs(answers.get("1") - answers.get("2")) <= 1, answers.toString());
            assertTrue(answers.get("3") > 60 && answers.get("3") < 140, answers.toString());
        }
    }

    @Test
    void whereAnEndpointCanNotBeReachedAnotherIsTried() throws Exception {
        try (Backend well = new Backend(saying("well"))) {
            mesh.publish(List.of(opaque("db", to("db"))), cluster("db", nobody, well.address()));
            InetSocketAddress address = mesh.listen("db", 5432);
            int attempts = 0;
            for (int i = 0; i < 2; i++) {
                try (Client client = new Client(address)) {
                    assertEquals("well", client.rest());
                }
                attempts += mesh.told().attempts();
            }
            assertTrue(attempts > 2, attempts + " attempts");
        }
    }

    @Test
    void whereNobodyCanBeReachedTheClientIsReset() throws Exception {
        mesh.publish(List.of(opaque("db", to("db"))), cluster("db", nobody));
        assertEquals("<reset>", all(mesh.listen("db", 5432)));
        assertEquals(new Told("db", 3, false, ""), mesh.told());
        assertEquals(1, mesh.traffic.failed.sum());
        assertEquals(0, mesh.traffic.open());
    }

    @Test
    void whoCanNotBeReachedIsLeftOutWithoutARule() throws Exception {
        try (Backend well = new Backend(saying("well"))) {
            mesh.publish(List.of(opaque("db", to("db"))), cluster("db", nobody, well.address()));
            InetSocketAddress address = mesh.listen("db", 5432);
            int attempts = 0;
            for (int i = 0; i < 10; i++) {
                try (Client client = new Client(address)) {
                    assertEquals("well", client.rest());
                }
                attempts += mesh.told().attempts();
            }
            assertEquals(11, attempts);
        }
    }

    @Test
    void howAConnectionEndsSaysNothingOfItsEndpoint() throws Exception {
        OutlierPolicy first = new OutlierPolicy(1, 10_000 * MILLI, 30_000 * MILLI, 300_000 * MILLI, 100);
        try (Backend rude = new Backend(with -> {
            with.read();
            with.reset();
        })) {
            mesh.publish(
                    List.of(opaque("db", to("db"))),
                    cluster("db", Transport.PLAINTEXT, first, Limits.NONE, rude.address()));
            InetSocketAddress address = mesh.listen("db", 5432);
            for (int i = 0; i < 3; i++) {
                try (Client client = new Client(address)) {
                    assertEquals("<reset>", client.send("x").rest());
                }
                assertEquals(new Told("db", 1, true, ""), mesh.told());
            }
        }
    }

    @Test
    void oneConnectionTooManyIsReset() throws Exception {
        Bulkhead one = new Bulkhead("db", 1, 0, 1000 * MILLI);
        try (Backend well = new Backend(holding("!"))) {
            mesh.publish(
                    List.of(opaque("db", to("db"))),
                    cluster(
                            "db",
                            Transport.PLAINTEXT,
                            null,
                            new Limits(Integer.MAX_VALUE, List.of(), one),
                            well.address()));
            InetSocketAddress address = mesh.listen("db", 5432);
            try (Client client = new Client(address)) {
                assertEquals('!', client.read());
                assertEquals("<reset>", all(address));
                assertEquals(new Told("db", 0, false, "OVERFLOW"), mesh.told());
            }
            assertEquals(new Told("db", 1, true, ""), mesh.told());
            try (Client client = new Client(address)) {
                assertEquals('!', client.read());
            }
        }
    }

    @Test
    void whereNothingMovesForTooLongTheConnectionIsReset() throws Exception {
        try (Backend silent = new Backend(holding("!"))) {
            mesh.publish(List.of(opaque("db", to(50 * MILLI, false, "db"))), cluster("db", silent.address()));
            InetSocketAddress address = mesh.listen("db", 5432);
            String said = "<reset>";
            int connections = 0;
            while (said.equals("<reset>") && connections < 100) { // a busy machine may be too slow to say anything
                said = all(address);
                connections++;
                mesh.told();
            }
            assertEquals("!<reset>", said);
            assertEquals(connections, mesh.traffic.idle.sum());
        }
    }

    @Test
    void whoeverReadsNothingHoldsBackWhoeverWrites() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            mesh.publish(List.of(opaque("db", to("db"))), cluster("db", (InetSocketAddress) server.getLocalAddress()));
            InetSocketAddress address = mesh.listen("db", 5432);
            try (SocketChannel client = SocketChannel.open()) {
                client.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
                client.connect(address);
                try (SocketChannel there = server.accept()) {
                    there.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
                    there.configureBlocking(false);
                    long written = untilFull(there);
                    long most = 32L << 20; // the kernel's buffers for the two connections, and little of ours
                    assertTrue(written < most, written + " bytes have gone somewhere");
                    assertTrue(mesh.traffic.sent.sum() <= written);
                    there.shutdownOutput();
                    long read = 0;
                    ByteBuffer in = ByteBuffer.allocate(1 << 16);
                    for (int got = client.read(in); got >= 0; got = client.read(in.clear())) {
                        read += got;
                    }
                    assertEquals(written, read);
                }
            }
        }
    }

    /** Writes for as long as the other side takes anything within half a second. */
    private static long untilFull(SocketChannel to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        long written = 0;
        try (Selector selector = Selector.open()) {
            to.register(selector, SelectionKey.OP_WRITE);
            while (selector.select(500) > 0 && written < 1L << 30) {
                selector.selectedKeys().clear();
                written += to.write(bytes.clear());
            }
        }
        return written;
    }

    @Test
    void aClientThatHangsUpWhileItWaitsForAPlaceTakesNone() throws Exception {
        Bulkhead one = new Bulkhead("db", 1, 10, 3600_000 * MILLI);
        try (Backend well = new Backend(holding("!"))) {
            mesh.publish(
                    List.of(opaque("db", to("db"))),
                    cluster(
                            "db",
                            Transport.PLAINTEXT,
                            null,
                            new Limits(Integer.MAX_VALUE, List.of(), one),
                            well.address()));
            InetSocketAddress address = mesh.listen("db", 5432);
            try (Client client = new Client(address)) {
                assertEquals('!', client.read());
                Socket waits = new Socket(address.getAddress(), address.getPort());
                waits.setSoLinger(true, 0);
                waits.close();
                assertEquals(new Told("db", 0, false, ""), mesh.told());
            }
            assertEquals(1, well.connections());
        }
    }

    @Test
    void theMeshsTlsIsPutAroundWhatTheClientSays(@TempDir Path folder) throws Exception {
        Certified certified = new Certified(folder);
        Transport.Tls tls = new Transport.Tls(certified.context(Speaker.BORING_SSL), "db", List.of());
        try (Backend secured = new Backend(certified.server(), with -> {
            with.say("hello ");
            for (int octet = with.read(); octet != '!'; octet = with.read()) {}
            with.say("and bye");
        })) {
            mesh.publish(List.of(opaque("db", to("db"))), cluster("db", tls, null, Limits.NONE, secured.address()));
            try (Client client = new Client(mesh.listen("db", 5432))) {
                assertEquals("hello ", client.read(6));
                assertEquals("and bye", client.send("well!").rest());
            }
            assertEquals("well!", secured.received());
        }
    }

    @Test
    void whatTlsDoesNotSayTheEndOfIsNotWhole(@TempDir Path folder) throws Exception {
        Certified certified = new Certified(folder);
        Transport.Tls tls = new Transport.Tls(certified.context(Speaker.JDK), "db", List.of());
        for (Certified.Ending ending : Certified.Ending.values()) {
            try (Backend secured = certified.saying("half", 1, ending)) {
                mesh.publish(List.of(opaque("db", to("db"))), cluster("db", tls, null, Limits.NONE, secured.address()));
                try (Client client = new Client(mesh.listen("db", 5432))) {
                    String all = client.send("x").rest();
                    assertEquals(ending == Certified.Ending.CUT, all.endsWith("<reset>"), all);
                }
            }
        }
    }

    @Test
    void whoShowsAnotherCertificateIsNotReached(@TempDir Path folder, @TempDir Path other) throws Exception {
        Certified certified = new Certified(folder);
        Transport.Tls tls = new Transport.Tls(certified.context(Speaker.BORING_SSL), "db", List.of());
        try (Backend stranger = new Backend(new Certified(other).server(), holding("!"))) {
            mesh.publish(List.of(opaque("db", to("db"))), cluster("db", tls, null, Limits.NONE, stranger.address()));
            assertEquals("<reset>", all(mesh.listen("db", 5432)));
            assertEquals(3, mesh.told().attempts());
            assertEquals("", stranger.received());
        }
    }

    @Test
    void whatMustBeSecuredIsNeverSentInTheClear() throws Exception {
        try (Backend plain = new Backend(holding("!"))) {
            mesh.publish(
                    List.of(opaque("db", to("db"))),
                    cluster("db", new Transport.Unavailable("no certificates"), null, Limits.NONE, plain.address()));
            assertEquals("<reset>", all(mesh.listen("db", 5432)));
            assertEquals(new Told("db", 0, false, "TLS_REQUIRED"), mesh.told());
            assertEquals(0, plain.connections());
        }
    }

    @Test
    void aServiceOfHttpAloneTakesNoConnectionsAsSuch() throws Exception {
        Route route = new Route("all", Match.ANY, dev.weft.engine.snapshot.Action.Forward.to("shop"));
        try (Backend web = new Backend(holding("!"))) {
            mesh.publish(
                    List.of(new VirtualHost("shop", List.of("shop"), List.of(route))), cluster("shop", web.address()));
            assertEquals("<reset>", all(mesh.listen("shop", 80)));
            assertEquals(new Told("shop", 0, false, "NO_ROUTE"), mesh.told());
            assertEquals(0, web.connections());
        }
    }

    @Test
    void whoseNameIsNoneOfTheMeshsGoesElsewhereWithAllThatHasCome() throws Exception {
        Tunnels tunnels = new Tunnels(5_000_000_000L, Long.MAX_VALUE, System::nanoTime);
        try (Backend elsewhere = new Backend(with -> {
            with.read();
            with.say("here");
        })) {
            var proxy = mesh.proxy(dev.weft.engine.drive.Outside.NONE);
            InetSocketAddress address = mesh.listen(channel ->
                    proxy.lead(channel, "nowhere", 1, false, client -> tunnels.lead(client, elsewhere.address())));
            try (Client client = new Client(address)) {
                assertEquals("here", client.send("x").rest());
            }
        }
    }

    @Test
    void callsAreNotForAPortOfConnections() throws Exception {
        mesh.publish(List.of(opaque("db", to("db"))), cluster("db", nobody));
        assertEquals(
                "a port for connections as such: the call passes through untouched",
                dev.weft.engine.explain.Explainer.explain(
                                mesh.engine.live(),
                                new dev.weft.engine.balance.ThreadRandom(),
                                new HttpGet("db", 5432),
                                0,
                                1)
                        .conclusion());
    }

    private record HttpGet(String host, int port) implements dev.weft.engine.call.Request {
        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public String header(String name) {
            return null;
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }
}
