package dev.weft.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The proxy beside nginx and HAProxy: requests with ten headers on 64 connections that are kept. They take turns, and
 * what counts is each round's ratio. Ours routes by name with the engine's rules, has its time limits and counts;
 * tracing is off, and access logs are where they are not compared.
 *
 * <p>Needs nginx, haproxy, wrk, h2load, nghttp, nghttpd, curl and openssl of the distribution.
 */
final class ProxyBench {
    private static final int ROUNDS = 16;
    private static final int WARM_UP_SECONDS = 30;
    private static final int SECONDS = 2;
    private static final int LATENCY_SECONDS = 6;
    private static final int KNOWN = 1000;
    private static final int MILLION = 1_000_000;
    private static final int KEPT_REQUESTS = 50_000;
    private static final double MB = 1 << 20;
    private static final double MILLIS = 1000;

    private static final int PROCESSES = 3;
    private static final int LOOKS = 5;
    private static final long BETWEEN_LOOKS_NANOS = 1_000_000_000L;
    private static final int STARTS = 11;

    /** What two times lose on average that are cut to hundredths of a second. */
    private static final double CUT_MILLIS = 10;

    private ProxyBench() {}

    /** What can be measured alone. */
    enum Part {
        /** 1 KB: CPU, throughput, allocation. */
        H1,
        /** 64 KB: throughput. */
        LARGE,
        LOG,
        /** Ended before the server: 1 KB on connections that are kept, and handshakes. */
        TLS,
        /** 1 MB over connections that are led on as they are. */
        TCP,
        /** Calls of one message each way. */
        GRPC,
        /** At half of one's own peak. */
        LATENCY,
        MEMORY,
        START,
        /** Another process takes the place of the one that serves. */
        RESTART;

        private static final Set<Part> BESIDE = EnumSet.of(H1, LARGE, LATENCY);

        static Part named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    static void run(Home home, Set<Part> parts, String jdk) throws IOException {
        if (parts.stream().anyMatch(Part.BESIDE::contains)) {
            try (Proxies proxies = new Proxies(home, Proxies.Kind.HTTP, 0)) {
                warm(proxies, "small");
                if (parts.contains(Part.H1) || parts.contains(Part.LATENCY)) {
                    double[] peaks = small(proxies, jdk);
                    if (parts.contains(Part.LATENCY)) {
                        latency(home, proxies, peaks, jdk);
                    }
                }
                if (parts.contains(Part.LARGE)) {
                    large(proxies, jdk);
                }
            }
        }
        if (parts.contains(Part.LOG)) {
            try (Proxies proxies = new Proxies(home, Proxies.Kind.LOG, 0)) {
                warm(proxies, "small");
                Turns turns = turns(proxies, "small");
                Rounds.result("proxy.h1_log_cpu_vs_nginx" + jdk, Rounds.of(ratios(turns.cpu[0], turns.cpu[1])));
            }
        }
        if (parts.contains(Part.TLS)) {
            tls(home, jdk);
        }
        if (parts.contains(Part.TCP)) {
            tcp(home, jdk);
        }
        if (parts.contains(Part.GRPC)) {
            grpc(home, jdk);
        }
        if (parts.contains(Part.MEMORY)) {
            memory(home, jdk);
        }
        if (parts.contains(Part.START)) {
            start(home, jdk);
        }
        if (parts.contains(Part.RESTART)) {
            restart(home, jdk);
        }
    }

    /** Also the first calls, which wait for the rules of their name. */
    private static void warm(Proxies proxies, String path) throws IOException {
        for (Proxies.One one : proxies.all()) {
            HttpLoad.peak(one, path, WARM_UP_SECONDS);
        }
    }

    /**
     * What came of the rounds: a row for each proxy.
     *
     * @param cpu seconds of a request
     * @param rate requests in a second
     */
    private record Turns(double[][] cpu, double[][] rate) {}

    private static Turns turns(Proxies proxies, String path) throws IOException {
        return turns(proxies, path, (one, seconds) -> HttpLoad.peak(one, path, seconds));
    }

    /** What one does in some seconds. */
    private interface Load {
        HttpLoad.Peak of(Proxies.One one, int seconds) throws IOException;
    }

    private static Turns turns(Proxies proxies, String what, Load load) throws IOException {
        List<Proxies.One> all = proxies.all();
        double[][] cpu = new double[all.size()][ROUNDS];
        double[][] rate = new double[all.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder line = new StringBuilder("round " + (round + 1) + " " + what + ":");
            for (int i = 0; i < all.size(); i++) {
                int which = round % 2 == 0 ? i : all.size() - 1 - i;
                HttpLoad.Peak peak = load.of(all.get(which), SECONDS);
                if (!peak.trouble().isEmpty()) {
                    throw new IllegalStateException(all.get(which).name() + ": " + peak.trouble());
                }
                cpu[which][round] = peak.cpu();
                rate[which][round] = peak.rate();
                line.append(String.format(
                        Locale.ROOT, " %s %.2f us, %.0f/s;", all.get(which).name(), peak.cpu() * 1e6, peak.rate()));
            }
            System.out.println(line);
        }
        shares(all, cpu, rate);
        return new Turns(cpu, rate);
    }

    /** Whether it was a proxy's own CPU that was the limit: else rates are those of the load and the server. */
    private static void shares(List<Proxies.One> all, double[][] cpu, double[][] rate) {
        StringBuilder line = new StringBuilder("of a CPU:");
        for (int i = 0; i < all.size(); i++) {
            double[] shares = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                shares[round] = cpu[i][round] * rate[i][round];
            }
            line.append(String.format(Locale.ROOT, " %s %.2f;", all.get(i).name(), Rounds.median(shares)));
        }
        System.out.println(line);
    }

    private static double[] ratios(double[] of, double[] to) {
        double[] ratios = new double[of.length];
        for (int i = 0; i < of.length; i++) {
            ratios[i] = of[i] / to[i];
        }
        return ratios;
    }

    /** More is better: the worse end is the lower one. */
    private static void more(String name, double[] ratios) {
        Rounds.Ratio ratio = Rounds.of(ratios);
        System.out.println(name + ": median " + ratio);
        Rounds.result(name, ratio.low(), "ratio");
    }

    /** The peak of each. */
    private static double[] small(Proxies proxies, String jdk) throws IOException {
        long before = proxies.allocated();
        Turns turns = turns(proxies, "small");
        double requests = 0;
        double[] best = new double[ROUNDS];
        double[] peaks = new double[turns.rate.length];
        for (int round = 0; round < ROUNDS; round++) {
            requests += turns.rate[0][round] * SECONDS;
            best[round] = Math.min(turns.cpu[1][round], turns.cpu[2][round]);
        }
        for (int i = 0; i < peaks.length; i++) {
            peaks[i] = Rounds.median(turns.rate[i]);
        }
        Rounds.result("proxy.h1_cpu_vs_best" + jdk, Rounds.of(ratios(turns.cpu[0], best)));
        more("proxy.h1_rps_vs_nginx" + jdk, ratios(turns.rate[0], turns.rate[1]));
        Rounds.result("proxy.alloc_bytes_per_request" + jdk, (proxies.allocated() - before) / requests, "B");
        return peaks;
    }

    private static void large(Proxies proxies, String jdk) throws IOException {
        warm(proxies, "large");
        Turns turns = turns(proxies, "large");
        more("proxy.h1_64k_rps_vs_nginx" + jdk, ratios(turns.rate[0], turns.rate[1]));
    }

    private static void latency(Home home, Proxies proxies, double[] peaks, String jdk) throws IOException {
        double[][] p99 = new double[2][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 2; i++) {
                int which = round % 2 == 0 ? i : 1 - i;
                Proxies.One one = proxies.all().get(which);
                p99[which][round] = HttpLoad.p99(home, one, "small", peaks[which] / 2, LATENCY_SECONDS);
            }
            System.out.printf(
                    Locale.ROOT,
                    "round %d: p99 weft %.2f ms, nginx %.2f ms%n",
                    round + 1,
                    p99[0][round],
                    p99[1][round]);
        }
        Rounds.result("proxy.p99_vs_nginx" + jdk, Rounds.of(ratios(p99[0], p99[1])));
    }

    private static void tls(Home home, String jdk) throws IOException {
        try (Proxies proxies = new Proxies(home, Proxies.Kind.TLS, 0)) {
            warm(proxies, "small");
            Turns kept = turns(proxies, "small");
            Rounds.result("proxy.tls_cpu_vs_nginx" + jdk, Rounds.of(ratios(kept.cpu[0], kept.cpu[1])));
            for (Proxies.One one : proxies.all()) {
                HttpLoad.handsOutNoSessions(one);
                HttpLoad.handshakes(one, WARM_UP_SECONDS);
            }
            Turns made = turns(proxies, "handshakes", HttpLoad::handshakes);
            more("proxy.tls_handshakes_vs_nginx" + jdk, ratios(made.rate[0], made.rate[1]));
        }
    }

    private static void tcp(Home home, String jdk) throws IOException {
        try (Proxies proxies = new Proxies(home, Proxies.Kind.TCP, 0)) {
            warm(proxies, "huge");
            Turns turns = turns(proxies, "huge");
            Rounds.result("proxy.tcp_1m_cpu_vs_haproxy" + jdk, Rounds.of(ratios(turns.cpu[0], turns.cpu[1])));
        }
    }

    private static void grpc(Home home, String jdk) throws IOException {
        try (Proxies proxies = new Proxies(home, Proxies.Kind.GRPC, 0);
                GrpcLoad load = new GrpcLoad()) {
            for (Proxies.One one : proxies.all()) {
                load.once(one);
                load.peak(one, WARM_UP_SECONDS);
            }
            Turns turns = turns(proxies, "calls", load::peak);
            Rounds.result("proxy.grpc_cpu_vs_haproxy" + jdk, Rounds.of(ratios(turns.cpu[0], turns.cpu[1])));
        }
    }

    /**
     * With what a sidecar has in use: rules from a control plane that knows many services, and TLS. What counts is the
     * most that was seen of several processes, each looked at several times.
     */
    private static void memory(Home home, String jdk) throws IOException {
        double idle = 0;
        double loaded = 0;
        double dirty = 0;
        for (int i = 0; i < PROCESSES; i++) {
            try (Proxies proxies = new Proxies(home, Proxies.Kind.SIDECAR, KNOWN)) {
                for (Proxies.One side : proxies.all()) {
                    HttpLoad.once(side, "small");
                }
                allKnown(proxies.all().get(0));
                Started ours = proxies.all().get(0).process();
                Seen before = seen(ours, "idle");
                double requests = 0;
                while (requests < MILLION) {
                    for (Proxies.One side : proxies.all()) {
                        requests += HttpLoad.peak(side, "small", 10).rate() * 10;
                    }
                }
                Seen after = seen(ours, "after a million requests");
                idle = Math.max(idle, before.resident);
                loaded = Math.max(loaded, after.resident);
                dirty = Math.max(dirty, Math.max(before.dirty, after.dirty));
            }
        }
        Rounds.result("proxy.rss_idle_mb" + jdk, idle, "MB");
        Rounds.result("proxy.rss_loaded_mb" + jdk, loaded, "MB");
        Rounds.result("proxy.private_dirty_mb" + jdk, dirty, "MB");
    }

    /** The mesh's names come together, so some of them tell of all; and one that isn't there tells that it is names that count. */
    private static void allKnown(Proxies.One outbound) throws IOException {
        for (int which : new int[] {0, KNOWN / 2, KNOWN - 1, KNOWN}) {
            String expected = which < KNOWN ? "200" : "404";
            String status = HttpLoad.status(outbound, Proxies.other(which), "small");
            if (!status.equals(expected)) {
                throw new IllegalStateException(Proxies.other(which) + " was answered with " + status);
            }
        }
    }

    /** The most that was seen of a process, in MB. */
    private record Seen(double resident, double dirty) {}

    private static Seen seen(Started process, String when) {
        double resident = 0;
        double dirty = 0;
        for (int look = 0; look < LOOKS; look++) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
            double rss = process.memory("Rss") / MB;
            double mine = process.memory("Private_Dirty") / MB;
            System.out.printf(Locale.ROOT, "%s: %.1f MB, private dirty %.1f MB%n", when, rss, mine);
            resident = Math.max(resident, rss);
            dirty = Math.max(dirty, mine);
        }
        return new Seen(resident, dirty);
    }

    /** Clients that repeat nothing, and two processes that follow the first. */
    private static void restart(Home home, String jdk) throws IOException {
        try (Proxies proxies = new Proxies(home, Proxies.Kind.RESTART, 0)) {
            Proxies.One first = proxies.all().get(0);
            HttpLoad.once(first, "small");
            try (KeptLoad load = new KeptLoad(URI.create(first.url()).getPort(), "/small")) {
                Started before = first.process();
                for (int next = 1; next <= 2; next++) {
                    load.await(load.answered() + KEPT_REQUESTS / 4);
                    Started after = proxies.again();
                    before.awaitEnd();
                    before = after;
                }
                load.await(KEPT_REQUESTS);
                System.out.println("answered " + load.answered() + " requests, failed: " + load.failures());
                Rounds.result("proxy.hot_restart_failed" + jdk, load.failed(), "requests");
            }
        }
    }

    /** All of the process, threads that have ended included; the kernel cuts user and system time to hundredths. */
    private static void start(Home home, String jdk) throws IOException {
        double[] listening = new double[STARTS];
        double[] first = new double[listening.length];
        for (int i = 0; i < listening.length; i++) {
            try (Proxies proxies = new Proxies(home, Proxies.Kind.HTTP, 0)) {
                Proxies.One ours = proxies.all().get(0);
                listening[i] = ours.process().cpuWhenReady() * MILLIS + CUT_MILLIS;
                HttpLoad.once(ours, "small");
                first[i] = ours.process().cpu() * MILLIS + CUT_MILLIS;
            }
        }
        Rounds.result("proxy.start_cpu_ms" + jdk, Rounds.median(listening), "ms");
        Rounds.result("proxy.first_request_cpu_ms" + jdk, Rounds.median(first), "ms");
        try (Stream<Path> files = Files.walk(home.proxy())) {
            Rounds.result(
                    "proxy.image_mb" + jdk,
                    files.filter(Files::isRegularFile)
                                    .mapToLong(file -> file.toFile().length())
                                    .sum()
                            / MB,
                    "MB");
        }
    }
}
