package dev.weft.proxy.http2;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.call.End;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Unrouted;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.listen.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** An outbound listener for both protocols, with the service {@code shop} behind it. */
final class Served implements AutoCloseable {
    /**
     * What is told of a call when it is over.
     *
     * @param code the last attempt's own
     * @param id of the request; null for none
     */
    record Told(String path, int attempts, int code, String id) {}

    final Traffic traffic = new Traffic();
    final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    final AtomicBoolean draining = new AtomicBoolean();
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private volatile Throwable broke;
    private final Engine engine;
    private final Names names = new Names();
    private final Loops<Worker> loops;
    final Listener listener;

    Served() throws IOException {
        this(Http1Limits.DEFAULT, Http2Limits.DEFAULT);
    }

    Served(Http1Limits limits, Http2Limits http2) throws IOException {
        this(limits, http2, Outside.NONE, new ThreadRandom());
    }

    /** @param outside who answers the questions of calls */
    Served(Outside outside) throws IOException {
        this(Http1Limits.DEFAULT, Http2Limits.DEFAULT, outside, new ThreadRandom());
    }

    Served(Http1Limits limits, RandomSource random) throws IOException {
        this(limits, Http2Limits.DEFAULT, Outside.NONE, random);
    }

    private Served(Http1Limits limits, Http2Limits http2, Outside outside, RandomSource random) throws IOException {
        engine = new Engine(random, new Ambient(() -> true), this::tell, bugs::add);
        loops = new Loops<>(
                Sockets.best(), 1, loop -> new Worker(loop, System::nanoTime, traffic, Http2.streams(http2)));
        LoopDriver driver = new LoopDriver(engine, System::nanoTime, outside);
        listener = Listener.open(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                100,
                traffic,
                Http2.orHttp1(
                        limits, http2, Courses.outbound(engine, driver, Unrouted.refused(names), null), draining::get));
        listener.resume();
    }

    /** That its loop has allocated. */
    long allocatedBytes() {
        return loops.allocatedBytes();
    }

    InetSocketAddress address() {
        return listener.address();
    }

    void publish(Protocol protocol, InetSocketAddress... to) {
        publish(Action.Forward.to("shop"), protocol, to);
    }

    void publish(Action action, Protocol protocol, InetSocketAddress... to) {
        publish(List.of(new Route("all", Match.ANY, action)), protocol, to);
    }

    void publish(List<Route> routes, Protocol protocol, InetSocketAddress... to) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (InetSocketAddress address : to) {
            endpoints.add(Endpoint.of(address));
        }
        Cluster plain = Cluster.of("shop", endpoints);
        Cluster cluster = new Cluster(
                "shop",
                Balancer.ROUND_ROBIN,
                endpoints,
                plain.transport(),
                null,
                plain.panicThreshold(),
                plain.budget(),
                plain.connectTimeoutNanos(),
                plain.sharing(),
                plain.limits(),
                protocol,
                plain.connectBackoff());
        VirtualHost host = new VirtualHost("shop", List.of("shop"), routes);
        engine.publish(new Snapshot(
                "1", new Directory(Directory.State.KNOWN, Map.of()), List.of(host), Map.of("shop", cluster)));
    }

    private void tell(Call call) {
        int last = call.attemptCount() - 1;
        End end = last < 0 ? null : call.attempt(last).end();
        broke = end == null ? null : end.cause();
        told.add(new Told(
                call.request().path(),
                call.attemptCount(),
                end == null ? 0 : end.code(),
                call.request().header("x-request-id")));
    }

    /** What broke the last attempt of the newest call that is over; null for nothing. */
    Throwable broke() {
        return broke;
    }

    /** The next call that is over. */
    Told told() throws InterruptedException {
        return told.poll(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        listener.close();
        loops.close();
        names.close();
        if (!bugs.isEmpty()) {
            throw new AssertionError("bugs of the mesh", bugs.get(0));
        }
    }
}
