package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The control plane as somebody would run it, in a process of its own. */
final class ControlPlaneProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready after .*: xds .*:(\\d+), rest http://.*:(\\d+),");
    private static final int HEAP_ROUNDS = 10;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Home home;
    private final Started process;

    /** @param directory in which its rules and its state are */
    ControlPlaneProcess(Home home, Path directory) {
        this.home = home;
        Path rules = directory.resolve("rules");
        rules.toFile().mkdirs();
        List<String> command = new ArrayList<>(List.of(home.java().toString()));
        String flags = System.getProperty("weft.bench.server.flags", "");
        if (!flags.isEmpty()) {
            command.addAll(List.of(flags.split(" ")));
        }
        command.addAll(List.of(
                "-jar",
                home.weft().toString(),
                "control-plane",
                "--config",
                rules.toString(),
                "--state",
                directory.resolve("state").toString(),
                "--xds",
                "127.0.0.1:0",
                "--rest",
                "127.0.0.1:0"));
        process = Started.until(READY, command, environment(directory));
    }

    private static Map<String, String> environment(Path directory) {
        return Map.of("WEFT_RUNTIME_DIR", directory.resolve("run").toString());
    }

    /** Where it serves xDS. */
    int port() {
        return process.port();
    }

    Started process() {
        return process;
    }

    /** Bytes of heap in use after a collection, the least of some: what is on its way to the disk is soon there. */
    double heap() {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < HEAP_ROUNDS; i++) {
            Started.run(
                    Path.of("/"),
                    List.of(home.java().resolveSibling("jcmd").toString(), String.valueOf(process.pid()), "GC.run"));
            least = Math.min(least, metrics().getOrDefault("weft_control_heap_bytes", Double.NaN));
        }
        return least;
    }

    /** What it says of itself, by name and labels. */
    Map<String, Double> metrics() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.said(2) + "/metrics"))
                    .build();
            Map<String, Double> metrics = new TreeMap<>();
            HTTP.send(request, HttpResponse.BodyHandlers.ofLines()).body().forEach(line -> {
                if (!line.startsWith("#")) {
                    int space = line.lastIndexOf(' ');
                    metrics.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
                }
            });
            return metrics;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /**
     * The time, in seconds, that a share of what a histogram has counted between two readings did not pass: within a
     * bucket all are taken for evenly spread, as Prometheus does.
     */
    static double quantile(String histogram, double share, Map<String, Double> before, Map<String, Double> after) {
        Map<Double, Double> buckets = new TreeMap<>();
        String prefix = histogram + "_bucket{le=\"";
        after.forEach((name, count) -> {
            if (name.startsWith(prefix)) {
                String end = name.substring(prefix.length(), name.length() - 2);
                buckets.put(
                        end.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(end),
                        count - before.getOrDefault(name, 0.0));
            }
        });
        double wanted = share
                * (after.getOrDefault(histogram + "_count", 0.0) - before.getOrDefault(histogram + "_count", 0.0));
        double low = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
            if (wanted > 0 && bucket.getValue() >= wanted) {
                double part = (wanted - below) / (bucket.getValue() - below);
                return bucket.getKey().isInfinite() ? low : low + (bucket.getKey() - low) * part;
            }
            low = bucket.getKey();
            below = bucket.getValue();
        }
        throw new IllegalStateException(histogram + " has counted nothing");
    }

    @Override
    public void close() {
        process.close();
    }
}
