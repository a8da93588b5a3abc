package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of ours, and what it says. */
final class Running implements AutoCloseable {
    private static final long LIMIT_SECONDS = 180;

    final Process process;
    private final String name;
    private final Path errors;
    private final PrintWriter in;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Thread reader;

    Running(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.reader = new Thread(this::read, "reads " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("can't be read: " + e);
        }
    }

    long pid() {
        return process.pid();
    }

    void tell(String line) {
        in.println(line);
    }

    /** The next line of its standard output. */
    String line() throws InterruptedException, IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() < limit) {
            @Nullable String line = lines.poll(200, TimeUnit.MILLISECONDS);
            if (line != null) {
                return line;
            }
            if (!reader.isAlive() && lines.isEmpty()) { // not the process: what it said last may still be unread
                break;
            }
        }
        throw new AssertionError(
                name + " says nothing; alive: " + process.isAlive() + "; before: " + said + "; on stderr: " + errors());
    }

    /** The first line that contains a text; those before it are dropped. */
    String line(String containing) throws InterruptedException, IOException {
        String line = line();
        while (!line.contains(containing)) {
            line = line();
        }
        return line;
    }

    /** Everything it has printed. */
    String said() {
        return String.join("\n", said);
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), name + " survives SIGKILL");
    }

    /** SIGTERM; returns when it has ended. */
    void end() throws InterruptedException {
        process.destroy();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), name + " survives SIGTERM");
        reader.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
