package dev.weft.bench;

import com.sun.management.ThreadMXBean;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.trace.Ambient;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/**
 * The engine alone, through the blocking driver, beside the floor that no mesh can avoid: a map, two
 * random picks, the calls in flight, two clock readings and a counter. Nobody hears of the calls: what
 * recorders cost (metrics, spans, the access log) is in none of these figures, but in that of
 * {@link OverheadBench}, as are an adapter and its library.
 */
final class EngineBench {
    private static final int CALLS = 400_000;
    private static final int ROUNDS = 24;

    /** The variants take turns every few milliseconds, so that a slow moment of the machine meets them all. */
    private static final int SLICES = 40;

    private final EngineFloor floor;
    private final Mesh mesh;
    private final String[] hosts = new String[1000];
    private final String[] strangers = new String[1000];
    /** An application calls a few of the services. */
    private final FreeLibrary[] called = new FreeLibrary[20];

    private long sink;

    private EngineBench() {
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = "service-" + i;
            strangers[i] =
                    i % 2 == 0 ? "www.example-" + i + ".com" : "another-" + i; // half are as long as a known name
        }
        for (int i = 0; i < called.length; i++) {
            called[i] = new FreeLibrary(hosts[i * hosts.length / called.length]);
        }
        floor = new EngineFloor(hosts);
        mesh = BenchMesh.of(hosts, new Ambient(() -> false), null);
    }

    private void floor(int calls) {
        floor.run(called, calls);
    }

    private void engine(int calls) {
        sink += engine(mesh, called, calls);
    }

    /** The sum of the answers' statuses. */
    static long engine(Mesh mesh, FreeLibrary[] called, int calls) {
        long sum = 0;
        for (int i = 0; i < calls; i++) {
            FreeLibrary library = called[i % called.length];
            try {
                if (mesh.routes(library.host, 80)) {
                    sum += mesh.blocking().run(library);
                }
            } catch (Throwable failed) {
                throw new IllegalStateException(failed);
            }
        }
        return sum;
    }

    /** What a woven call asks before it leaves a host alone that is not in the mesh, of a thousand such hosts. */
    private void passthrough(int calls) {
        int ours = 0;
        for (int i = 0; i < calls; i++) {
            ours += mesh.routes(strangers[i % strangers.length], 443) ? 1 : 0;
        }
        sink += ours;
    }

    static double nanos(IntConsumer loop, int calls) {
        long start = System.nanoTime();
        loop.accept(calls);
        return (System.nanoTime() - start) / (double) calls;
    }

    static double bytes(IntConsumer loop, int calls) {
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
        VariantsBench.run(bench.hosts, bench.floor, bench.mesh, suffix);
        PickBench.run(suffix);
    }
}
