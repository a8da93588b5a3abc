package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a request costs on top: CPU of the whole process and bytes of the calling thread, for a
 * consumer with RestTemplate over HttpClient 5 whose three variants run side by side and take turns.
 */
final class OverheadBench {
    private static final int WARM_UP = 20_000;
    private static final int CALLS = 8_000;
    private static final int ROUNDS = 16;

    private OverheadBench() {}

    static void run(Home home, String jdk) throws IOException {
        Path directory = Files.createTempDirectory("weft-bench");
        try (Variant.Stage stage = new Variant.Stage(home, directory);
                Started plain = Variant.PLAIN.start(home, stage);
                Started weft = Variant.WEFT.start(home, stage);
                Started otel = Variant.OTEL.start(home, stage)) {
            for (int i = 0; i < WARM_UP; i += CALLS) {
                calls(plain, Variant.PLAIN, stage);
                calls(weft, Variant.WEFT, stage);
                calls(otel, Variant.OTEL, stage);
            }
            double[] weftRatio = new double[ROUNDS];
            double[] otelRatio = new double[ROUNDS];
            double[] weftBytes = new double[ROUNDS];
            double[] otelBytes = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                Cost base = calls(plain, Variant.PLAIN, stage);
                Cost ours = calls(weft, Variant.WEFT, stage);
                Cost theirs = calls(otel, Variant.OTEL, stage);
                weftRatio[i] = ours.cpu / base.cpu;
                otelRatio[i] = theirs.cpu / base.cpu;
                weftBytes[i] = ours.bytes - base.bytes;
                otelBytes[i] = theirs.bytes - base.bytes;
                System.out.printf(
                        Locale.ROOT,
                        "round %d: CPU per call %.1f us plain, %.1f us weft, %.1f us otel%n",
                        i + 1,
                        base.cpu * 1e6 / CALLS,
                        ours.cpu * 1e6 / CALLS,
                        theirs.cpu * 1e6 / CALLS);
            }
            Rounds.result("overhead.cpu_ratio" + jdk, Rounds.of(weftRatio));
            Rounds.result("overhead.cpu_ratio.otel" + jdk, Rounds.of(otelRatio));
            Rounds.result("overhead.alloc_added_bytes" + jdk, Rounds.median(weftBytes), "B");
            Rounds.result("overhead.alloc_added_bytes.otel" + jdk, Rounds.median(otelBytes), "B");
        }
    }

    /** CPU seconds of all calls, bytes of one. */
    private record Cost(double cpu, double bytes) {}

    private static Cost calls(Started consumer, Variant variant, Variant.Stage stage) {
        double before = consumer.cpu();
        long bytes = consumer.ask("bytes", "/run?calls=" + CALLS + "&url=" + Started.encoded(variant.url(stage)));
        return new Cost(consumer.cpu() - before, bytes / (double) CALLS);
    }
}
