package dev.weft.bench;

import com.sun.management.ThreadMXBean;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.trace.Ambient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * The engine alone, through the blocking driver, beside the floor that no mesh can avoid: a map, two
 * random picks, the calls in flight, two clock readings and a counter. Nobody hears of the calls: what
 * recorders cost (metrics, spans, the access log) is in none of these figures, but in that of
 * {@link OverheadBench}, as are an adapter and its library.
 */
final class EngineBench {
    private static final int CALLS = 400_000;
    private static final int ROUNDS = 12;

    /** JVMs: what the compiler makes of the same code differs by a tenth from one to the next. */
    private static final int STARTS = 5;

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
        List<double[]> rounds = new ArrayList<>();
        double engineBytes = 0;
        double missBytes = 0;
        for (int i = 0; i < STARTS; i++) {
            for (double[] line : another()) {
                if (line.length == 2) {
                    engineBytes = Math.max(engineBytes, line[0]);
                    missBytes = Math.max(missBytes, line[1]);
                } else {
                    rounds.add(line);
                }
            }
        }
        Rounds.result("engine.floor_ns" + suffix, Rounds.median(column(rounds, 0)), "ns");
        Rounds.result("engine.floor_ratio" + suffix, Rounds.of(column(rounds, 1)));
        Rounds.result("engine.bytes_per_call" + suffix, engineBytes, "B");
        Rounds.result("passthrough.ns" + suffix, Rounds.median(column(rounds, 2)), "ns");
        Rounds.result("passthrough.bytes" + suffix, missBytes, "B");
        EngineBench bench = new EngineBench();
        VariantsBench.run(bench.hosts, bench.floor, bench.mesh, suffix);
        PickBench.run(suffix);
    }

    private static double[] column(List<double[]> rounds, int which) {
        return rounds.stream().mapToDouble(round -> round[which]).toArray();
    }

    /** What another JVM says. */
    private static List<double[]> another() {
        List<String> command = List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                EngineBench.class.getName());
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
            try (BufferedReader said = process.inputReader()) {
                List<double[]> lines = said.lines()
                        .map(line -> Stream.of(line.split(" "))
                                .mapToDouble(Double::parseDouble)
                                .toArray())
                        .toList();
                if (process.waitFor() != 0) {
                    throw new IllegalStateException("a JVM of the benchmark ended with " + process.exitValue());
                }
                return lines;
            } catch (InterruptedException stopped) {
                process.destroy();
                throw new IllegalStateException(stopped);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * One JVM of several. A line for each round: nanoseconds of the floor, what the engine takes beside it, nanoseconds
     * of a host that is left alone; at last the bytes of the last two.
     */
    public static void main(String[] args) {
        EngineBench bench = new EngineBench();
        for (int i = 0; i < 12; i++) {
            bench.floor(CALLS);
            bench.engine(CALLS);
            bench.passthrough(CALLS);
        }
        for (int i = 0; i < ROUNDS; i++) {
            double floor = 0;
            double engine = 0;
            double miss = 0;
            for (int slice = 0; slice < SLICES; slice++) {
                floor += nanos(bench::floor, CALLS / SLICES) / SLICES;
                engine += nanos(bench::engine, CALLS / SLICES) / SLICES;
                miss += nanos(bench::passthrough, CALLS / SLICES) / SLICES;
            }
            System.out.println(floor + " " + engine / floor + " " + miss);
        }
        System.out.println(bytes(bench::engine, CALLS) + " " + bytes(bench::passthrough, CALLS));
        System.err.println("(sum " + bench.sink + ")");
    }
}
