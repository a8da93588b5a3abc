package dev.weft.demo;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The processes of the demo, none of which outlives it. The story closes them in a shutdown hook. No hook runs when
 * the story itself is killed with SIGKILL, so a small shell reads the list of living processes from a pipe: the
 * pipe ends when we do, however that comes, and the shell kills what the last list named.
 */
final class Processes implements AutoCloseable {
    private static final String WATCHDOG =
            "trap '' INT TERM HUP; pids=; while read -r line; do pids=$line; done; [ -z \"$pids\" ] || kill -9 $pids";

    private final Path logs;
    private final List<Process> living = new CopyOnWriteArrayList<>();
    private final OutputStream watchdog;
    private boolean closed;

    Processes(Path logs) throws IOException {
        this.logs = logs;
        var shell = new ProcessBuilder("sh", "-c", WATCHDOG)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.watchdog = shell.getOutputStream();
    }

    /** Starts a process with its own log file and only the given environment beside the bare necessities. */
    synchronized Process start(String name, List<String> command, Map<String, String> environment) throws IOException {
        if (closed) {
            throw new IOException("the demo is ending");
        }
        var builder = new ProcessBuilder(command)
                .directory(logs.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name)));
        // What is set in the user's shell (WEFT_*, SPRING_*, JAVA_TOOL_OPTIONS, ...) must not change the story.
        var inherited = new TreeMap<>(builder.environment());
        inherited.keySet().retainAll(List.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"));
        builder.environment().clear();
        builder.environment().putAll(inherited);
        builder.environment().putAll(environment);
        var process = builder.start();
        living.add(process);
        tellWatchdog();
        return process;
    }

    File log(String name) {
        return logs.resolve(name + ".log").toFile();
    }

    void kill(Process process) {
        end(process.destroyForcibly(), 60);
    }

    void stop(Process process) {
        process.destroy();
        end(process, 60);
    }

    private void end(Process process, int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " did not end within " + seconds + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        living.remove(process);
        tellWatchdog();
    }

    List<Process> living() {
        return List.copyOf(living);
    }

    private synchronized void tellWatchdog() {
        var pids = living.stream().map(p -> Long.toString(p.pid())).collect(Collectors.joining(" "));
        try {
            watchdog.write((pids + "\n").getBytes(StandardCharsets.UTF_8));
            watchdog.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the watchdog of the demo is gone", e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        living.forEach(Process::destroyForcibly);
        for (var process : living()) {
            end(process, 10);
        }
    }
}
