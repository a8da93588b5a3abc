package dev.weft.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests with ten headers, as many as go through, or so many in a second. */
final class HttpLoad {
    private static final int CONNECTIONS = 64;
    private static final double MILLIS = 1000;
    private static final Pattern COUNT = Pattern.compile("(\\d+) requests in");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern P99 = Pattern.compile("p99 ([0-9.]+) us");
    private static final Pattern TROUBLE = Pattern.compile("Non-2xx or 3xx responses: \\d+|Socket errors: .*");

    static final String HOST = "bench";
    static final List<String> HEADERS = List.of(
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

    /** A connection, and for {@code https} a full handshake, for each request; see {@link #handsOutNoSessions}. */
    static Peak handshakes(Proxies.One one, int seconds) throws IOException {
        return peak(one, "small", seconds, List.of("-H", "Connection: close"));
    }

    /** The load generator would take a session up again, and handshakes would be half of what they are. */
    static void handsOutNoSessions(Proxies.One one) throws IOException {
        Path session = Files.createTempFile("weft-bench", ".session");
        Files.delete(session);
        Path request = Files.writeString(
                Files.createTempFile("weft-bench", ".http"),
                "GET /small HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n");
        List<String> first = List.of("openssl", "s_client", "-ign_eof", "-connect", authority(one));
        List<String> again = new ArrayList<>(first);
        again.addAll(List.of("-sess_in", session.toString()));
        List<String> begin = new ArrayList<>(first);
        begin.addAll(List.of("-sess_out", session.toString()));
        String said = command(begin, request);
        if (!said.contains("New, TLS") || !said.contains("HTTP/1.1 200")) {
            throw new IllegalStateException(one.name() + ": " + said);
        }
        if (Files.exists(session)) {
            said = command(again, request);
            Files.delete(session);
        }
        Files.delete(request);
        if (!said.contains("New, TLS")) {
            throw new IllegalStateException(one.name() + " takes sessions up again: " + said);
        }
    }

    private static String authority(Proxies.One one) {
        return URI.create(one.url()).getAuthority();
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

    /** The 99th percentile in milliseconds at this rate, from when a request was to be sent; see {@link PacedLoad}. */
    static double p99(Home home, Proxies.One one, String path, double perSecond, int seconds) throws IOException {
        String said = command(List.of(
                "taskset",
                "-c",
                "1",
                home.java().toString(),
                "-Xmx64m",
                "-Xmn32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                home.work().resolve("bench.jar").toString(),
                PacedLoad.class.getName(),
                String.valueOf(URI.create(one.url()).getPort()),
                path,
                String.valueOf(perSecond),
                String.valueOf(seconds),
                String.valueOf(CONNECTIONS)));
        Matcher p99 = P99.matcher(said);
        if (!p99.find()) {
            throw new IllegalStateException(one.name() + ": " + said);
        }
        return Double.parseDouble(p99.group(1)) / MILLIS;
    }

    /** One request, which must succeed. */
    static void once(Proxies.One one, String path) throws IOException {
        String said = status(one, HOST, path);
        if (!said.equals("200")) {
            throw new IllegalStateException(one.name() + ": " + said);
        }
    }

    /** What one request for this host is answered with, or curl's complaint. */
    static String status(Proxies.One one, String host, String path) throws IOException {
        return command(List.of(
                "curl",
                "-sS",
                "-k",
                "--http1.1",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "-H",
                "Host: " + host,
                one.url() + "/" + path));
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
        return said(new ProcessBuilder(command));
    }

    private static String command(List<String> command, Path input) throws IOException {
        return said(new ProcessBuilder(command).redirectInput(input.toFile()));
    }

    private static String said(ProcessBuilder command) throws IOException {
        Process process = command.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
