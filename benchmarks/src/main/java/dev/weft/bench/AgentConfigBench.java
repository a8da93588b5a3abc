package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Heap that an agent's configuration takes: 20 services followed of 10,000, against an empty mesh. */
final class AgentConfigBench {
    private static final int ROUNDS = 3;
    private static final int FOLLOWED = 20;
    private static final double MB = 1024 * 1024;
    private static final Pattern HEAP = Pattern.compile("knows (\\d+) clusters, heap (\\d+)");

    private AgentConfigBench() {}

    static void run(Home home, ControlPlaneProcess server, String jdk) throws IOException {
        try (ControlPlaneProcess empty = new ControlPlaneProcess(home, Files.createTempDirectory("weft-bench"))) {
            double[] used = new double[ROUNDS];
            double[] directory = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                double base = heap(home, empty, 0);
                double nothing = heap(home, server, 0);
                used[i] = (heap(home, server, FOLLOWED) - base) / MB;
                directory[i] = (nothing - base) / MB;
            }
            Rounds.result("xds.agent_config_mb" + jdk, Rounds.median(used), "MB");
            Rounds.result("xds.agent_directory_mb" + jdk, Rounds.median(directory), "MB");
        }
    }

    private static double heap(Home home, ControlPlaneProcess server, int services) {
        try (Started member = Started.until(HEAP, command(home, server, "shop", services), Map.of())) {
            return member.said(2);
        }
    }

    /** A {@link Member} of this mesh. */
    static List<String> command(Home home, ControlPlaneProcess server, String service, int services) {
        return List.of(
                home.java().toString(),
                "-cp",
                home.work().resolve("bench.jar").toString(),
                Member.class.getName(),
                String.valueOf(server.port()),
                service,
                String.valueOf(services));
    }
}
