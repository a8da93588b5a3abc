package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.weft.engine.Engine;
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
import dev.weft.proxy.Client;
import dev.weft.proxy.Defaults;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.listen.Sockets;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a call makes for the garbage collector, on the loop that carries it: what the engine makes, and nothing else. */
class AllocationTest {
    private static final String GET = "GET /some/path?with=query HTTP/1.1\r\nHost: shop\r\nUser-Agent: test\r\n"
            + "Accept: */*\r\nAccept-Encoding: gzip\r\nX-One: 1\r\nX-Two: 2\r\nX-Three: 3\r\n\r\n";
    private static final int WARM = 3000;
    private static final int COUNTED = 3000;

    /** A Call with its admission, its attempt and what both hold, and the step that delivers: of the engine. */
    private static final double ENGINE = 420;

    /** What Netty makes of its own where the JDK doesn't let it at memory, from JDK 24 on. */
    private static final double NETTY = PlatformDependent.hasUnsafe() ? 0 : 140;

    @Test
    void aCallMakesNoMoreThanItsCall() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Traffic traffic = new Traffic();
        Engine engine = new Engine(new ThreadRandom(), new Ambient(() -> true), call -> {}, bug -> {});
        String answer =
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n" + "x".repeat(1024);
        Loops<Worker> loops = new Loops<>(Sockets.best(), 1, loop -> {
            loop.execute(() -> thread.set(Thread.currentThread()));
            return new Worker(loop, System::nanoTime, traffic, Http2.streams(Http2Limits.DEFAULT));
        });
        LoopDriver driver = new LoopDriver(engine, System::nanoTime, Outside.NONE);
        try (Backend backend = new Backend(Backend.always(answer));
                Names names = new Names()) {
            Cluster cluster = Cluster.of("shop", List.of(Endpoint.of(backend.address())));
            Route route = new Route("all", Match.ANY, Action.Forward.to("shop"));
            engine.publish(new Snapshot(
                    "1",
                    new Directory(Directory.State.KNOWN, Map.of()),
                    List.of(new VirtualHost("shop", List.of("shop"), List.of(route))),
                    Map.of("shop", cluster)));
            Listener listener = Listener.open(
                    loops,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    10,
                    traffic,
                    Http1.connections(
                            Http1Limits.DEFAULT.with(Defaults.HEADS),
                            Courses.outbound(engine, driver, Unrouted.refused(names), null),
                            () -> false));
            listener.resume();
            try (Client client = new Client(listener.address())) {
                call(client, answer, WARM);
                ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                long id = thread.get().getId();
                long before = threads.getThreadAllocatedBytes(id);
                call(client, answer, COUNTED);
                double each = (threads.getThreadAllocatedBytes(id) - before) / (double) COUNTED;
                assertTrue(each < ENGINE + NETTY, "bytes for each call: " + each);
            } finally {
                listener.close();
            }
        } finally {
            loops.close();
        }
    }

    private static void call(Client client, String answer, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            client.send(GET).read(answer.length());
        }
    }
}
