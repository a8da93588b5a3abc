package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the agent keeps: classes loaded and heap after collection, once calls have been made. */
final class MemoryBench {
    private static final int ROUNDS = 5;
    private static final int CALLS = 200;
    private static final double MB = 1024 * 1024;

    private MemoryBench() {}

    static void run(Home home, String jdk) throws IOException {
        Path directory = Files.createTempDirectory("weft-bench");
        try (Variant.Stage stage = new Variant.Stage(home, directory)) {
            for (Variant variant : new Variant[] {Variant.WEFT, Variant.OTEL}) {
                double[] classes = new double[ROUNDS];
                double[] heap = new double[ROUNDS];
                for (int i = 0; i < ROUNDS; i++) {
                    long[] base = used(home, stage, Variant.PLAIN);
                    long[] with = used(home, stage, variant);
                    classes[i] = with[0] - base[0];
                    heap[i] = (with[1] - base[1]) / MB;
                }
                Rounds.result("memory.classes_added" + variant.suffix + jdk, Rounds.median(classes), "classes");
                Rounds.result("memory.heap_added_mb" + variant.suffix + jdk, Rounds.median(heap), "MB");
            }
        }
    }

    private static long[] used(Home home, Variant.Stage stage, Variant variant) {
        try (Started consumer = variant.start(home, stage)) {
            consumer.ask("bytes", "/run?calls=" + CALLS + "&url=" + Started.encoded(variant.url(stage)));
            return new long[] {consumer.ask("classes", "/memory"), consumer.ask("heap", "/memory")};
        }
    }
}
