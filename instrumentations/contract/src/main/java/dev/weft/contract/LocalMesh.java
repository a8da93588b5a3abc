package dev.weft.contract;

import dev.weft.agent.harness.TestWeaver;
import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.call.Headers;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A mesh in the test's own JVM: real engine, real time, this adapter woven in, rules written by hand. */
public final class LocalMesh implements AutoCloseable {
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "mesh-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final List<Call> finished = new CopyOnWriteArrayList<>();
    private final Engine engine;
    private final Mesh mesh;
    private TestWeaver weaver;
    private final Map<String, Cluster> clusters = new HashMap<>();
    private final List<VirtualHost> hosts = new ArrayList<>();

    public LocalMesh() {
        var random = new ThreadRandom();
        Inbound inbound = (String method, String path, Headers headers) -> {
            throw new UnsupportedOperationException("nothing is served here");
        };
        engine = new Engine(random, new Ambient(() -> false), finished::add, bugs::add);
        mesh = new Mesh(engine, System::nanoTime, this::schedule, Outside.NONE, inbound, Workload.NONE);
        weaver = TestWeaver.install(mesh, Path.of("target/classes"));
    }

    private Timer.Pending schedule(long at, Runnable task) {
        var future = timers.schedule(task, at - System.nanoTime(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    public Engine engine() {
        return engine;
    }

    public TestWeaver weaver() {
        return weaver;
    }

    /** As if this hook had been refused. */
    public void without(Class<?> hook) {
        weaver.close();
        weaver = TestWeaver.install(mesh, adapter -> !adapter.equals(hook.getName()), Path.of("target/classes"));
    }

    public void forgets(String name) {
        hosts.removeIf(host -> host.name().equals(name));
    }

    /** Calls that are over. */
    public List<Call> finished() {
        return finished;
    }

    public List<Throwable> bugs() {
        return bugs;
    }

    /** The name means these ports, in this order, with two retries on whatever is safe. */
    public void knows(String name, int... ports) {
        knows(name, retries(Long.MAX_VALUE), HeaderEdits.NONE, Transport.PLAINTEXT, ports);
    }

    public void knows(String name, RetryPolicy retries, HeaderEdits edits, Transport transport, int... ports) {
        var endpoints = new ArrayList<Endpoint>();
        for (int port : ports) {
            endpoints.add(Endpoint.of(new InetSocketAddress("127.0.0.1", port)));
        }
        clusters.put(
                name,
                new Cluster(
                        name,
                        Balancer.ROUND_ROBIN,
                        endpoints,
                        transport,
                        null,
                        0,
                        new RetryBudget(100, 100),
                        Long.MAX_VALUE));
        var forward = new Action.Forward(
                List.of(new Action.WeightedCluster(name, 1, HeaderEdits.NONE)),
                Long.MAX_VALUE,
                retries,
                null,
                List.of(),
                edits);
        answers(name, forward);
    }

    public void answers(String name, Action action) {
        hosts.add(new VirtualHost(name, List.of(name), List.of(new Route(name, Match.ANY, action))));
        var names = new HashMap<String, Directory.Entry>();
        for (VirtualHost host : hosts) {
            names.put(host.name(), new Directory.Entry(host.name(), Set.of()));
        }
        engine.publish(new Snapshot("test", new Directory(Directory.State.KNOWN, names), hosts, clusters));
    }

    public static RetryPolicy retries(long perTryNanos) {
        var on = EnumSet.of(
                RetryPolicy.Condition.CONNECT_FAILURE,
                RetryPolicy.Condition.RESET,
                RetryPolicy.Condition.SERVER_ERROR,
                RetryPolicy.Condition.REFUSED_STREAM);
        long millisecond = Duration.ofMillis(1).toNanos();
        return new RetryPolicy(on, Set.of(), 2, perTryNanos, millisecond, millisecond, false);
    }

    @Override
    public void close() {
        weaver.close();
        timers.shutdownNow();
    }
}
