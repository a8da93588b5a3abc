package dev.weft.bench;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * What the control plane takes, and how quickly it tells. It runs in a process of its own, with the
 * settings of production; its clients are this process, or one of their own each.
 */
final class XdsBench {
    private static final double MB = 1024 * 1024;
    private static final List<String> ALL =
            List.of(DeltaClient.CLUSTER, DeltaClient.ENDPOINTS, DeltaClient.LISTENER, DeltaClient.ROUTES);

    private XdsBench() {}

    /** What can be measured alone. */
    enum Part {
        LOAD,
        PUSH,
        LIBRARY,
        AGENT,
        DIRECTORY,
        EFFECT,
        GONE;

        /** These need the fleet. */
        private static final Set<Part> LOADED = EnumSet.of(LOAD, PUSH, LIBRARY, AGENT, DIRECTORY);

        static Part named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    static void run(Home home, Set<Part> parts, String jdk) throws IOException {
        if (parts.stream().anyMatch(Part.LOADED::contains)) {
            loaded(home, parts, jdk);
        }
        if (parts.contains(Part.EFFECT)) {
            RuleEffectBench.run(home, jdk);
        }
        if (parts.contains(Part.GONE)) {
            GoneBench.run(home, jdk);
        }
    }

    private static void loaded(Home home, Set<Part> parts, String jdk) throws IOException {
        try (ControlPlaneProcess server = new ControlPlaneProcess(home, Files.createTempDirectory("weft-bench"))) {
            double before = server.process().cpu();
            try (Fleet fleet = new Fleet(server.port())) {
                Rounds.result("xds.load_cpu_s" + jdk, server.process().cpu() - before, "s");
                System.out.println("(since its start: " + server.process().cpuByThread() + ")");
                askForAll(server, jdk);
                Rounds.result("xds.store_heap_mb" + jdk, server.heap() / MB, "MB");
                if (parts.contains(Part.PUSH)) {
                    PushBench.run(server, fleet, jdk);
                }
                if (parts.contains(Part.LIBRARY)) {
                    LibraryBench.run(home, server, fleet, jdk);
                }
                if (parts.contains(Part.DIRECTORY)) {
                    DirectoryBench.run(server, jdk);
                }
                if (parts.contains(Part.AGENT)) {
                    AgentConfigBench.run(home, server, jdk);
                }
            }
        }
    }

    /** Resources are made when somebody wants them, and what they cost is not to be overlooked for that. */
    private static void askForAll(ControlPlaneProcess server, String jdk) {
        Semaphore heard = new Semaphore(0);
        ManagedChannel channel = DeltaClient.channel(server.port());
        double before = server.process().cpu();
        try (DeltaClient client =
                new DeltaClient(channel, "all", "10.99.0.2", response -> heard.release(response.getResourcesCount()))) {
            for (String type : ALL) {
                client.subscribe(type, List.of("*"));
                heard.acquireUninterruptibly(Fleet.SERVICES);
            }
        } finally {
            channel.shutdownNow();
        }
        Rounds.result("xds.all_resources_cpu_s" + jdk, server.process().cpu() - before, "s");
    }
}
