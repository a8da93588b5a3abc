package dev.weft.bench;

import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * CPU of the server for one endpoint that comes or goes, beside the published server of
 * {@code io.envoyproxy.controlplane}: 10,000 services with ten endpoints, one client that follows the
 * endpoints of all, one change after the other, both in turn.
 */
final class LibraryBench {
    private static final int ROUNDS = 41;
    /** Until their compilers have nothing left to do for these changes. */
    private static final int WARM_UP = 25_000;

    private static final int LIBRARY_WARM_UP = 1_000;
    private static final int CHANGES = 400;
    private static final int LIBRARY_CHANGES = 12;

    private LibraryBench() {}

    static void run(Home home, ControlPlaneProcess server, Fleet fleet, String jdk) {
        List<String> command = List.of(
                home.java().toString(),
                "-cp",
                home.work().resolve("bench.jar").toString(),
                LibraryServer.class.getName());
        boolean[] isAway = new boolean[Fleet.SERVICES];
        try (Started library = Started.until(Pattern.compile("ready on port (\\d+)"), command, Map.of());
                Follower ofLibrary = new Follower(library.port(), service -> library.tell(String.valueOf(service)));
                Follower ofOurs = new Follower(server.port(), service -> {
                    fleet.change(service, isAway[service]);
                    isAway[service] = !isAway[service];
                })) {
            ofLibrary.cpu(library, LIBRARY_WARM_UP);
            ofOurs.cpu(server.process(), WARM_UP);
            double[] ours = new double[ROUNDS];
            double[] theirs = new double[ROUNDS];
            double[] ratios = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                if (i % 2 == 0) {
                    theirs[i] = ofLibrary.cpu(library, LIBRARY_CHANGES);
                }
                ours[i] = ofOurs.cpu(server.process(), CHANGES);
                if (i % 2 == 1) {
                    theirs[i] = ofLibrary.cpu(library, LIBRARY_CHANGES);
                }
                ratios[i] = theirs[i] / ours[i];
            }
            Rounds.result("xds.cpu_per_change_ms" + jdk, Rounds.median(ours) * 1e3, "ms");
            Rounds.result("xds.cpu_per_change_ms.library" + jdk, Rounds.median(theirs) * 1e3, "ms");
            Rounds.Ratio ratio = Rounds.of(ratios);
            System.out.println("xds.cpu_vs_library_ratio" + jdk + ": median " + ratio);
            Rounds.result("xds.cpu_vs_library_ratio" + jdk, ratio.low(), "times less");
        }
    }

    /** The one client, and who makes the changes. */
    private static final class Follower implements AutoCloseable {
        private final ManagedChannel channel;
        private final DeltaClient client;
        private final IntConsumer change;
        private final Semaphore heard = new Semaphore(0);
        private int next;

        Follower(int port, IntConsumer change) {
            this.change = change;
            channel = DeltaClient.channel(port);
            client = new DeltaClient(
                    channel, "follower", "10.99.0.1", response -> heard.release(response.getResourcesCount()));
            client.subscribe(
                    DeltaClient.ENDPOINTS,
                    IntStream.range(0, Fleet.SERVICES).mapToObj(Fleet::cluster).toList());
            heard.acquireUninterruptibly(Fleet.SERVICES);
        }

        /** CPU seconds that the server takes for each of so many changes, until the client has heard of it. */
        double cpu(Started server, int changes) {
            double before = server.cpuOfThreads();
            for (int i = 0; i < changes; i++) {
                next = (next + 7) % Fleet.SERVICES;
                change.accept(next);
                heard.acquireUninterruptibly();
            }
            return (server.cpuOfThreads() - before) / changes;
        }

        @Override
        public void close() {
            client.close();
            channel.shutdownNow();
        }
    }
}
