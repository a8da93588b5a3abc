package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Tools;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.listen.Sockets;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same octets go to this proxy, to nginx and to HAProxy. What one of those two refuses is refused here, and whatever
 * goes on from here can be read in one way only.
 */
class SmugglingTest {
    private static final int AT_A_TIME = 32;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final long TWO_SECONDS = 2_000_000_000;

    /** It stands in a head and in a body: answers to HEAD have the one, those of HTTP/0.9 the other. */
    private static final String REACHED = "reached";

    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nX-Is: " + REACHED + "\r\nContent-Length: 7\r\n\r\n" + REACHED;

    /** Whoever takes a head for one with chunks, or with a length of five, finds a body, and nobody waits for one. */
    private static final String BEHIND = "0\r\n\r\n";

    /** Nobody but the two above refuses these, so they tell that both do. */
    private static final List<String> REFUSED_BY_BOTH =
            List.of("two different lengths", "a null in a name", "an unknown encoding");

    @TempDir
    static Path folder;

    private static Backend theirs;
    private static OtherProxy nginx;
    private static OtherProxy haproxy;
    private static Map<RequestVector, String> refusers;

    @BeforeAll
    static void askTheOthers() throws Exception {
        Tools.need("nginx", "haproxy");
        theirs = new Backend(Backend.always(ANSWER));
        nginx = OtherProxy.nginx(Files.createDirectories(folder.resolve("nginx")), theirs.address());
        haproxy = OtherProxy.haproxy(Files.createDirectories(folder.resolve("haproxy")), theirs.address());
        Map<RequestVector, Future<String>> asked = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        for (RequestVector vector : RequestVector.all()) {
            asked.put(
                    vector,
                    threads.submit(() -> (takes(nginx.address(), vector) ? "" : "nginx ")
                            + (takes(haproxy.address(), vector) ? "" : "HAProxy ")));
        }
        refusers = new LinkedHashMap<>();
        for (Map.Entry<RequestVector, Future<String>> one : asked.entrySet()) {
            refusers.put(one.getKey(), one.getValue().get());
        }
        threads.shutdown();
    }

    @AfterAll
    static void end() throws IOException {
        for (AutoCloseable one : new AutoCloseable[] {nginx, haproxy}) {
            if (one instanceof OtherProxy other) {
                other.close();
            }
        }
        if (theirs != null) {
            theirs.close();
        }
    }

    /** Whether the server behind has answered it. */
    private static boolean takes(InetSocketAddress proxy, RequestVector vector) throws IOException {
        StringBuilder said = new StringBuilder();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(proxy);
            String octets = vector.text() + (vector.fate().equals(RequestVector.TAKEN) ? "" : BEHIND);
            socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            while (said.indexOf(REACHED) < 0 && !said.toString().matches("(?s)HTTP/1\\.[01] [45].*")) {
                int octet = in.read();
                if (octet < 0) {
                    return false;
                }
                said.append((char) octet);
            }
        } catch (SocketException reset) {
            return false;
        }
        return said.indexOf(REACHED) >= 0;
    }

    @Test
    void theOthersTellRequestsApart() {
        refusers.forEach((vector, who) -> {
            if (vector.fate().equals(RequestVector.TAKEN)) {
                assertEquals("", who, vector.what());
            } else if (REFUSED_BY_BOTH.contains(vector.what())) {
                assertEquals("nginx HAProxy ", who, vector.what());
            }
        });
    }

    @Test
    void theInboundListenerTakesNothingThatOneOfThemRefuses() throws Exception {
        compare(to -> Courses.inbound(to, Inbound.NONE, new InboundTrace(new Ambient(() -> true))));
    }

    @Test
    void theOutboundListenerTakesNothingThatOneOfThemRefuses() throws Exception {
        List<Throwable> bugs = new ArrayList<>();
        try (Names names = new Names()) {
            Engine engine = new Engine(new ThreadRandom(), new Ambient(() -> true), call -> {}, bugs::add);
            compare(to -> {
                engine.publish(new Snapshot(
                        "1",
                        new Directory(Directory.State.KNOWN, Map.of()),
                        List.of(new VirtualHost(
                                "a", List.of("a"), List.of(new Route("all", Match.ANY, Action.Forward.to("a"))))),
                        Map.of("a", Cluster.of("a", List.of(Endpoint.of(to))))));
                LoopDriver driver = new LoopDriver(engine, System::nanoTime, Outside.NONE);
                return Courses.outbound(engine, driver, Unrouted.refused(names), null);
            });
        }
        assertEquals(List.of(), bugs);
    }

    private static void compare(Function<InetSocketAddress, Function<Exchange, Course>> courses) throws Exception {
        List<String> wrong = new ArrayList<>();
        Traffic traffic = new Traffic();
        Loops<Worker> loops = new Loops<>(
                Sockets.best(),
                1,
                loop -> new Worker(loop, System::nanoTime, traffic, Http2.streams(Http2Limits.DEFAULT)));
        HeadRules edge = new HeadRules(PathNormalization.BASE, new Forwarding(true, true, 0, RequestId.GENERATE, ""));
        Http1Limits limits =
                new Http1Limits(HeadLimits.DEFAULT, TWO_SECONDS, TWO_SECONDS, TWO_SECONDS, TWO_SECONDS, 0).with(edge);
        try (Backend backend = new Backend(Backend.always(ANSWER))) {
            Function<Worker, ChannelHandler> handlers =
                    Http1.connections(limits, courses.apply(backend.address()), () -> false);
            Listener listener = Listener.open(
                    loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10, traffic, handlers);
            listener.resume();
            int before = 0;
            for (Map.Entry<RequestVector, String> one : refusers.entrySet()) {
                RequestVector vector = one.getKey();
                boolean taken = takes(listener.address(), vector);
                int now = whole(backend, vector.what());
                if (taken && !one.getValue().isEmpty()) {
                    wrong.add(vector.what() + ": is taken, and refused by " + one.getValue());
                }
                if (!taken && vector.fate().equals(RequestVector.TAKEN)) {
                    wrong.add(vector.what() + ": is refused");
                }
                if (now - before != (taken ? 1 : 0)) {
                    wrong.add(vector.what() + ": " + (now - before) + " requests have gone on, and it is "
                            + (taken ? "" : "not ") + "taken");
                }
                before = now;
            }
            listener.close();
            loops.close();
            backend.join();
            assertEquals(before, whole(backend, "what came at last"));
            assertTrue(before > 0);
        }
        assertEquals(List.of(), wrong);
    }

    /** Of all connections until now. */
    private static int whole(Backend backend, String when) {
        int sum = 0;
        for (String record : backend.records()) {
            try {
                sum += StrictRequests.whole(record);
            } catch (AssertionError ambiguous) {
                throw new AssertionError(when + ": " + ambiguous.getMessage(), ambiguous);
            }
        }
        return sum;
    }
}
