package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a start costs on top: until ready, through the first mesh call, and for an empty application.
 *
 * <p>How much longer it takes is measured with the plain application starting beside it: on a shared machine a start is
 * 10 % faster or slower than the one before, and two that run at the same time have the same bad moments.
 */
final class StartupBench {
    private static final int ROUNDS = 12;
    private static final int PAIRS = 100;
    private static final int OTEL_PAIRS = 12;
    private static final int EMPTY_ROUNDS = 24;

    private StartupBench() {}

    /** What it is made of, in this order; one can be run by its name in small letters. */
    enum Part {
        PREMAIN,
        CPU,
        WALL,
        CDS;

        /** @throws IllegalArgumentException if there is no such part */
        static Part named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    static void run(Home home, Set<Part> parts, String jdk) throws IOException {
        Path directory = Files.createTempDirectory("weft-bench");
        try (Variant.Stage stage = new Variant.Stage(home, directory)) {
            if (parts.contains(Part.PREMAIN)) {
                premain(home, stage, jdk);
            }
            if (parts.contains(Part.CPU)) {
                report(Variant.WEFT, pairs(home, stage, Variant.WEFT, ROUNDS), jdk);
                report(Variant.OTEL, pairs(home, stage, Variant.OTEL, ROUNDS), jdk);
            }
            if (parts.contains(Part.WALL)) {
                wall(home, stage, Variant.WEFT, PAIRS, jdk);
                wall(home, stage, Variant.OTEL, OTEL_PAIRS, jdk);
            }
        }
        if (parts.contains(Part.CDS)) {
            ClassSharing.run(home, directory, jdk);
        }
    }

    private static void premain(Home home, Variant.Stage stage, String jdk) {
        String java = home.java().toString();
        String application = home.emptyApplication().toString();
        List<String> empty = List.of(java, "-javaagent:" + home.emptyAgent(), "-jar", application);
        List<String> weft = List.of(java, "-javaagent:" + home.agent(), "-jar", application);
        Map<String, String> environment = stage.environment();
        double[] added = new double[EMPTY_ROUNDS];
        for (int i = 0; i < EMPTY_ROUNDS; i++) {
            double base = Started.cpuOf(empty, environment);
            added[i] = (Started.cpuOf(weft, environment) - base) * 1000;
        }
        Rounds.Ratio spread = Rounds.of(added);
        System.out.println("premain.cpu_added_ms: median " + spread);
        Rounds.result("premain.cpu_added_ms" + jdk, spread.median(), "ms");
    }

    /** One start, and its first call a second after it was ready. */
    private record Start(double wall, double cpuReady, double cpuCalled, double firstCallMs) {}

    /** Both at the same time; when one is ready another takes its place, so that the load stays the same for the other. */
    private static void wall(Home home, Variant.Stage stage, Variant variant, int rounds, String jdk) {
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            boolean plainFirst = i % 2 == 0;
            CompletableFuture<Double> one = ready(home, stage, plainFirst ? Variant.PLAIN : variant);
            CompletableFuture<Double> other = ready(home, stage, plainFirst ? variant : Variant.PLAIN);
            CompletableFuture.anyOf(one, other).join();
            double plain;
            double with;
            try (Started load = Started.now(Variant.PLAIN.command(home), stage.environment())) {
                plain = (plainFirst ? one : other).join();
                with = (plainFirst ? other : one).join();
                load.kill();
            }
            ratios[i] = with / plain;
            System.out.printf(
                    Locale.ROOT,
                    "pair %d: PLAIN ready after %.2f s, %s beside it after %.2f s%n",
                    i + 1,
                    plain,
                    variant,
                    with);
        }
        Rounds.result("startup.wall_ratio" + variant.suffix + jdk, Rounds.of(ratios));
    }

    /** Seconds until it was ready; then it ends at once. */
    private static CompletableFuture<Double> ready(Home home, Variant.Stage stage, Variant variant) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (Started consumer = variant.start(home, stage)) {
                        consumer.kill();
                        return consumer.readyAfter();
                    }
                },
                task -> new Thread(task).start());
    }

    /** The plain application and this variant, which is first changes from round to round. */
    private static Start[][] pairs(Home home, Variant.Stage stage, Variant variant, int rounds) {
        Variant[] both = {Variant.PLAIN, variant};
        Start[][] all = new Start[rounds][both.length];
        for (int i = 0; i < rounds; i++) {
            for (int turn = 0; turn < both.length; turn++) {
                int v = (i + turn) % both.length;
                Start start = start(home, stage, both[v]);
                all[i][v] = start;
                System.out.printf(
                        Locale.ROOT,
                        "round %d %-5s: ready after %.2f s with %.2f s CPU; %.2f s CPU through the first call, which took %.0f ms%n",
                        i + 1,
                        both[v],
                        start.wall,
                        start.cpuReady,
                        start.cpuCalled,
                        start.firstCallMs);
            }
        }
        return all;
    }

    private static void report(Variant variant, Start[][] pairs, String jdk) {
        double[] cpu = new double[pairs.length];
        double[] called = new double[pairs.length];
        double[] first = new double[pairs.length];
        double[] wall = new double[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            Start base = pairs[i][0];
            Start with = pairs[i][1];
            cpu[i] = with.cpuReady - base.cpuReady;
            called[i] = with.cpuCalled - base.cpuCalled;
            first[i] = with.firstCallMs - base.firstCallMs;
            wall[i] = with.wall / base.wall;
        }
        String end = variant.suffix + jdk;
        // Each alone, one after the other: fairer to a loser than starts side by side, and far noisier.
        System.out.println("wall ratio of starts that are alone" + end + ": median " + Rounds.of(wall));
        Rounds.result("startup.cpu_added_s" + end, Rounds.median(cpu), "s");
        Rounds.result("startup.cpu_first_call_s" + end, Rounds.median(called), "s");
        Rounds.result("startup.first_call_added_ms" + end, Rounds.median(first), "ms");
    }

    private static Start start(Home home, Variant.Stage stage, Variant variant) {
        try (Started consumer = variant.start(home, stage)) {
            TimeUnit.SECONDS.sleep(1);
            long nanos = consumer.ask("nanos", "/call?url=" + Started.encoded(variant.url(stage)));
            return new Start(consumer.readyAfter(), consumer.cpuWhenReady(), consumer.cpu(), nanos / 1e6);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
