package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a request costs on top: CPU of the whole process and bytes of the calling thread.
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

    private static final int STARTS = 5;
    private static final int ROUNDS_PER_START = 12;
    private static final int ROUNDS = STARTS * ROUNDS_PER_START;
    private static final int WARM_UP = 400;
    private static final int SLICES = 60;
    private static final int CALLS = 300;

    private OverheadBench() {}

    static void run(Home home, String client, String jdk) throws IOException {
        boolean usual = client.equals(CLIENT);
        Variant[] variants = usual ? Variant.values() : new Variant[] {Variant.PLAIN, Variant.WEFT};
        String end = (usual ? "" : "." + client) + jdk;
        Path directory = Files.createTempDirectory("weft-bench");
        double[][] ratio = new double[variants.length][ROUNDS];
        double[][] bytes = new double[variants.length][ROUNDS];
        try (Variant.Stage stage = new Variant.Stage(home, directory)) {
            stage.pin(1);
            for (int start = 0; start < STARTS; start++) {
                try (Turns turns = new Turns(home, stage, variants, client)) {
                    turns.slices(WARM_UP);
                    turns.pin(0);
                    for (int i = 0; i < ROUNDS_PER_START; i++) {
                        int round = start * ROUNDS_PER_START + i;
                        Cost[] costs = turns.slices(SLICES);
                        StringBuilder line = new StringBuilder("round " + (round + 1) + ": CPU per call");
                        for (int v = 0; v < variants.length; v++) {
                            ratio[v][round] = costs[v].cpu / costs[0].cpu;
                            bytes[v][round] = costs[v].bytes - costs[0].bytes;
                            line.append(String.format(Locale.ROOT, " %.1f us %s", costs[v].cpu * 1e6, variants[v]));
                        }
                        System.out.println(line);
                    }
                }
            }
        }
        for (int v = 1; v < variants.length; v++) {
            Rounds.result("overhead.cpu_ratio" + variants[v].suffix + end, Rounds.of(ratio[v]));
            Rounds.result("overhead.alloc_added_bytes" + variants[v].suffix + end, Rounds.median(bytes[v]), "B");
        }
    }

    /** CPU seconds and bytes of one call. */
    private record Cost(double cpu, double bytes) {}

    /** The variants of one start, side by side. */
    private static final class Turns implements AutoCloseable {
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
            for (int slice = 0; slice < count; slice++) {
                for (int i = 0; i < variants.length; i++) {
                    int v = slice % 2 == 0 ? i : variants.length - 1 - i;
                    double before = started.get(v).cpuOfThreads();
                    bytes[v] += started.get(v).ask("bytes", paths[v]);
                    cpu[v] += started.get(v).cpuOfThreads() - before;
                }
            }
            Cost[] costs = new Cost[variants.length];
            for (int v = 0; v < costs.length; v++) {
                costs[v] = new Cost(cpu[v] / (count * CALLS), bytes[v] / (count * CALLS));
            }
            return costs;
        }

        @Override
        public void close() {
            started.forEach(Started::close);
        }
    }
}
