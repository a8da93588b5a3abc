package dev.weft.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests with ten headers, as many as go through, or so many in a second. */
final class HttpLoad {
    private static final int CONNECTIONS = 64;
    private static final double MILLIS = 1000;
    private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern TROUBLE = Pattern.compile("Non-2xx or 3xx responses: \\d+|Socket errors: .*");

    private static final String HOST = "bench";
    private static final List<String> HEADERS = List.of(
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language: en-US,en;q=0.5",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Referer: http://bench/some/page/that/was/seen/before?with=parameters",
            "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=all; region=eu-west-1",
            "Cache-Control: no-cache",
            "Sec-Fetch-Mode: navigate",
            "X-Requested-With: XMLHttpRequest");

    private HttpLoad() {}

    /**
     * What a turn came to.
     *
     * @param cpu seconds of a request
     * @param rate requests in a second
     * @param trouble what the load generator complained of, or empty
     */
    record Peak(double cpu, double rate, String trouble) {}

    static Peak peak(Proxies.One one, String path, int seconds) throws IOException {
        return peak(one, path, seconds, List.of());
    }

    /** A connection, and for {@code https} a full handshake, for each request. */
    static Peak handshakes(Proxies.One one, int seconds) throws IOException {
        return peak(one, "small", seconds, List.of("-H", "Connection: close"));
    }

    private static Peak peak(Proxies.One one, String path, int seconds, List<String> more) throws IOException {
        double before = one.process().cpuOfThreads();
        List<String> tool =
                new ArrayList<>(List.of("wrk", "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s", "-H", "Host: " + HOST));
        tool.addAll(more);
        String said = run(tool, one.url() + "/" + path);
        double cpu = one.process().cpuOfThreads() - before;
        Matcher count = COUNT.matcher(said);
        Matcher rate = RATE.matcher(said);
        Matcher trouble = TROUBLE.matcher(said);
        if (!count.find() || !rate.find()) {
            throw new IllegalStateException(one.name() + ": " + said);
        }
        return new Peak(
                cpu / Long.parseLong(count.group(1)),
                Double.parseDouble(rate.group(1)),
                trouble.find() ? trouble.group() : "");
    }

    /** The 99th percentile in milliseconds at this rate, from when a request was to be sent. */
    static double p99(Proxies.One one, String path, double perSecond, int seconds) throws IOException {
        Path log = Files.createTempFile("weft-bench", ".log");
        Files.delete(log);
        run(
                List.of(
                        "h2load",
                        "--h1",
                        "-t1",
                        "-c" + CONNECTIONS,
                        "-D" + seconds,
                        "--rps=" + String.format(Locale.ROOT, "%.1f", perSecond / CONNECTIONS),
                        "--log-file=" + log,
                        "-H",
                        "Host: " + HOST),
                one.url() + "/" + path);
        long[] micros;
        try (var lines = Files.lines(log)) {
            micros = lines.mapToLong(line -> answered(one, line)).toArray();
        }
        Files.delete(log);
        if (micros.length < perSecond * seconds / 2) {
            throw new IllegalStateException(one.name() + " answered " + micros.length + " times only");
        }
        Arrays.sort(micros);
        return micros[(int) (micros.length * 0.99)] / MILLIS;
    }

    /** Fields: when it began, status, microseconds. */
    private static long answered(Proxies.One one, String line) {
        String[] fields = line.split("\t");
        if (!fields[1].equals("200")) {
            throw new IllegalStateException(one.name() + " answered " + fields[1]);
        }
        return Long.parseLong(fields[2]);
    }

    /** One request, which must succeed. */
    static void once(Proxies.One one, String path) throws IOException {
        String said = command(List.of(
                "curl",
                "-sS",
                "-f",
                "-k",
                "--http1.1",
                "-o",
                "/dev/null",
                "-H",
                "Host: " + HOST,
                one.url() + "/" + path));
        if (!said.isEmpty()) {
            throw new IllegalStateException(one.name() + ": " + said);
        }
    }

    private static String run(List<String> tool, String url) throws IOException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1"));
        command.addAll(tool);
        for (String header : HEADERS) {
            command.add("-H");
            command.add(header);
        }
        command.add(url);
        return command(command);
    }

    private static String command(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
