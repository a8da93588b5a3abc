package dev.weft.bench;

import dev.weft.bench.Subscribers.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thousand agents that follow twenty services each: how soon they know of a change, and what it costs to come back. */
final class PushBench {
    private static final int AGENTS = 1_000;
    private static final int NAMES = 20;
    private static final int CHANGES_PER_SECOND = 500;
    private static final int WARM_UP_SECONDS = 15;
    private static final int SECONDS = 20;
    private static final int CHANGES_ALONE = 200;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS = 1e3;
    private static final String SEND = "weft_control_send_latency_seconds";

    private PushBench() {}

    static void run(ControlPlaneProcess server, Fleet fleet, String jdk) {
        Random random = new Random(2);
        try (Subscribers agents = new Subscribers(server.port(), AGENTS, NAMES)) {
            agents.connect();
            stream(agents, fleet, random, WARM_UP_SECONDS);
            Map<String, Double> before = server.metrics();
            double cpu = server.process().cpuOfThreads();
            double[] millis = stream(agents, fleet, random, SECONDS);
            cpu = server.process().cpuOfThreads() - cpu;
            Map<String, Double> after = server.metrics();
            Arrays.sort(millis);
            Rounds.result("xds.push_p50_ms" + jdk, millis[millis.length / 2], "ms");
            Rounds.result("xds.push_p99_ms" + jdk, millis[millis.length * 99 / 100], "ms");
            System.out.printf(
                    Locale.ROOT,
                    "(the longest of %d changes took %.1f ms)%n",
                    millis.length,
                    millis[millis.length - 1]);
            Rounds.result(
                    "xds.server_push_p99_ms" + jdk,
                    ControlPlaneProcess.quantile(SEND, 0.99, before, after) * MILLIS,
                    "ms");
            Rounds.result("xds.push_cpu_ms" + jdk, cpu * MILLIS / millis.length, "ms/change");
            alone(agents, fleet, random, jdk);
            reconnect(agents, jdk);
        }
    }

    /** Changes at a steady rate, whatever becomes of them; answers how long each took, in milliseconds. */
    private static double[] stream(Subscribers agents, Fleet fleet, Random random, int seconds) {
        List<Change> changes = new ArrayList<>();
        long step = TimeUnit.SECONDS.toNanos(1) / CHANGES_PER_SECOND;
        long due = System.nanoTime();
        for (int i = 0; i < seconds * CHANGES_PER_SECOND; i++) {
            due += step;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            changes.add(agents.change(fleet, any(agents, random), due));
        }
        return changes.stream()
                .mapToDouble(change -> change.nanos() / NANOS_PER_MILLI)
                .toArray();
    }

    /** A service that someone follows and whose last change everybody knows. */
    private static int any(Subscribers agents, Random random) {
        int service = random.nextInt(Fleet.SERVICES);
        while (!agents.isFollowed(service) || agents.isChanging(service)) {
            service = random.nextInt(Fleet.SERVICES);
        }
        return service;
    }

    /** One change after the other, so that what is sent belongs to it. */
    private static void alone(Subscribers agents, Fleet fleet, Random random, String jdk) {
        long resources = agents.resources();
        long bytes = agents.bytes();
        int followers = 0;
        for (int i = 0; i < CHANGES_ALONE; i++) {
            int service = any(agents, random);
            followers += agents.followers(service);
            agents.change(fleet, service, System.nanoTime()).nanos();
        }
        double sent = agents.bytes() - bytes;
        Rounds.result("xds.bytes_per_change" + jdk, sent / followers, "bytes/subscriber");
        Rounds.result(
                "xds.resources_per_change" + jdk,
                (agents.resources() - resources) / (double) followers,
                "of each subscriber");
    }

    private static void reconnect(Subscribers agents, String jdk) {
        agents.disconnect();
        long resources = agents.resources();
        long begin = System.nanoTime();
        agents.connect();
        Rounds.result("xds.reconnect_s" + jdk, (System.nanoTime() - begin) / 1e9, "s");
        Rounds.result("xds.reconnect_resent" + jdk, agents.resources() - resources, "resources");
    }
}
