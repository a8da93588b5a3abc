package dev.weft.proxy.health;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a command of the system; exit status 0 is well. When it is over, nothing of it is left: neither a child that it
 * waits for, nor one that it leaves behind. The kernel knows the second by its process group alone, so the command
 * leads one of its own ({@code setsid}); where that program is missing, only the first are ended.
 */
final class Command implements Asking {
    private static final long PATIENCE_MILLIS = 2_000;
    private static final File NOTHING = new File("/dev/null");

    /** What systemd tells the proxy, and nobody who is not it. */
    private static final List<String> SYSTEMD =
            List.of("NOTIFY_SOCKET", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID", "WATCHDOG_USEC");

    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private final Executor loop;
    private final String command;
    private final @Nullable Path setsid;
    private volatile @Nullable Thread running;

    Command(Executor loop, String command) {
        this(
                loop,
                command,
                SETSID.stream().filter(Files::isExecutable).findFirst().orElse(null));
    }

    /** @param setsid null where there is none */
    Command(Executor loop, String command, @Nullable Path setsid) {
        this.loop = loop;
        this.command = command;
        this.setsid = setsid;
    }

    /** To start a process takes the time of a fork: not the event loop's. */
    @Override
    public Runnable begin(Consumer<@Nullable String> over) {
        Thread thread = new Thread(
                () -> {
                    String failure = run();
                    loop.execute(() -> over.accept(failure));
                },
                "weft-proxy-health");
        thread.setDaemon(true);
        running = thread;
        thread.start();
        return thread::interrupt;
    }

    private @Nullable String run() {
        Path output = null;
        try {
            output = CommandOutput.create();
            Process process = start(output);
            try {
                int status = process.waitFor();
                return status == 0 ? null : "exit status " + status + CommandOutput.lastLine(output);
            } catch (InterruptedException e) {
                return "cancelled";
            } finally {
                end(process);
            }
        } catch (IOException e) {
            return "can't be run: " + e.getMessage();
        } finally {
            CommandOutput.delete(output);
        }
    }

    private Process start(@Nullable Path output) throws IOException {
        List<String> line = new ArrayList<>();
        if (setsid != null) {
            // It becomes the command: a process of ours never leads a group, so there is no second one.
            line.add(setsid.toString());
        }
        line.addAll(List.of("/bin/sh", "-c", command));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(output == null ? NOTHING : output.toFile());
        builder.environment().keySet().removeAll(SYSTEMD);
        return builder.start();
    }

    /** Whether it has ended by itself or not. */
    private void end(Process process) throws IOException {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
        try {
            if (setsid != null) {
                // A group that is empty is none, and that is the usual case.
                Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + process.pid())
                        .redirectErrorStream(true)
                        .redirectOutput(NOTHING)
                        .start();
                if (!kill.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    kill.destroyForcibly();
                }
            }
            process.waitFor();
        } catch (InterruptedException e) {
            // The time was up while it ended.
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        Thread last = running;
        if (last != null) {
            try {
                last.join(PATIENCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
