package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a request costs on top: CPU of the whole process, bytes of the calling thread and bytes of all threads, which
 * is what counts where a client works on threads of its own.
 *
 * <p>The variants take turns in slices of a fiftieth of a second, because the speed of a shared machine
 * changes from second to second by more than what is to be measured; they share one CPU, and the provider has
 * another, because two CPUs of such a machine differ by as much. They are started anew several
 * times, because what the JIT makes of the same code differs from start to start, and are warm before
 * they count: a service runs for days.
 */
final class OverheadBench {
    /** Spring's RestTemplate over HttpClient 5. */
    static final String CLIENT = "httpclient5";

    private static final int STARTS = 6;
    /** Its ratio is so far from ours that fewer tell it. */
    private static final int OTEL_STARTS = 2;
    /** Of the clients but the usual one: as many as its interval needs, so that all can be measured in two hours. */
    private static final int FEWEST_STARTS = 3;

    private static final int MOST_STARTS = 8;
    /** An interval of this width tells a goal that is met from one that is not; when to stop is not asked of the ratio. */
    private static final double NARROW = 0.03;

    private static final int ROUNDS_PER_START = 12;
    private static final int WARM_UP = 400;
    private static final int OTHER_WARM_UP = 250;
    private static final int SLICES = 30;
    private static final int OTHER_SLICES = 20;
    private static final int CALLS = 300;

    private OverheadBench() {}

    static void run(Home home, String client, String jdk) throws IOException {
        boolean usual = client.equals(CLIENT);
        Variant[] two = {Variant.PLAIN, Variant.WEFT};
        String end = (usual ? "" : "." + client) + jdk;
        Path directory = Files.createTempDirectory("weft-bench");
        Map<Variant, List<Cost>> added = new EnumMap<>(Variant.class);
        try (Variant.Stage stage = new Variant.Stage(home, directory)) {
            stage.pin(1);
            for (int start = 0; usual ? start < STARTS : needed(start, added); start++) {
                Variant[] variants = usual && start < OTEL_STARTS ? Variant.values() : two;
                try (Turns turns = new Turns(home, stage, variants, client)) {
                    turns.slices(usual ? WARM_UP : OTHER_WARM_UP);
                    turns.pin(0);
                    for (int i = 0; i < ROUNDS_PER_START; i++) {
                        round(
                                start * ROUNDS_PER_START + i + 1,
                                variants,
                                turns.slices(usual ? SLICES : OTHER_SLICES),
                                added);
                    }
                }
            }
        }
        added.forEach((variant, costs) -> {
            double[] bytes = costs.stream().mapToDouble(Cost::bytes).toArray();
            double[] all = costs.stream().mapToDouble(Cost::bytesOfAll).toArray();
            Rounds.result("overhead.cpu_ratio" + variant.suffix + end, ratio(costs));
            Rounds.result("overhead.alloc_added_bytes" + variant.suffix + end, Rounds.median(bytes), "B");
            Rounds.result("overhead.alloc_all_threads_added_bytes" + variant.suffix + end, Rounds.median(all), "B");
        });
    }

    private static boolean needed(int start, Map<Variant, List<Cost>> added) {
        List<Cost> costs = added.get(Variant.WEFT);
        if (costs == null || start < FEWEST_STARTS) {
            return true;
        }
        Rounds.Ratio ratio = ratio(costs);
        return start < MOST_STARTS && ratio.high() - ratio.low() > NARROW;
    }

    private static Rounds.Ratio ratio(List<Cost> costs) {
        return Rounds.of(costs.stream().mapToDouble(Cost::cpu).toArray());
    }

    /** @param added what each variant has on top of the plain one: the ratio of CPU, and bytes */
    private static void round(int number, Variant[] variants, Cost[] costs, Map<Variant, List<Cost>> added) {
        StringBuilder line = new StringBuilder("round " + number + ": CPU per call");
        for (int v = 0; v < variants.length; v++) {
            if (v > 0) {
                Cost more = new Cost(
                        costs[v].cpu / costs[0].cpu,
                        costs[v].bytes - costs[0].bytes,
                        costs[v].bytesOfAll - costs[0].bytesOfAll);
                added.computeIfAbsent(variants[v], variant -> new ArrayList<>()).add(more);
            }
            line.append(String.format(Locale.ROOT, " %.1f us %s", costs[v].cpu * 1e6, variants[v]));
        }
        System.out.println(line);
    }

    /**
     * Of one call.
     *
     * @param cpu seconds of all threads
     * @param bytes of the calling thread
     */
    private record Cost(double cpu, double bytes, double bytesOfAll) {}

    /** The variants of one start, side by side. */
    private static final class Turns implements AutoCloseable {
        private static final List<String> ALLOCATED = List.of("bytes", "bytesOfAll");

        private final Variant[] variants;
        private final String[] paths;
        private final List<Started> started = new ArrayList<>();

        Turns(Home home, Variant.Stage stage, Variant[] variants, String client) {
            this.variants = variants;
            this.paths = new String[variants.length];
            for (int v = 0; v < variants.length; v++) {
                started.add(variants[v].start(home, stage));
                paths[v] =
                        "/run?calls=" + CALLS + "&client=" + client + "&url=" + Started.encoded(variants[v].url(stage));
            }
        }

        /** All on one CPU; not before they are warm, because it slows the JIT down. */
        void pin(int cpu) {
            started.forEach(consumer -> consumer.pin(cpu));
        }

        /** This many slices of each variant; whose turn is first changes from slice to slice. */
        Cost[] slices(int count) {
            double[] cpu = new double[variants.length];
            double[] bytes = new double[variants.length];
            double[] all = new double[variants.length];
            for (int slice = 0; slice < count; slice++) {
                for (int i = 0; i < variants.length; i++) {
                    int v = slice % 2 == 0 ? i : variants.length - 1 - i;
                    double before = started.get(v).cpuOfThreads();
                    long[] allocated = started.get(v).ask(ALLOCATED, paths[v]);
                    bytes[v] += allocated[0];
                    all[v] += allocated[1];
                    cpu[v] += started.get(v).cpuOfThreads() - before;
                }
            }
            Cost[] costs = new Cost[variants.length];
            for (int v = 0; v < costs.length; v++) {
                double calls = count * CALLS;
                costs[v] = new Cost(cpu[v] / calls, bytes[v] / calls, all[v] / calls);
            }
            return costs;
        }

        @Override
        public void close() {
            started.forEach(Started::close);
        }
    }
}
