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

    /** @param client whose calls they are; beside the usual one of Spring the other agent is not measured */
    static void run(Home home, String client, String jdk) throws IOException {
        boolean usual = client.equals(OverheadBench.CLIENT);
        Variant[] variants = usual ? new Variant[] {Variant.WEFT, Variant.OTEL} : new Variant[] {Variant.WEFT};
        String end = (usual ? "" : "." + client) + jdk;
        Path directory = Files.createTempDirectory("weft-bench");
        try (Variant.Stage stage = new Variant.Stage(home, directory)) {
            for (Variant variant : variants) {
                double[] classes = new double[ROUNDS];
                double[] heap = new double[ROUNDS];
                for (int i = 0; i < ROUNDS; i++) {
                    long[] base = used(home, stage, Variant.PLAIN, client);
                    long[] with = used(home, stage, variant, client);
                    classes[i] = with[0] - base[0];
                    heap[i] = (with[1] - base[1]) / MB;
                }
                Rounds.result("memory.classes_added" + variant.suffix + end, Rounds.median(classes), "classes");
                Rounds.result("memory.heap_added_mb" + variant.suffix + end, Rounds.median(heap), "MB");
            }
        }
    }

    private static long[] used(Home home, Variant.Stage stage, Variant variant, String client) {
        try (Started consumer = variant.start(home, stage)) {
            String url = Started.encoded(variant.url(stage));
            consumer.ask("bytes", "/run?calls=" + CALLS + "&client=" + client + "&url=" + url);
            return new long[] {consumer.ask("classes", "/memory"), consumer.ask("heap", "/memory")};
        }
    }
}
