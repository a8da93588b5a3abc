package dev.weft.bench;

import com.sun.management.ThreadMXBean;
import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine alone, through the blocking driver, beside the floor that no mesh can avoid: a map, two
 * random picks, the calls in flight, two clock readings and a counter.
 */
final class EngineBench {
    private static final int CALLS = 400_000;
    private static final int ROUNDS = 24;

    /** The variants take turns every few milliseconds, so that a slow moment of the machine meets them all. */
    private static final int SLICES = 40;

    private final Map<String, FloorEndpoint[]> floor = new HashMap<>();
    private final Mesh mesh;
    private final String[] hosts = new String[1000];
    private final String[] strangers = new String[1000];
    /** An application calls a few of the services. */
    private final Library[] called = new Library[20];

    private long sink;

    private EngineBench() {
        Map<String, Cluster> clusters = new HashMap<>();
        List<VirtualHost> virtualHosts = new ArrayList<>();
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = "service-" + i;
            strangers[i] =
                    i % 2 == 0 ? "www.example-" + i + ".com" : "another-" + i; // half are as long as a known name
            floor.put(hosts[i], floorEndpoints());
            clusters.put(hosts[i], cluster(hosts[i]));
            virtualHosts.add(new VirtualHost(hosts[i], List.of(hosts[i]), routes(hosts[i])));
        }
        for (int i = 0; i < called.length; i++) {
            called[i] = new Library(hosts[i * hosts.length / called.length]);
        }
        RandomSource random = new ThreadRandom();
        Engine engine = new Engine(random, new Ambient(() -> false), call -> {}, bug -> {
            throw new IllegalStateException(bug);
        });
        engine.publish(new Snapshot("bench", new Directory(Directory.State.KNOWN, Map.of()), virtualHosts, clusters));
        mesh = new Mesh(
                engine,
                System::nanoTime,
                (at, task) -> {
                    throw new IllegalStateException("no time limit is set here");
                },
                Outside.NONE,
                Inbound.NONE,
                Workload.NONE);
    }

    private static Cluster cluster(String name) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            endpoints.add(Endpoint.of(new InetSocketAddress("10.0.0." + i, 80)));
        }
        OutlierPolicy outlier = new OutlierPolicy(5, 10_000_000_000L, 30_000_000_000L, 300_000_000_000L, 10);
        return new Cluster(
                name,
                Balancer.LEAST_REQUEST,
                endpoints,
                Transport.PLAINTEXT,
                outlier,
                50,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE);
    }

    /** Twenty routes, of which the last matches. */
    private static List<Route> routes(String cluster) {
        RetryPolicy retry = new RetryPolicy(
                Set.of(RetryPolicy.Condition.CONNECT_FAILURE, RetryPolicy.Condition.RETRIABLE_STATUS_CODES),
                Set.of(503),
                2,
                Long.MAX_VALUE,
                25_000_000,
                250_000_000,
                false);
        HeaderEdits edits =
                new HeaderEdits(List.of("x-internal"), List.of(new HeaderEdits.Entry("x-mesh", "weft")), List.of());
        Action.Forward forward = new Action.Forward(
                List.of(new Action.WeightedCluster(cluster, 1, HeaderEdits.NONE)),
                Long.MAX_VALUE,
                retry,
                null,
                List.of(),
                edits);
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            routes.add(
                    new Route("r" + i, new Match(new Match.PathMatch.Prefix("/api/v" + i + "/"), List.of()), forward));
        }
        routes.add(new Route("last", Match.ANY, forward));
        return routes;
    }

    private static final class FloorEndpoint {
        private final AtomicInteger inFlight = new AtomicInteger();
        private final LongAdder latency = new LongAdder();
    }

    private static FloorEndpoint[] floorEndpoints() {
        FloorEndpoint[] set = new FloorEndpoint[10];
        for (int i = 0; i < set.length; i++) {
            set[i] = new FloorEndpoint();
        }
        return set;
    }

    private void floor(int calls) {
        for (int i = 0; i < calls; i++) {
            FloorEndpoint[] set = Objects.requireNonNull(floor.get(called[i % called.length].host));
            var random = ThreadLocalRandom.current();
            FloorEndpoint a = set[random.nextInt(set.length)];
            FloorEndpoint b = set[random.nextInt(set.length)];
            FloorEndpoint e = a.inFlight.get() <= b.inFlight.get() ? a : b;
            e.inFlight.incrementAndGet();
            long t = System.nanoTime();
            e.latency.add(System.nanoTime() - t);
            e.inFlight.decrementAndGet();
        }
    }

    private void engine(int calls) {
        for (int i = 0; i < calls; i++) {
            Library library = called[i % called.length];
            try {
                if (mesh.routes(library.host, 80)) {
                    sink += mesh.blocking().run(library);
                }
            } catch (Throwable failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private void passthrough(int calls) {
        int ours = 0;
        for (int i = 0; i < calls; i++) {
            ours += mesh.routes(strangers[i % called.length], 443) ? 1 : 0;
        }
        sink += ours;
    }

    /** A library that costs nothing: what remains is ours. */
    private static final class Library implements BlockingExchange<Integer>, Request, HeaderWriter {
        private static final Integer OK = 200;
        private static final Head HEAD = new Head(200, Outcome.SUCCESS, Headers.NONE);
        private final String host;
        private int edits;

        Library(String host) {
            this.host = host;
        }

        @Override
        public Request request() {
            return this;
        }

        @Override
        public Integer original() {
            throw new IllegalStateException("everything here is in the mesh");
        }

        @Override
        public Integer send(Attempt attempt) {
            attempt.edit(this);
            return OK;
        }

        @Override
        public Head head(Integer answer) {
            return HEAD;
        }

        @Override
        public End failure(Throwable thrown) {
            throw new IllegalStateException(thrown);
        }

        @Override
        public void abort(Attempt attempt) {}

        @Override
        public void discard(Integer answer) {}

        @Override
        public Integer deliver(Integer answer, Ending ending) {
            ending.end(End.COMPLETE);
            return answer;
        }

        @Override
        public Integer reply(Refusal refusal) {
            throw new IllegalStateException(refusal.why());
        }

        @Override
        public String host() {
            return host;
        }

        @Override
        public int port() {
            return 80;
        }

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
            return "/orders/17?full=true";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public boolean replayable() {
            return true;
        }

        @Override
        public void set(String name, String value) {
            edits++;
        }

        @Override
        public void add(String name, String value) {
            edits++;
        }

        @Override
        public void remove(String name) {
            edits++;
        }
    }

    private static double nanos(IntConsumer loop, int calls) {
        long start = System.nanoTime();
        loop.accept(calls);
        return (System.nanoTime() - start) / (double) calls;
    }

    private static double bytes(IntConsumer loop, int calls) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        loop.accept(calls);
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) calls;
    }

    static void run(String suffix) {
        EngineBench bench = new EngineBench();
        for (int i = 0; i < 12; i++) {
            bench.floor(CALLS);
            bench.engine(CALLS);
            bench.passthrough(CALLS);
        }
        double[] floors = new double[ROUNDS];
        double[] misses = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            double engine = 0;
            for (int slice = 0; slice < SLICES; slice++) {
                floors[i] += nanos(bench::floor, CALLS / SLICES) / SLICES;
                engine += nanos(bench::engine, CALLS / SLICES) / SLICES;
                misses[i] += nanos(bench::passthrough, CALLS / SLICES) / SLICES;
            }
            ratios[i] = engine / floors[i];
        }
        Rounds.result("engine.floor_ns" + suffix, Rounds.median(floors), "ns");
        Rounds.result("engine.floor_ratio" + suffix, Rounds.of(ratios));
        Rounds.result("engine.bytes_per_call" + suffix, bytes(bench::engine, CALLS), "B");
        Rounds.result("passthrough.ns" + suffix, Rounds.median(misses), "ns");
        Rounds.result("passthrough.bytes" + suffix, bytes(bench::passthrough, CALLS), "B");
        System.out.println("(sum " + bench.sink + ")");
        PickBench.run(suffix);
    }
}
