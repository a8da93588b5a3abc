package dev.weft.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A process that is measured from outside. Ends with the benchmark. */
final class Started implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final double TICKS_PER_SECOND = 100;

    private final Process process;
    private final long startedAt = System.nanoTime();
    private double readyAfter;
    private final Map<String, Long> threads = new HashMap<>();
    private double cpuWhenReady;
    private List<String> groups = List.of();

    private Started(Process process) {
        this.process = process;
    }

    /** Starts it and waits for nothing. */
    static Started now(List<String> command, Map<String, String> environment) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD);
            builder.environment().putAll(environment);
            return new Started(builder.start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts it and waits for a line of its output that matches; the pattern's groups are numbers, the first its port. */
    static Started until(Pattern ready, List<String> command, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Started started = new Started(builder.start());
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            started.await(ready);
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void await(Pattern ready) throws IOException {
        List<String> said = new ArrayList<>();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.add(line);
            Matcher matcher = ready.matcher(line);
            if (matcher.find()) {
                readyAfter = (System.nanoTime() - startedAt) / 1e9;
                cpuWhenReady = cpu();
                groups = IntStream.rangeClosed(1, matcher.groupCount())
                        .mapToObj(matcher::group)
                        .toList();
                Thread drain = new Thread(() -> drain(out));
                drain.setDaemon(true);
                drain.start();
                return;
            }
        }
        throw new IllegalStateException("it ended before it was ready:\n" + String.join("\n", said));
    }

    /** Reads on, so that the process is never held up by a full pipe. */
    private static void drain(BufferedReader out) {
        try {
            while (out.readLine() != null) {
                continue;
            }
        } catch (IOException closed) {
            // The process has ended, and its output with it.
        }
    }

    /** Runs a command to its end and answers the CPU seconds it took, children left out. */
    static double cpuOf(List<String> command, Map<String, String> environment) {
        try {
            List<String> timed =
                    new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='%U %S'; time \"$@\" >&3 2>&3", "bash"));
            timed.addAll(command);
            ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec 3>/dev/null; " + quoted(timed));
            builder.environment().putAll(environment);
            Process process = builder.redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            String[] times = said.substring(said.lastIndexOf('\n') + 1).split(" ");
            return Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String quoted(List<String> command) {
        StringBuilder line = new StringBuilder();
        for (String word : command) {
            line.append('\'').append(word.replace("'", "'\\''")).append("' ");
        }
        return line.toString();
    }

    static void run(Path directory, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return (int) said(1);
    }

    /** A number of the line with which it was ready. */
    long said(int group) {
        return Long.parseLong(groups.get(group - 1));
    }

    /** Says a line to it. */
    void tell(String line) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(line)
                    .append('\n')
                    .flush();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Seconds from its start until it was ready. */
    double readyAfter() {
        return readyAfter;
    }

    /** CPU seconds, user and system, until it was ready. */
    double cpuWhenReady() {
        return cpuWhenReady;
    }

    /** CPU seconds, user and system, until now. */
    double cpu() {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * CPU seconds of the threads that live, to the nanosecond ({@code schedstat}); {@link #cpu} counts in hundredths of
     * a second. What a thread had is kept when it ends, but for its last moments.
     */
    double cpuOfThreads() {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks) {
                try {
                    String stat = Files.readString(task.resolve("schedstat"));
                    threads.put(task.getFileName().toString(), Long.parseLong(stat.substring(0, stat.indexOf(' '))));
                } catch (IOException ended) {
                    // what it had when it was last seen stays
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return threads.values().stream().mapToLong(Long::longValue).sum() / 1e9;
    }

    /** Bytes of its memory, by the kernel's name of the sum ({@code smaps_rollup}). */
    long memory(String sum) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
                if (line.startsWith(sum + ":")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
            throw new IllegalStateException("the kernel tells no " + sum);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** CPU seconds of its threads that live, by their names without numbers, the busiest first. */
    String cpuByThread() {
        Map<String, Double> seconds = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks) {
                try {
                    String name = Files.readString(task.resolve("comm")).replaceAll("[-# 0-9]*\\s*$", "");
                    String stat = Files.readString(task.resolve("schedstat"));
                    seconds.merge(name, Long.parseLong(stat.substring(0, stat.indexOf(' '))) / 1e9, Double::sum);
                } catch (IOException ended) {
                    // then it is not counted
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return seconds.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(8)
                .map(thread -> String.format(Locale.ROOT, "%s %.2f s", thread.getKey(), thread.getValue()))
                .collect(Collectors.joining(", "));
    }

    /**
     * Keeps it on one CPU from now on, where that can be done (Linux with {@code taskset}). Done when it runs, so that
     * the JVM chooses its collector and compilers for the whole machine.
     */
    void pin(int cpu) {
        if (Runtime.getRuntime().availableProcessors() <= cpu) {
            return;
        }
        try {
            new ProcessBuilder("taskset", "-a", "-p", "-c", String.valueOf(cpu), String.valueOf(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException absent) {
            System.out.println("not pinned: " + absent.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the application for one of its numbers. */
    long ask(String name, String path) {
        return ask(List.of(name), path)[0];
    }

    /** Asks the application once for some of its numbers. */
    long[] ask(List<String> names, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                    .build();
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            long[] numbers = new long[names.size()];
            for (int i = 0; i < numbers.length; i++) {
                Matcher number =
                        Pattern.compile("\"" + names.get(i) + "\":(\\d+)").matcher(answer.body());
                if (answer.statusCode() != 200 || !number.find()) {
                    throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
                }
                numbers[i] = Long.parseLong(number.group(1));
            }
            return numbers;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    static String encoded(String url) {
        return URLEncoder.encode(url, StandardCharsets.UTF_8);
    }

    /** It goes on existing and does nothing. */
    void stop() {
        run(Path.of("/"), List.of("kill", "-STOP", String.valueOf(pid())));
    }

    /** Ends it as it stands. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits until it has ended by itself. */
    void awaitEnd() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Asks it to end, and waits until it has: it may have an archive to make of what it has loaded. */
    void end() {
        process.toHandle().destroy(); // the process's own way would close the pipe that it still writes to
        process.onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
        }
    }
}
