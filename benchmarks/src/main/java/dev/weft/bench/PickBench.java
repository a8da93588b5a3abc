package dev.weft.bench;

import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.trace.Ambient;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The default choice, least request, among ten thousand endpoints and among ten. */
final class PickBench {
    private static final int PICKS = 200_000;
    private static final int ROUNDS = 60;
    private static final RandomSource RANDOM = new ThreadRandom();

    private int sink;

    private PickBench() {}

    private static Cluster cluster(String name, int size) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String address = "10." + (i >> 16) + "." + (i >> 8 & 0xFF) + "." + (i & 0xFF);
            endpoints.add(Endpoint.of(new InetSocketAddress(address, 80)));
        }
        return Cluster.of(name, endpoints);
    }

    private double nanos(LiveCluster cluster) {
        long start = System.nanoTime();
        LiveEndpoint last = null;
        for (int i = 0; i < PICKS; i++) {
            LiveEndpoint picked = cluster.pick(start, RANDOM, List.of());
            sink += picked == last ? 1 : 0;
            last = picked;
        }
        return (System.nanoTime() - start) / (double) PICKS;
    }

    static void run(String suffix) {
        Engine engine = new Engine(RANDOM, new Ambient(() -> false), call -> {}, bug -> {
            throw new IllegalStateException(bug);
        });
        engine.publish(new Snapshot(
                "bench",
                new Directory(Directory.State.KNOWN, Map.of()),
                List.of(),
                Map.of("many", cluster("many", 10_000), "few", cluster("few", 10))));
        LiveCluster many = Objects.requireNonNull(engine.live().clusters().get("many"));
        LiveCluster few = Objects.requireNonNull(engine.live().clusters().get("few"));
        PickBench bench = new PickBench();
        for (int i = 0; i < 20; i++) {
            bench.nanos(many);
            bench.nanos(few);
        }
        Rounds.Ratio ratio = Rounds.ratio(ROUNDS, () -> bench.nanos(many), () -> bench.nanos(few));
        Rounds.result("engine.pick_10_ns" + suffix, bench.nanos(few), "ns");
        Rounds.result("engine.pick_10000_ratio" + suffix, ratio);
        System.out.println("(sum " + bench.sink + ")");
    }
}
