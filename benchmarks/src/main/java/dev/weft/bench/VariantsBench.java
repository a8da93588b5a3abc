package dev.weft.bench;

import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.trace.Ambient;
import dev.weft.telemetry.ExplainSampler;
import java.util.function.IntConsumer;

/** The engine in other circumstances: without a trace, with calls that are explained, and on two threads. */
final class VariantsBench {
    private static final int CALLS = 50_000;
    private static final int WARM = 60;
    private static final int ROUNDS = 60;

    private final String[] hosts;
    private final EngineFloor floor;
    private final Mesh traced;
    private final SecondThread second = new SecondThread();
    private long sink;

    private VariantsBench(String[] hosts, EngineFloor floor, Mesh traced) {
        this.hosts = hosts;
        this.floor = floor;
        this.traced = traced;
    }

    static void run(String[] hosts, EngineFloor floor, Mesh traced, String suffix) {
        VariantsBench bench = new VariantsBench(hosts, floor, traced);
        bench.untraced(suffix);
        bench.explained(suffix);
        bench.scaling(suffix);
        System.out.println("(sum " + bench.sink + ")");
    }

    private FreeLibrary[] libraries(int count) {
        FreeLibrary[] called = new FreeLibrary[count];
        for (int i = 0; i < count; i++) {
            called[i] = new FreeLibrary(hosts[i * hosts.length / count]);
        }
        return called;
    }

    /** Calls that get no span, as where another tracer is at work. */
    private void untraced(String suffix) {
        Mesh mesh = BenchMesh.of(hosts, new Ambient(() -> true), null);
        FreeLibrary[] called = libraries(20);
        IntConsumer engine = calls -> sink += EngineBench.engine(mesh, called, calls);
        IntConsumer base = calls -> floor.run(called, calls);
        Rounds.result("engine.floor_ratio_untraced" + suffix, ratio(engine, base));
        Rounds.result("engine.bytes_untraced" + suffix, EngineBench.bytes(engine, CALLS), "B");
    }

    /**
     * Every trace is explained, which is as much as {@code explain.sample} can be. By default it is 0, and the engine
     * has no witness, as in all other benchmarks.
     */
    private void explained(String suffix) {
        Mesh mesh = BenchMesh.of(
                hosts, new Ambient(() -> false), new ExplainSampler(1, BenchMesh.RANDOM, System::nanoTime));
        FreeLibrary[] called = libraries(20);
        IntConsumer with = calls -> sink += EngineBench.engine(mesh, called, calls);
        IntConsumer without = calls -> sink += EngineBench.engine(traced, called, calls);
        Rounds.result("engine.explain_sampled_ratio" + suffix, ratio(with, without));
    }

    private static Rounds.Ratio ratio(IntConsumer variant, IntConsumer base) {
        for (int i = 0; i < WARM; i++) {
            variant.accept(CALLS);
            base.accept(CALLS);
        }
        return Rounds.ratio(ROUNDS, () -> EngineBench.nanos(variant, CALLS), () -> EngineBench.nanos(base, CALLS));
    }

    /** What a second thread adds to one cluster that all calls meet, beside what it adds to the floor. */
    private void scaling(String suffix) {
        FreeLibrary[] mine = libraries(1);
        FreeLibrary[] others = libraries(1);
        IntConsumer engine = calls -> EngineBench.engine(traced, mine, calls);
        IntConsumer engineBeside = calls -> EngineBench.engine(traced, others, calls);
        IntConsumer base = calls -> floor.run(mine, calls);
        IntConsumer baseBeside = calls -> floor.run(others, calls);
        double[] ratios = new double[ROUNDS];
        for (int i = -WARM; i < ROUNDS; i++) {
            double engines = speedUp(engine, engineBeside);
            double floors = speedUp(base, baseBeside);
            if (i >= 0) {
                ratios[i] = engines / floors;
            }
        }
        Rounds.Ratio ratio = Rounds.of(ratios);
        System.out.println("engine.scaling_vs_floor" + suffix + ": median " + ratio);
        // More is better here, so the worse end is the lower one.
        Rounds.result("engine.scaling_vs_floor" + suffix, ratio.low(), "ratio");
    }

    /** How many times as much two threads do as one in the same time. */
    private double speedUp(IntConsumer mine, IntConsumer beside) {
        double alone = EngineBench.nanos(mine, CALLS);
        long both = second.beside(() -> mine.accept(CALLS), () -> beside.accept(CALLS));
        return 2 * alone * CALLS / both;
    }
}
